#pragma once

// Version 6 of the tables: the index of register entries, second factors, accounts elsewhere. Private to storage/.

#include "storage/database.hpp"

namespace sogoc {

void add_entry_search_tables(Database& database);
void add_sign_in_tables(Database& database);

}  // namespace sogoc
