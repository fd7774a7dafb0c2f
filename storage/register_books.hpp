#pragma once

// Register books and their entries: what the commands ask and what a person decides. The rules are
// those of pipeline/records.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/page.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/jobs/blob_store.hpp"
#include "pipeline/jobs/job_store.hpp"
#include "pipeline/records/entry.hpp"
#include "pipeline/records/people.hpp"
#include "pipeline/records/register_book.hpp"

namespace sogoc {

class Database;

struct RegisterBookRow {
  RegisterBookId id = 0;
  NewRegisterBook about;
  RegisterBookState state = RegisterBookState::open;
  BookCheck counts;  // binding_unreviewed is 0: only check() knows which fields are binding
  std::int64_t fields_decided = 0;
  UtcTime created_at;
  std::string created_by;
  std::optional<UtcTime> closed_at;
  std::string closed_by, closing_reason;
};

struct BookPageRow {
  PageId page = 0;
  BatchId batch = 0;
  std::string name;   // "batch 3 page 12"
  PageState state = PageState::received;
  std::optional<Sha256> record;
  BookPageRole role = BookPageRole::page;
  PageId evidence_of = 0;
  std::string role_by;  // a person, or "" = a check
};

// What a scope asks of a book.
struct BookName {
  std::string code, body;
};

struct EntryRow {
  EntryId id = 0;
  RegisterBookId book_id = 0;
  std::string book;               // code
  std::int64_t place = 0;         // order in the book, from 1
  std::string number;             // value of so or stt that counts, as written
  std::string layout;             // template id
  std::vector<EntryPlace> places;
  std::string page_name;          // where it begins
  std::vector<EntryNote> notes;
  bool struck_out = false;
  bool seen = true;               // false: the last reading of its page does not show it
  bool present = true;            // false: not seen, and no person decided anything about it
  std::string source;             // "machine", "person", "import"
  EntryStage stage = EntryStage::entry;
  std::int64_t revision = 0;      // grows with every change of a value or stage
};

struct EntryFieldDetails {
  EntryField machine;
  std::optional<EntryValue> decided;  // by a person; wins over the machine, for good
  std::string decided_by;
  std::optional<UtcTime> decided_at;
  // The value that counts.
  [[nodiscard]] EntryValue effective() const { return decided ? *decided : value_of_reading(machine.reading); }
};

struct EntryDetails {
  EntryRow row;
  std::vector<EntryFieldDetails> fields;  // in the order of the template
  [[nodiscard]] const EntryFieldDetails* field(std::string_view key) const;
};

struct EntryChange {
  UtcTime at;
  std::string by;    // a person, or "machine"
  std::string how;   // "machine", "confirm", "set", "import", "keying", "stage"
  std::string key;   // of the field; the stage for how = stage
  EntryValue value;
};

struct EntrySnapshot {
  EntryStage stage = EntryStage::entry;
  UtcTime at;
  std::string by;
  std::vector<std::pair<std::string, EntryValue>> values;
};

struct EntryFilter {
  std::string number{};                // as written, or only its figures: "7", "07/2005"
  std::vector<EntryStage> stages{};    // empty: all
  std::optional<PageId> page{};
  bool with_absent = false;            // also those that are no longer seen
  std::int64_t offset = 0, limit = 1'000'000;
};

// All that is given must hold. Words with or without their marks; the last one may still be typed.
struct EntrySearch {
  std::string text{};                                      // anywhere in the entry
  std::string number{}, person{}, date{}, place{};         // in fields of that sort; a date as people write it
  std::string kind{};                                      // of the book: "KS"
  std::optional<Scope> scope{};                            // nothing: everything
  std::int64_t limit = 20, offset = 0;
};
struct EntryHit {
  EntryDetails entry;
  NewRegisterBook book;
  bool exact = false;   // with all marks as typed
};
struct EntrySearchAnswer {
  std::int64_t total = 0;  // at most kMostCounted
  std::vector<EntryHit> hits;
  static constexpr std::int64_t kMostCounted = 1000;
};

struct TicketRow {
  TicketId id = 0;
  std::string book;
  std::string kind, mark, text;
  std::vector<PageId> pages;
  TicketState state = TicketState::open;
  UtcTime opened_at;
  std::optional<UtcTime> settled_at;
  std::string settled_by, reason;
};

struct NewTicket {
  std::string kind;  // "missing_pages", "column_shift", ...
  std::string mark;  // the same for the same finding
  std::string text;  // for people, English
  std::vector<PageId> pages;
  friend bool operator==(const NewTicket&, const NewTicket&) = default;
};

struct Keying {
  std::string by;
  UtcTime at;
  EntryValue value;
};

struct Taken {
  std::int64_t pages = 0, entries = 0, added = 0, vanished = 0;
  bool changed = false;  // false: nothing new since its findings were kept
};

// Owner:  Archive.
// Thread: belongs to the thread of its archive.
// Every call is one transaction. not_found names what does not exist; conflict says what stands in the way.
class RegisterBooks {
 public:
  RegisterBooks(Database& database, BlobStore& blobs, const Clock& clock)
      : database_(database), blobs_(blobs), clock_(clock) {}

