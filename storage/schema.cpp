#include "storage/schema.hpp"

#include <fmt/format.h>

#include "storage/book_schema.hpp"
#include "storage/calibration_schema.hpp"
#include "storage/capture_schema.hpp"
#include "storage/copy_schema.hpp"
#include "storage/entry_search_schema.hpp"
#include "storage/people_schema.hpp"
#include "storage/review_schema.hpp"

namespace sogoc {
namespace {

// Times are milliseconds since 1970 UTC. States are stored by name. Digests are 32 bytes.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE dossiers (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  retention TEXT NOT NULL,
  declared_sheets INTEGER,
  note TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  next_ordinal INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  closed_at INTEGER,
  closed_by TEXT NOT NULL DEFAULT '',
  closing_note TEXT NOT NULL DEFAULT ''
) STRICT;

-- next_file: the first file whose pages have no number yet; next_page: the number they get.
CREATE TABLE batches (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dossier INTEGER REFERENCES dossiers,
  settings TEXT NOT NULL,
  operator TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  fingerprint BLOB NOT NULL,
  next_file INTEGER NOT NULL DEFAULT 1,
  next_page INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX batches_fingerprint ON batches (fingerprint);
CREATE INDEX batches_dossier ON batches (dossier);

-- pictures_gone: it was written once, and the pictures of its pages may be swept; to write it
-- again its pages are read again.
CREATE TABLE documents (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch INTEGER NOT NULL REFERENCES batches,
  dossier INTEGER REFERENCES dossiers,
  ordinal INTEGER NOT NULL,
  identifier TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('reading', 'writing', 'done', 'waiting', 'restricted', 'failed')),
  error TEXT,
  doubts TEXT NOT NULL DEFAULT '[]',
  notes TEXT NOT NULL DEFAULT '[]',
  pictures_gone INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX documents_batch ON documents (batch, state);
CREATE INDEX documents_dossier ON documents (dossier, state);

-- first_page: batch-wide number of its first page. The number of a page is first_page + idx: it
-- is given once, to all pages of a file, when every earlier file was opened or refused.
CREATE TABLE files (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch INTEGER NOT NULL REFERENCES batches,
  document INTEGER NOT NULL REFERENCES documents,
  ordinal INTEGER NOT NULL,
  name TEXT NOT NULL,
  digest BLOB NOT NULL,
  bytes INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('received', 'opened', 'quarantined')),
  opened TEXT,
  error TEXT,
  media_type TEXT NOT NULL DEFAULT '',
  page_count INTEGER NOT NULL DEFAULT 0,
  first_page INTEGER,
  UNIQUE (batch, ordinal)
) STRICT;
CREATE INDEX files_digest ON files (digest);
CREATE INDEX files_document ON files (document, state, ordinal);
CREATE INDEX files_unnumbered ON files (batch, ordinal) WHERE first_page IS NULL;
CREATE UNIQUE INDEX files_first_page ON files (batch, first_page) WHERE first_page IS NOT NULL;

-- confirmed: the state a person gave it; released: a person let it through despite its mark.
CREATE TABLE pages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch INTEGER NOT NULL REFERENCES batches,
  file INTEGER NOT NULL REFERENCES files,
  document INTEGER NOT NULL REFERENCES documents,
  idx INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('received', 'reading', 'done', 'blank', 'needs_person',
                                       'quarantined', 'restricted')),
  reasons TEXT NOT NULL DEFAULT '[]',
  error TEXT,
  confirmed TEXT,
  released INTEGER NOT NULL DEFAULT 0,
  decided_by TEXT NOT NULL DEFAULT '',
  decided_at INTEGER,
  finished_at INTEGER,
  UNIQUE (file, idx)
) STRICT;
CREATE INDEX pages_document ON pages (document, state);
CREATE INDEX pages_batch_state ON pages (batch, state);
CREATE INDEX pages_finished ON pages (finished_at) WHERE finished_at IS NOT NULL;

