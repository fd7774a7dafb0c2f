#include "storage/calibration_schema.hpp"

#include "storage/database.hpp"

namespace sogoc {
namespace {

constexpr const char* kCalibrationTables = R"sql(
-- device: as `sogoc scan -D` names it. asked_dpi: 0 = unknown. measures: JSON. Never changed, never deleted.
CREATE TABLE calibrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  device TEXT NOT NULL,
  asked_dpi INTEGER NOT NULL,
  by TEXT NOT NULL,
  measured_at INTEGER NOT NULL,
  measures TEXT NOT NULL
) STRICT;
CREATE INDEX calibrations_of ON calibrations (device, asked_dpi);

-- A page that was joined from overlapping shots: the shots are its masters (role shot in uses).
CREATE TABLE joined_shots (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  joined BLOB NOT NULL,
  ordinal INTEGER NOT NULL,
  shot BLOB NOT NULL,
  name TEXT NOT NULL,
  by TEXT NOT NULL,
  joined_at INTEGER NOT NULL,
  UNIQUE (joined, ordinal)
) STRICT;
)sql";

}  // namespace

void add_calibration_tables(Database& database) { database.run_script(kCalibrationTables); }

}  // namespace sogoc