  // ---- Books
  [[nodiscard]] Done add(const NewRegisterBook& book, const std::string& by);
  [[nodiscard]] Result<std::vector<RegisterBookRow>> books();
  [[nodiscard]] Result<RegisterBookRow> book(const std::string& code);
  [[nodiscard]] Result<BookName> book_name(const std::string& code);
  // Nothing: the batch is of no book.
  [[nodiscard]] Result<std::optional<BookName>> book_of_batch(BatchId batch);
  // In the order of the book, evidence too.
  [[nodiscard]] Result<std::vector<BookPageRow>> pages(const std::string& code);
  // Into its place: behind `after`, or first of all. Entries follow with the next take().
  [[nodiscard]] Done move_page(const std::string& code, PageId page, std::optional<PageId> after, const std::string& by);
  // `by` "" = a check found it; a person's word stays against checks.
  [[nodiscard]] Done set_role(const std::string& code, PageId page, BookPageRole role, PageId evidence_of,
                              const std::string& by);
  [[nodiscard]] Done close(const std::string& code, const BookCheck& check, const std::string& by,
                           const std::string& reason);

  // ---- Readings into entries. Idempotent; what a person decided stays, what the machine reads anew
  // becomes history.
  [[nodiscard]] Result<Taken> take(const std::string& code);

  // ---- Entries
  [[nodiscard]] Result<std::vector<EntryDetails>> entries(const std::string& code, const EntryFilter& filter);
  [[nodiscard]] Result<EntryDetails> entry(EntryId id);
  // Best first: what matches with its marks before what matches without. Brings the index up to date. Fails with usage
  // when nothing is asked for.
  [[nodiscard]] Result<EntrySearchAnswer> search_entries(const EntrySearch& search);
  [[nodiscard]] Result<std::vector<EntryChange>> history(EntryId id);
  [[nodiscard]] Result<std::vector<EntrySnapshot>> snapshots(EntryId id);
  // `how`: "set", "confirm", "keying" or "import". Sends the entry back to stage entry when a value changes after it.
  // Conflict when the entry no longer has the revision that the person looked at.
  [[nodiscard]] Done decide(EntryId id, const std::vector<std::pair<std::string, EntryValue>>& values,
                            const std::string& by, const std::string& how, std::optional<std::int64_t> seen_revision = std::nullopt);
  // An entry that no machine saw. Its number goes into `so`.
  [[nodiscard]] Result<EntryId> add_entry(const std::string& code, const std::string& layout, PageId page,
                                          const std::vector<std::pair<std::string, EntryValue>>& values,
                                          const std::string& by, const std::string& how);
  [[nodiscard]] Done move_stage(EntryId id, EntryStage to, const std::string& by, std::int64_t unreviewed);

  // ---- Blind keying
  [[nodiscard]] Done key(EntryId id, const std::string& field, const EntryValue& value, const std::string& by);
  [[nodiscard]] Result<std::vector<Keying>> keyings(EntryId id, const std::string& field);

  // ---- Findings
  // Of these kinds, exactly `found` hold now: new ones open, others are gone. A resolved one stays resolved.
  [[nodiscard]] Done keep_findings(const std::string& code, const std::vector<std::string>& kinds,
                                   const std::vector<NewTicket>& found);
  [[nodiscard]] Result<std::vector<TicketRow>> tickets(const std::string& code, bool only_open);
  [[nodiscard]] Done resolve(TicketId id, const std::string& by, const std::string& reason);

  [[nodiscard]] BlobStore& blobs() { return blobs_; }

 private:
  Database& database_;
  BlobStore& blobs_;
  const Clock& clock_;
};

}  // namespace sogoc
