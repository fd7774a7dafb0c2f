#include "storage/review_schema.hpp"

namespace sogoc {
namespace {

constexpr const char* kReviewTables = R"sql(
-- What a person said about rows: the row at y of this page ends there (cut), or belongs to the one before it (join).
-- entry: of a join the row that went into the other one. Taken back, it stays as a line of history.
CREATE TABLE row_marks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  book INTEGER NOT NULL REFERENCES register_books,
  kind TEXT NOT NULL CHECK (kind IN ('cut', 'join')),
  page INTEGER NOT NULL,
  part INTEGER NOT NULL,
  y INTEGER NOT NULL,
  entry INTEGER NOT NULL DEFAULT 0,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  undone_at INTEGER,
  undone_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX row_marks_of ON row_marks (book, id) WHERE undone_at IS NULL;

-- What a person remarks about an entry; not part of the register.
CREATE TABLE person_notes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  entry INTEGER NOT NULL REFERENCES entries,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX person_notes_of ON person_notes (entry, id);

-- The last row of a box counts. before: what stood there, so that nobody corrects what was not seen.
CREATE TABLE word_corrections (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  page INTEGER NOT NULL REFERENCES pages,
  box_left INTEGER NOT NULL,
  box_top INTEGER NOT NULL,
  box_right INTEGER NOT NULL,
  box_bottom INTEGER NOT NULL,
  before TEXT NOT NULL,
  text TEXT NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL
) STRICT;
CREATE INDEX word_corrections_of ON word_corrections (page, id);

-- received: bytes that are on disk. batch: what it became, NULL until then.
CREATE TABLE uploads (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  by TEXT NOT NULL,
  name TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  received INTEGER NOT NULL DEFAULT 0,
  begun_at INTEGER NOT NULL,
  touched_at INTEGER NOT NULL,
  batch INTEGER
) STRICT;
CREATE INDEX uploads_open ON uploads (by, id) WHERE batch IS NULL;

CREATE TRIGGER person_notes_stay BEFORE UPDATE ON person_notes
  BEGIN SELECT RAISE(ABORT, 'notes are append only'); END;
CREATE TRIGGER person_notes_remain BEFORE DELETE ON person_notes
  BEGIN SELECT RAISE(ABORT, 'notes are append only'); END;
CREATE TRIGGER word_corrections_stay BEFORE UPDATE ON word_corrections
  BEGIN SELECT RAISE(ABORT, 'corrections are append only'); END;
CREATE TRIGGER word_corrections_remain BEFORE DELETE ON word_corrections
  BEGIN SELECT RAISE(ABORT, 'corrections are append only'); END;
)sql";

}  // namespace

void add_review_tables(Database& database) { database.run_script(kReviewTables); }

}  // namespace sogoc
