#pragma once

namespace sogoc {

class Database;

// Version 9: what scanners were measured to do, pages joined from shots.
void add_calibration_tables(Database& database);

}  // namespace sogoc
