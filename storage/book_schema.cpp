#include "storage/book_schema.hpp"

namespace sogoc {
namespace {

constexpr const char* kBookTables = R"sql(
-- taken: digest over what the entries were made from (pages, their order and records); NULL: never.
-- checked: what taken was when its findings were kept.
CREATE TABLE register_books (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  code TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  number TEXT NOT NULL,
  year_from INTEGER NOT NULL,
  year_to INTEGER NOT NULL,
  body TEXT NOT NULL,
  layouts TEXT NOT NULL DEFAULT '[]',
  first_page INTEGER,
  declared_pages INTEGER,
  first_entry INTEGER,
  declared_entries INTEGER,
  note TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  taken BLOB,
  checked BLOB,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  closed_at INTEGER,
  closed_by TEXT NOT NULL DEFAULT '',
  closing_reason TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE register_batches (
  batch INTEGER PRIMARY KEY REFERENCES batches,
  book INTEGER NOT NULL REFERENCES register_books
) STRICT;
CREATE INDEX register_batches_of ON register_batches (book);

-- What a person or a check said about a page of a book; a page without a row is in the order of
-- scanning. after: it stands behind this page, 0 = first of all. role_by: "" = a check found it.
CREATE TABLE register_pages (
  page INTEGER PRIMARY KEY,
  book INTEGER NOT NULL REFERENCES register_books,
  after INTEGER,
  role TEXT NOT NULL DEFAULT 'page' CHECK (role IN ('page', 'evidence')),
  evidence_of INTEGER,
  role_by TEXT NOT NULL DEFAULT '',
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX register_pages_of ON register_pages (book);

-- place: its order in the book. page .. box_bottom: where it begins; places: JSON, all of them.
-- seen: 0 when a later reading of its page no longer shows it; present: 0 then, unless a person decided on a field of it.
-- number: the value of so or stt that counts.
CREATE TABLE entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  book INTEGER NOT NULL REFERENCES register_books,
  place INTEGER NOT NULL,
  number TEXT NOT NULL DEFAULT '',
  layout TEXT NOT NULL DEFAULT '',
  page INTEGER NOT NULL,
  part INTEGER NOT NULL,
  box_left INTEGER NOT NULL,
  box_top INTEGER NOT NULL,
  box_right INTEGER NOT NULL,
  box_bottom INTEGER NOT NULL,
  places TEXT NOT NULL DEFAULT '[]',
  notes TEXT NOT NULL DEFAULT '[]',
  struck_out INTEGER NOT NULL DEFAULT 0,
  seen INTEGER NOT NULL DEFAULT 1,
  present INTEGER NOT NULL DEFAULT 1,
  source TEXT NOT NULL CHECK (source IN ('machine', 'person', 'import')),
  stage TEXT NOT NULL DEFAULT 'entry' CHECK (stage IN ('entry', 'check_1', 'check_2', 'final'))
) STRICT;
CREATE INDEX entries_of ON entries (book, present, place);
CREATE INDEX entries_numbered ON entries (book, number);
CREATE INDEX entries_page ON entries (page);

-- What the machine read and, apart from it, what a person decided (decided_state NULL: nobody did).
CREATE TABLE entry_fields (
  entry INTEGER NOT NULL REFERENCES entries,
  key TEXT NOT NULL,
  position INTEGER NOT NULL,
  machine_value TEXT NOT NULL DEFAULT '',
  machine_state TEXT NOT NULL DEFAULT 'failed',
  confidence REAL NOT NULL DEFAULT 0,
  sure INTEGER NOT NULL DEFAULT 0,
  source TEXT NOT NULL DEFAULT '',
  places TEXT NOT NULL DEFAULT '[]',
  alternatives TEXT NOT NULL DEFAULT '[]',
  doubts TEXT NOT NULL DEFAULT '[]',
  decided_value TEXT NOT NULL DEFAULT '',
  decided_state TEXT CHECK (decided_state IN ('written', 'empty', 'illegible', 'unknown')),
  decided_by TEXT NOT NULL DEFAULT '',
  decided_at INTEGER,
  PRIMARY KEY (entry, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_fields_decided ON entry_fields (key, decided_value) WHERE decided_state = 'written';

-- how: machine, confirm, set, import, keying, stage.
CREATE TABLE entry_history (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  entry INTEGER NOT NULL,
  key TEXT NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  how TEXT NOT NULL,
  value TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;
CREATE INDEX entry_history_of ON entry_history (entry, id);

-- All values of an entry as they were when it entered a stage.
CREATE TABLE entry_snapshots (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  entry INTEGER NOT NULL,
  stage TEXT NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  fields TEXT NOT NULL
) STRICT;
CREATE INDEX entry_snapshots_of ON entry_snapshots (entry, id);

-- Blind keying: each person's own value; nobody is shown another's before the field is settled.
CREATE TABLE entry_keyings (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  entry INTEGER NOT NULL,
  key TEXT NOT NULL,
  by TEXT NOT NULL,
  at INTEGER NOT NULL,
  value TEXT NOT NULL,
  state TEXT NOT NULL,
  UNIQUE (entry, key, by)
) STRICT;

-- mark: what makes the same finding known again.
CREATE TABLE book_tickets (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  book INTEGER NOT NULL REFERENCES register_books,
  kind TEXT NOT NULL,
  mark TEXT NOT NULL,
  text TEXT NOT NULL,
  pages TEXT NOT NULL DEFAULT '[]',
  state TEXT NOT NULL CHECK (state IN ('open', 'resolved', 'gone')),
  opened_at INTEGER NOT NULL,
  settled_at INTEGER,
  settled_by TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  UNIQUE (book, kind, mark)
) STRICT;

CREATE TRIGGER entry_history_stays BEFORE UPDATE ON entry_history
  BEGIN SELECT RAISE(ABORT, 'history is append only'); END;
CREATE TRIGGER entry_history_remains BEFORE DELETE ON entry_history
  BEGIN SELECT RAISE(ABORT, 'history is append only'); END;
CREATE TRIGGER entry_snapshots_stay BEFORE UPDATE ON entry_snapshots
  BEGIN SELECT RAISE(ABORT, 'snapshots are append only'); END;
CREATE TRIGGER entry_snapshots_remain BEFORE DELETE ON entry_snapshots
  BEGIN SELECT RAISE(ABORT, 'snapshots are append only'); END;
CREATE TRIGGER entry_keyings_stay BEFORE UPDATE ON entry_keyings
  BEGIN SELECT RAISE(ABORT, 'keyings are append only'); END;
CREATE TRIGGER entry_keyings_remain BEFORE DELETE ON entry_keyings
  BEGIN SELECT RAISE(ABORT, 'keyings are append only'); END;
)sql";

}  // namespace

void add_book_tables(Database& database) { database.run_script(kBookTables); }

}  // namespace sogoc
