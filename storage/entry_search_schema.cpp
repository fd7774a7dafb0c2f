#include "storage/entry_search_schema.hpp"

namespace sogoc {
namespace {

constexpr const char* kEntrySearchTables = R"sql(
-- rowid: the entry. Values that count, by what they are looked for.
CREATE VIRTUAL TABLE entry_search USING fts5 (number, person, date, place, other, tokenize = 'sogoc_vi1');
-- Entries whose row above is older than their fields: every change goes through these triggers, whoever makes it.
CREATE TABLE entry_search_due (entry INTEGER PRIMARY KEY) STRICT;
CREATE TRIGGER entry_search_field_new AFTER INSERT ON entry_fields
  WHEN NOT EXISTS (SELECT 1 FROM entry_search_due WHERE entry = NEW.entry)
  BEGIN INSERT INTO entry_search_due VALUES (NEW.entry); END;
CREATE TRIGGER entry_search_field AFTER UPDATE OF machine_value, machine_state, decided_value, decided_state ON entry_fields
  WHEN NOT EXISTS (SELECT 1 FROM entry_search_due WHERE entry = NEW.entry)
  BEGIN INSERT INTO entry_search_due VALUES (NEW.entry); END;
CREATE TRIGGER entry_search_field_gone AFTER DELETE ON entry_fields
  WHEN NOT EXISTS (SELECT 1 FROM entry_search_due WHERE entry = OLD.entry)
  BEGIN INSERT INTO entry_search_due VALUES (OLD.entry); END;
CREATE TRIGGER entry_search_entry AFTER UPDATE OF number ON entries
  WHEN NOT EXISTS (SELECT 1 FROM entry_search_due WHERE entry = NEW.id)
  BEGIN INSERT INTO entry_search_due VALUES (NEW.id); END;
INSERT INTO entry_search_due SELECT id FROM entries;
)sql";

// Options of an index cannot be changed in place. Entries are looked at again when somebody searches.
constexpr const char* kPrefixIndexes = R"sql(
CREATE VIRTUAL TABLE search_10 USING fts5 (metadata, body, tokenize = 'sogoc_vi1', prefix = '1 2 3');
INSERT INTO search_10 (rowid, metadata, body) SELECT rowid, metadata, body FROM search;
DROP TABLE search;
ALTER TABLE search_10 RENAME TO search;
DROP TABLE entry_search;
CREATE VIRTUAL TABLE entry_search USING fts5 (number, person, date, place, other, tokenize = 'sogoc_vi1', prefix = '1 2 3');
INSERT OR IGNORE INTO entry_search_due SELECT id FROM entries;
)sql";

constexpr const char* kSignInTables = R"sql(
-- totp_secret: shared with the person's authenticator; NULL: no second factor. totp_step: the last step whose code was
-- used, so that none is used twice.
ALTER TABLE people ADD COLUMN totp_secret BLOB;
ALTER TABLE people ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0;
-- Who an account is at an OpenID provider.
CREATE TABLE identities (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  person INTEGER NOT NULL REFERENCES people,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_of ON identities (person);
)sql";

}  // namespace

void add_entry_search_tables(Database& database) { database.run_script(kEntrySearchTables); }
void add_prefix_indexes(Database& database) { database.run_script(kPrefixIndexes); }
void add_sign_in_tables(Database& database) { database.run_script(kSignInTables); }

}  // namespace sogoc
