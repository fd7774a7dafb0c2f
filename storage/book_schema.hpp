#pragma once

#include "storage/database.hpp"

namespace sogoc {

// Register books, their pages, entries, fields and findings: a step of migrate(). Private to storage/.
void add_book_tables(Database& database);

}  // namespace sogoc
