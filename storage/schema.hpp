#pragma once

#include "storage/database.hpp"

namespace sogoc {

// The format of the database, kept in SQLite's user_version. Append a migration; never edit one.
inline constexpr int kSchemaVersion = 1;

// Brings an empty or older database to this version. Fails with unsupported_input when it was
// written by a newer program.
[[nodiscard]] Done migrate(Database& database);

}  // namespace sogoc
