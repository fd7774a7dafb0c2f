#include "storage/calibrations.hpp"

#include <utility>

#include "storage/database.hpp"
#include "storage/file_names.hpp"

namespace sogoc {
namespace {

CalibrationRow row_of(const Query& query) {
  return {query.integer(0), query.text(1), static_cast<int>(query.integer(2)), query.text(3), query.time(4), query.text(5)};
}

constexpr const char* kColumns = "SELECT id, device, asked_dpi, by, measured_at, measures FROM calibrations ";

}  // namespace

Calibrations::Calibrations(std::unique_ptr<Database> database, const Clock& clock) : database_(std::move(database)), clock_(clock) {}
Calibrations::~Calibrations() = default;

Result<std::unique_ptr<Calibrations>> Calibrations::open(const std::filesystem::path& archive, const Clock& clock) {
  SOGOC_TRY(auto database, Database::open(archive / kDatabaseFile, Database::Mode::existing, true));
  return std::make_unique<Calibrations>(std::move(database), clock);
}

Result<CalibrationRow> Calibrations::add(const std::string& device, int asked_dpi, const std::string& by, const std::string& measures) {
  CalibrationRow row{0, device, asked_dpi, by, clock_.now(), measures};
  SOGOC_CHECK(database_->write([&]() -> Done {
    database_->run("INSERT INTO calibrations (device, asked_dpi, by, measured_at, measures) VALUES (?1, ?2, ?3, ?4, ?5)", row.device,
                  row.asked_dpi, row.by, row.at, row.measures);
    row.id = database_->last_id();
    return {};
  }));
  return row;
}

Result<std::vector<CalibrationRow>> Calibrations::of(const std::string& device, int asked_dpi) {
  return database_->read([&]() -> Result<std::vector<CalibrationRow>> {
    std::vector<CalibrationRow> rows;
    auto query = device.empty() ? database_->query(kColumns + std::string("ORDER BY id"))
                                : database_->query(kColumns + std::string("WHERE device = ?1 AND asked_dpi = ?2 ORDER BY id"), device, asked_dpi);
    while (query.next()) rows.push_back(row_of(query));
    return rows;
  });
}

}  // namespace sogoc
