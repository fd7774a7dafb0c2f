#include "storage/people_schema.hpp"

namespace sogoc {
namespace {

constexpr const char* kPeopleTables = R"sql(
-- password: Argon2id as libsodium writes it. roles, bodies, books: JSON lists. failures: wrong passwords since the last
-- right one. An account is disabled, never deleted: the log names it.
CREATE TABLE people (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  full_name TEXT NOT NULL,
  password TEXT NOT NULL,
  roles TEXT NOT NULL,
  everything INTEGER NOT NULL,
  bodies TEXT NOT NULL,
  books TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0,
  failed_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TRIGGER people_remain BEFORE DELETE ON people
  BEGIN SELECT RAISE(ABORT, 'accounts are disabled, not deleted'); END;

-- token: SHA-256 of what the browser holds; who reads the database cannot sign in with it.
CREATE TABLE sessions (
  token BLOB PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES people,
  opened_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of ON sessions (person);
)sql";

}  // namespace

void add_people_tables(Database& database) { database.run_script(kPeopleTables); }

}  // namespace sogoc
