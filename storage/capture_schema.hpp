#pragma once

#include "storage/database.hpp"

namespace sogoc {

// Version 7: capture sessions, their orders and images.
void add_capture_tables(Database& database);

}  // namespace sogoc
