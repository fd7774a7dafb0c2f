#include "storage/copy_schema.hpp"

#include "storage/log_rows.hpp"

namespace sogoc {
namespace {

constexpr const char* kCopyTables = R"sql(
-- Leaf idx (from 0) of the one log: the leaf as it is hashed, what it commits to, its hash and those
-- of the subtrees it completes (32 bytes each). private is NULL where a row that never changes says
-- it all: events, approvals.
CREATE TABLE copy_log (
  idx INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  subject TEXT NOT NULL,
  subject_id INTEGER NOT NULL,
  leaf TEXT NOT NULL,
  salt BLOB NOT NULL,
  private TEXT,
  hashes BLOB NOT NULL
) STRICT;
CREATE INDEX copy_log_of ON copy_log (subject, subject_id, idx);

CREATE TABLE log_heads (
  tree_size INTEGER NOT NULL,
  timestamp INTEGER NOT NULL,
  root BLOB NOT NULL,
  extensions BLOB NOT NULL,
  public_key BLOB NOT NULL,
  signature BLOB NOT NULL,
  timestamp_token BLOB NOT NULL,
  PRIMARY KEY (tree_size, timestamp)
) STRICT, WITHOUT ROWID;

-- data: the request as canonical JSON.
CREATE TABLE requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  client_token TEXT UNIQUE,
  data TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  deadline INTEGER NOT NULL,
  received_by TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('received', 'answered', 'not_found', 'withdrawn')),
  state_at INTEGER NOT NULL,
  state_by TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX requests_waiting ON requests (deadline) WHERE state = 'received';

-- last_number: the last that was given, first_number - 1 when none. The totals are those of the
-- day of closing; after it nothing changes any more.
CREATE TABLE issue_books (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  series TEXT NOT NULL,
  book INTEGER NOT NULL,
  year INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  year_closed INTEGER NOT NULL DEFAULT 0,
  first_number INTEGER NOT NULL,
  last_number INTEGER NOT NULL,
  format TEXT NOT NULL,
  organ TEXT NOT NULL,
  carried_from INTEGER REFERENCES issue_books,
  opened_at INTEGER NOT NULL,
  opened_by TEXT NOT NULL,
  closed_at INTEGER,
  closed_by TEXT NOT NULL DEFAULT '',
  issued INTEGER NOT NULL DEFAULT 0,
  replaced INTEGER NOT NULL DEFAULT 0,
  revoked INTEGER NOT NULL DEFAULT 0,
  voided INTEGER NOT NULL DEFAULT 0,
  UNIQUE (series, year, book)
) STRICT;
CREATE UNIQUE INDEX issue_books_open ON issue_books (series) WHERE state = 'open';

-- source_document: the document whose correction makes the copy outdated; source_mark: the last
-- confirmation of it when the copy was approved.
CREATE TABLE copies (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  client_token TEXT UNIQUE,
  request INTEGER REFERENCES requests,
  kind TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('requested', 'approved', 'numbered', 'signed', 'issued',
                                       'replaced', 'revoked', 'voided', 'refused')),
  state_at INTEGER NOT NULL,
  state_by TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  source_kind TEXT NOT NULL,
  source_id INTEGER NOT NULL,
  source_document INTEGER REFERENCES documents,
  medium TEXT NOT NULL,
  template_version TEXT NOT NULL,
  resume_note TEXT NOT NULL,
  source_digest BLOB,
  source_mark INTEGER NOT NULL DEFAULT 0,
  exceptions TEXT NOT NULL DEFAULT '[]',
  exception_reason TEXT NOT NULL DEFAULT '',
  exception_by TEXT NOT NULL DEFAULT '',
  approved_at INTEGER,
  book INTEGER REFERENCES issue_books,
  series TEXT,
  number INTEGER,
  year INTEGER,
  symbol TEXT NOT NULL DEFAULT '',
  copy_number TEXT NOT NULL DEFAULT '',
  numbered_at INTEGER,
  lookup BLOB UNIQUE,
  record_json TEXT NOT NULL DEFAULT '',
  record BLOB,
  file BLOB,
  issued_at INTEGER,
  replaced_by INTEGER REFERENCES copies,
  CHECK ((number IS NULL) = (state IN ('requested', 'approved', 'refused'))),
  UNIQUE (series, year, number)
) STRICT;
CREATE INDEX copies_state ON copies (state);
CREATE INDEX copies_request ON copies (request);
CREATE INDEX copies_document ON copies (source_document, state);
CREATE INDEX copies_book ON copies (book, state);
CREATE INDEX copies_file ON copies (file) WHERE file IS NOT NULL;
CREATE INDEX copies_record ON copies (record) WHERE record IS NOT NULL;

