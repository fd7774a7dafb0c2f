#include "storage/capture_counts.hpp"

#include <fmt/format.h>

namespace sogoc {

std::vector<std::string> open_captures(Database& database, const std::string& dossier, const std::string& book) {
  std::vector<std::string> open;
  // A mixed stack names what it holds by its covers: "SOGOC1;D;CODE;...".
  auto query = database.query(
      "SELECT s.id FROM capture_sessions s WHERE s.state IN ('open', 'waiting') AND ("
      "(?1 <> '' AND (s.dossier = ?1 OR EXISTS (SELECT 1 FROM capture_images i WHERE i.session = s.id AND substr(i.cover, 1, length(?1) + 10) = 'SOGOC1;D;' || ?1 || ';'))) OR "
      "(?2 <> '' AND (s.book = ?2 OR EXISTS (SELECT 1 FROM capture_images i WHERE i.session = s.id AND substr(i.cover, 1, length(?2) + 10) = 'SOGOC1;B;' || ?2 || ';')))) "
      "ORDER BY s.id",
      dossier, book);
  while (query.next()) open.push_back(fmt::format("scan session {} is not finished; finish it or drop it", query.integer(0)));
  return open;
}

void compare_captured_sheets(Database& database, const std::string& dossier, DossierCheck& check) {
  for (std::string& why : open_captures(database, dossier, "")) check.unfinished.push_back(std::move(why));
  if (!check.declared_sheets || !check.differences.empty()) return;
  auto query = database.query(
      "SELECT count(*), count(DISTINCT i.session * 1000000007 + i.sheet * 10007 + i.insert_no) FROM capture_images i "
      "JOIN batches b ON b.id = i.batch JOIN dossiers d ON d.id = b.dossier WHERE d.code = ?1",
      dossier);
  if (!query.next() || query.integer(0) == 0) return;
  const std::int64_t captured = query.integer(0), sheets = query.integer(1);
  const std::int64_t others = check.counts.pages > captured ? check.counts.pages - captured : 0;  // sides of unknown sheets
  const std::int64_t least = sheets + (others + 1) / 2, most = sheets + others;
  if (*check.declared_sheets < least || *check.declared_sheets > most)
    check.differences.push_back(fmt::format("{} sheets are declared, but {} were scanned", *check.declared_sheets, least));
}

}  // namespace sogoc
