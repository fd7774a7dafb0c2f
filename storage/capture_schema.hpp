#pragma once

#include "storage/database.hpp"

namespace sogoc {

// Version 7: capture sessions, their orders and images.
void add_capture_tables(Database& database);
// Version 10: what a telephone called the file.
void add_capture_names(Database& database);

}  // namespace sogoc
