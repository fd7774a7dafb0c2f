#pragma once

#include "storage/database.hpp"

namespace sogoc {

// Version 5: accounts and sessions of the web console. Inside the transaction of migrate(). Private to storage/.
void add_people_tables(Database& database);

}  // namespace sogoc
