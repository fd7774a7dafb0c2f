#pragma once

#include "storage/database.hpp"

namespace sogoc {

// Version 8: rows, notes and words that a person corrected; files that are being sent. Private to storage/.
void add_review_tables(Database& database);

}  // namespace sogoc
