#include "storage/capture_schema.hpp"

namespace sogoc {
namespace {

constexpr const char* kCaptureTables = R"sql(
-- name: the session id of its orders. book, dossier: codes, "" = the covers in the stack say it.
CREATE TABLE capture_sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  book TEXT NOT NULL,
  dossier TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'waiting', 'finished', 'dropped')),
  declared INTEGER,
  turned_later INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  finished_by TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT ''
) STRICT;

-- One pass of paper. settings: JSON, what the device really set. Provenance of its images.
CREATE TABLE capture_orders (
  id TEXT PRIMARY KEY,
  session INTEGER NOT NULL REFERENCES capture_sessions,
  role TEXT NOT NULL CHECK (role IN ('stack', 'backs', 'replace', 'insert')),
  at_sheet INTEGER NOT NULL,
  at_side INTEGER NOT NULL,
  reason TEXT NOT NULL,
  by TEXT NOT NULL,
  device TEXT NOT NULL,
  settings TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX capture_orders_of ON capture_orders (session);

-- order_sheet: as it left the feeder. sheet, insert_no: its place in the session (of the backs' pass once it has ended: until
-- then sheet is 0). batch, file_ordinal: once it is a page.
CREATE TABLE capture_images (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  session INTEGER NOT NULL REFERENCES capture_sessions,
  capture_order TEXT NOT NULL REFERENCES capture_orders,
  order_sheet INTEGER NOT NULL,
  side INTEGER NOT NULL,
  sheet INTEGER NOT NULL,
  insert_no INTEGER NOT NULL,
  digest BLOB NOT NULL,
  bytes INTEGER NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  dpi_x REAL NOT NULL,
  dpi_y REAL NOT NULL,
  scanned_at INTEGER NOT NULL,
  findings TEXT NOT NULL,
  blank INTEGER NOT NULL,
  cover TEXT NOT NULL,
  judged_ms INTEGER NOT NULL,
  decision TEXT NOT NULL DEFAULT 'none' CHECK (decision IN ('none', 'accepted', 'rejected', 'replaced')),
  decided_by TEXT NOT NULL DEFAULT '',
  decided_at INTEGER,
  reason TEXT NOT NULL DEFAULT '',
  batch INTEGER REFERENCES batches,
  file_ordinal INTEGER,
  UNIQUE (capture_order, order_sheet, side)
) STRICT;
CREATE INDEX capture_images_of ON capture_images (session, sheet, insert_no, side);
CREATE INDEX capture_images_batch ON capture_images (batch, file_ordinal) WHERE batch IS NOT NULL;
)sql";

}  // namespace

void add_capture_tables(Database& database) { database.run_script(kCaptureTables); }

void add_capture_names(Database& database) { database.run_script("ALTER TABLE capture_images ADD COLUMN received_as TEXT NOT NULL DEFAULT '';"); }

}  // namespace sogoc