-- Who needs a blob. role: record, thumbnail, work (a page) or document_record, pdf, text, alto
-- (a document). Masters are in files.
CREATE TABLE uses (
  digest BLOB NOT NULL,
  role TEXT NOT NULL,
  owner INTEGER NOT NULL,
  PRIMARY KEY (digest, role, owner)
) STRICT, WITHOUT ROWID;
CREATE INDEX uses_owner ON uses (role, owner);

-- Blobs that something needed and needs no more; the sweep looks at them.
CREATE TABLE discards (
  digest BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- kind: 0 open (subject: file), 1 document, 2 page. The order is the order of claiming.
CREATE TABLE jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL CHECK (kind IN (0, 1, 2)),
  batch INTEGER NOT NULL REFERENCES batches,
  subject INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'leased', 'done', 'quarantined')),
  tries INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0,
  worker TEXT NOT NULL DEFAULT '',
  lease_until INTEGER,
  not_before INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  queued_at INTEGER NOT NULL,
  UNIQUE (kind, subject)
) STRICT;
CREATE INDEX jobs_ready ON jobs (batch, kind, id) WHERE state = 'queued' AND not_before = 0;
CREATE INDEX jobs_paused ON jobs (not_before) WHERE state = 'queued' AND not_before > 0;
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE state = 'leased';
CREATE INDEX jobs_leased_worker ON jobs (worker) WHERE state = 'leased';
CREATE INDEX jobs_quarantined ON jobs (batch) WHERE state = 'quarantined';

-- How many of what are in which state; kept by triggers, so that progress costs nothing.
CREATE TABLE counts (
  batch INTEGER NOT NULL,
  what TEXT NOT NULL,
  state TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (batch, what, state)
) STRICT, WITHOUT ROWID;
)sql";

// {0}: table, {1}: what is counted. A value that does not change costs nothing.
constexpr const char* kCounting = R"sql(
CREATE TRIGGER {0}_counted_in AFTER INSERT ON {0} BEGIN
  INSERT INTO counts VALUES (NEW.batch, '{0}', NEW.state, 1)
    ON CONFLICT (batch, what, state) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER {0}_counted_over AFTER UPDATE OF state ON {0} WHEN OLD.state <> NEW.state BEGIN
  UPDATE counts SET n = n - 1 WHERE batch = OLD.batch AND what = '{0}' AND state = OLD.state;
  INSERT INTO counts VALUES (NEW.batch, '{0}', NEW.state, 1)
    ON CONFLICT (batch, what, state) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER {0}_counted_out AFTER DELETE ON {0} BEGIN
  UPDATE counts SET n = n - 1 WHERE batch = OLD.batch AND what = '{0}' AND state = OLD.state;
END;
)sql";