CREATE TABLE copy_signatures (
  copy INTEGER NOT NULL REFERENCES copies,
  role TEXT NOT NULL,
  digest BLOB NOT NULL,
  prepared BLOB NOT NULL,
  signed_file BLOB,
  level TEXT NOT NULL DEFAULT '',
  receipt TEXT NOT NULL DEFAULT '',
  signed_at INTEGER,
  PRIMARY KEY (copy, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE copy_approvals (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  copy INTEGER NOT NULL REFERENCES copies,
  role TEXT NOT NULL,
  digest BLOB NOT NULL,
  level TEXT NOT NULL,
  approver TEXT NOT NULL,
  at INTEGER NOT NULL,
  statement TEXT NOT NULL,
  proof_kind TEXT NOT NULL,
  proof BLOB NOT NULL
) STRICT;
CREATE INDEX copy_approvals_of ON copy_approvals (copy, role, digest);

CREATE TABLE replies (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  request INTEGER NOT NULL UNIQUE REFERENCES requests,
  book INTEGER NOT NULL REFERENCES issue_books,
  number INTEGER NOT NULL,
  year INTEGER NOT NULL,
  reply_number TEXT NOT NULL,
  searched TEXT NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  UNIQUE (year, number)
) STRICT;

CREATE TRIGGER copy_log_stays BEFORE UPDATE ON copy_log
  BEGIN SELECT RAISE(ABORT, 'the log is append only'); END;
CREATE TRIGGER copy_log_remains BEFORE DELETE ON copy_log
  BEGIN SELECT RAISE(ABORT, 'the log is append only'); END;
CREATE TRIGGER copy_log_grows BEFORE INSERT ON copy_log
  WHEN NEW.idx <> (SELECT coalesce(max(idx) + 1, 0) FROM copy_log)
  BEGIN SELECT RAISE(ABORT, 'the log grows at its end'); END;
CREATE TRIGGER log_heads_stay BEFORE UPDATE ON log_heads
  BEGIN SELECT RAISE(ABORT, 'heads are append only'); END;
CREATE TRIGGER log_heads_remain BEFORE DELETE ON log_heads
  BEGIN SELECT RAISE(ABORT, 'heads are append only'); END;
CREATE TRIGGER copy_approvals_stay BEFORE UPDATE ON copy_approvals
  BEGIN SELECT RAISE(ABORT, 'approvals are append only'); END;
CREATE TRIGGER copy_approvals_remain BEFORE DELETE ON copy_approvals
  BEGIN SELECT RAISE(ABORT, 'approvals are append only'); END;
CREATE TRIGGER replies_stay BEFORE UPDATE ON replies
  BEGIN SELECT RAISE(ABORT, 'replies are append only'); END;
CREATE TRIGGER replies_remain BEFORE DELETE ON replies
  BEGIN SELECT RAISE(ABORT, 'replies are append only'); END;
CREATE TRIGGER requests_remain BEFORE DELETE ON requests
  BEGIN SELECT RAISE(ABORT, 'requests are kept'); END;
CREATE TRIGGER copies_remain BEFORE DELETE ON copies
  BEGIN SELECT RAISE(ABORT, 'copies are kept'); END;
CREATE TRIGGER copies_keep_their_number BEFORE UPDATE ON copies
  WHEN OLD.number IS NOT NULL AND (NEW.number IS NOT OLD.number OR NEW.series IS NOT OLD.series OR
       NEW.year IS NOT OLD.year OR NEW.book IS NOT OLD.book OR NEW.copy_number <> OLD.copy_number)
  BEGIN SELECT RAISE(ABORT, 'a number stays with its copy'); END;
CREATE TRIGGER issue_books_remain BEFORE DELETE ON issue_books
  BEGIN SELECT RAISE(ABORT, 'issue books are kept'); END;
CREATE TRIGGER issue_books_stay_closed BEFORE UPDATE ON issue_books WHEN OLD.state = 'closed'
  BEGIN SELECT RAISE(ABORT, 'a closed book is read-only'); END;
CREATE TRIGGER issue_books_give_in_order BEFORE UPDATE OF last_number ON issue_books
  WHEN NEW.last_number NOT IN (OLD.last_number, OLD.last_number + 1)
  BEGIN SELECT RAISE(ABORT, 'numbers are given one by one'); END;
)sql";

}  // namespace

void add_copy_tables(Database& database) {
  database.run_script(kCopyTables);
  auto events = database.query("SELECT id, at, by, what, subject, note FROM events ORDER BY id");
  while (events.next())
    append_event_leaf(database,
                      {events.integer(0), events.time(1), events.text(2), events.text(3), events.text(4), events.text(5)});
}

}  // namespace sogoc
