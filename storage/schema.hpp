#pragma once

#include "storage/database.hpp"

namespace sogoc {

// The format of the database, kept in SQLite's user_version. Append a migration; never edit one.
inline constexpr int kSchemaVersion = 10;

// Brings an empty or older database to this version. Fails with unsupported_input when it was
// written by a newer program.
// `up_to` is for tests, which make an archive of an older version with it.
[[nodiscard]] Done migrate(Database& database, int up_to = kSchemaVersion);

}  // namespace sogoc