constexpr const char* kVersion1Rest = R"sql(
-- What the machine read and, apart from it, what a person confirmed.
CREATE TABLE fields (
  document INTEGER NOT NULL REFERENCES documents,
  key TEXT NOT NULL,
  position INTEGER NOT NULL,
  machine_value TEXT NOT NULL DEFAULT '',
  machine_state TEXT NOT NULL DEFAULT 'empty',
  confidence REAL NOT NULL DEFAULT 0,
  page INTEGER NOT NULL DEFAULT 0,
  box_left INTEGER NOT NULL DEFAULT 0,
  box_top INTEGER NOT NULL DEFAULT 0,
  box_right INTEGER NOT NULL DEFAULT 0,
  box_bottom INTEGER NOT NULL DEFAULT 0,
  source TEXT NOT NULL DEFAULT '',
  confirmed_value TEXT,
  confirmed_by TEXT NOT NULL DEFAULT '',
  confirmed_at INTEGER,
  PRIMARY KEY (document, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE field_history (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document INTEGER NOT NULL,
  key TEXT NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  value TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;
CREATE INDEX field_history_of ON field_history (document, key);

CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  what TEXT NOT NULL,
  subject TEXT NOT NULL,
  note TEXT NOT NULL
) STRICT;

CREATE TRIGGER events_stay BEFORE UPDATE ON events
  BEGIN SELECT RAISE(ABORT, 'events are append only'); END;
CREATE TRIGGER events_remain BEFORE DELETE ON events
  BEGIN SELECT RAISE(ABORT, 'events are append only'); END;
CREATE TRIGGER field_history_stays BEFORE UPDATE ON field_history
  BEGIN SELECT RAISE(ABORT, 'history is append only'); END;
CREATE TRIGGER field_history_remains BEFORE DELETE ON field_history
  BEGIN SELECT RAISE(ABORT, 'history is append only'); END;

-- One row a page, and one (page 0) for the metadata of a document. The words of the index come
-- from storage/search (tokenizer sogoc_vi1: exact and folded form of each word).
CREATE TABLE search_rows (
  id INTEGER PRIMARY KEY,
  document INTEGER NOT NULL REFERENCES documents,
  page INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX search_rows_of ON search_rows (document, page);
CREATE VIRTUAL TABLE search USING fts5 (metadata, body, tokenize = 'sogoc_vi1');
)sql";

// Pages may be unreadable. A CHECK cannot be changed in place; nothing refers to pages by key, and
// dropping the old table drops its indexes and counting triggers, whose counts stay as they are.
constexpr const char* kVersion3 = R"sql(
CREATE TABLE pages_3 (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch INTEGER NOT NULL REFERENCES batches,
  file INTEGER NOT NULL REFERENCES files,
  document INTEGER NOT NULL REFERENCES documents,
  idx INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('received', 'reading', 'done', 'blank', 'needs_person',
                                       'quarantined', 'restricted', 'unreadable')),
  reasons TEXT NOT NULL DEFAULT '[]',
  error TEXT,
  confirmed TEXT,
  released INTEGER NOT NULL DEFAULT 0,
  decided_by TEXT NOT NULL DEFAULT '',
  decided_at INTEGER,
  finished_at INTEGER,
  UNIQUE (file, idx)
) STRICT;
INSERT INTO pages_3 SELECT id, batch, file, document, idx, state, reasons, error, confirmed,
  released, decided_by, decided_at, finished_at FROM pages;
DROP TABLE pages;
ALTER TABLE pages_3 RENAME TO pages;
CREATE INDEX pages_document ON pages (document, state);
CREATE INDEX pages_batch_state ON pages (batch, state);
CREATE INDEX pages_finished ON pages (finished_at) WHERE finished_at IS NOT NULL;
)sql";

}  // namespace

Done migrate(Database& database, int up_to) {
  return database.write([&]() -> Done {
    int version = 0;
    {
      Query query = database.query("PRAGMA user_version");
      if (query.next()) version = static_cast<int>(query.integer(0));
    }
    if (version > kSchemaVersion)
      return fail(ErrorCode::unsupported_input, Retry::after_operator, database.file().string(),
                  fmt::format("was written by a newer version of sogoc (format {}, this one knows "
                              "{}); use that version",
                              version, kSchemaVersion));
    if (version < 1 && up_to >= 1) {
      database.run_script(kVersion1);
      for (const char* table : {"files", "documents", "pages", "jobs"})
        database.run_script(fmt::format(fmt::runtime(kCounting), table).c_str());
      database.run_script(kVersion1Rest);
    }
    if (version < 2 && up_to >= 2) add_copy_tables(database);
    if (version < 3 && up_to >= 3) {
      database.run_script(kVersion3);
      database.run_script(fmt::format(fmt::runtime(kCounting), "pages").c_str());
    }
    if (version < 4 && up_to >= 4) add_book_tables(database);
    if (version < 5 && up_to >= 5) add_people_tables(database);
    if (version < 6 && up_to >= 6) {
      add_entry_search_tables(database);
      add_sign_in_tables(database);
    }
    if (version < 7 && up_to >= 7) add_capture_tables(database);
    if (version < 8 && up_to >= 8) add_review_tables(database);
    if (version < 9 && up_to >= 9) add_calibration_tables(database);
    if (version < 10 && up_to >= 10) {
      add_capture_names(database);
      add_prefix_indexes(database);
    }
    if (version < up_to) database.run_script(fmt::format("PRAGMA user_version = {}", up_to).c_str());
    return {};
  });
}

}  // namespace sogoc
