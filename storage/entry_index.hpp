#pragma once

// The index of register entries. Private to storage/.

#include "storage/database.hpp"

namespace sogoc {

// Inside a writing transaction: what changed since it was called last (triggers of entry_search_schema.cpp note it).
void index_changed_entries(Database& database);

}  // namespace sogoc
