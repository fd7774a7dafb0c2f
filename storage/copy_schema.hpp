#pragma once

#include "storage/database.hpp"

namespace sogoc {

// The step of the database that brings requests, issue books, copies and the log. Events that were
// there before get their leaves in their order. Runs inside migrate()'s transaction.
void add_copy_tables(Database& database);

}  // namespace sogoc
