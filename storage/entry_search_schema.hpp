#pragma once

// Version 6 of the tables: the index of register entries, second factors, accounts elsewhere. Private to storage/.

#include "storage/database.hpp"

namespace sogoc {

void add_entry_search_tables(Database& database);
// Version 10: words that have only been begun are found without looking at all that begin so.
void add_prefix_indexes(Database& database);
void add_sign_in_tables(Database& database);

}  // namespace sogoc
