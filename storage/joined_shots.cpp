#include "storage/joined_shots.hpp"

#include "storage/database.hpp"
#include "storage/file_names.hpp"

namespace sogoc {

Done keep_shots(const std::filesystem::path& archive, const Clock& clock, const Sha256& joined, const std::vector<Shot>& shots, const std::string& by) {
  SOGOC_TRY(const auto database, Database::open(archive / kDatabaseFile, Database::Mode::existing, true));
  return database->write([&]() -> Done {
    {
      auto query = database->query("SELECT 1 FROM joined_shots WHERE joined = ?1", joined);
      if (query.next()) return {};
    }
    int ordinal = 0;
    for (const Shot& shot : shots) {
      database->run("INSERT INTO joined_shots (joined, ordinal, shot, name, by, joined_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", joined, ++ordinal,
                    shot.digest, shot.name, by, clock.now());
      database->run("INSERT OR IGNORE INTO uses (digest, role, owner) VALUES (?1, 'shot', ?2)", shot.digest, database->last_id());
    }
    return {};
  });
}

Result<std::vector<Shot>> shots_of(const std::filesystem::path& archive, const Sha256& joined) {
  SOGOC_TRY(const auto database, Database::open(archive / kDatabaseFile, Database::Mode::existing, true));
  return database->read([&]() -> Result<std::vector<Shot>> {
    std::vector<Shot> shots;
    auto query = database->query("SELECT shot, name FROM joined_shots WHERE joined = ?1 ORDER BY ordinal", joined);
    while (query.next()) shots.push_back({query.digest(0), query.text(1)});
    return shots;
  });
}

}  // namespace sogoc
