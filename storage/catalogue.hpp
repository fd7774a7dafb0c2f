#pragma once

// What the commands ask and what a person decides: dossiers, lists, details, confirmations,
// search, audit events. States are moved by jobs through JobStore; here only by persons.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/digest.hpp"
#include "pipeline/core/page.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/jobs/job.hpp"
#include "pipeline/jobs/job_store.hpp"
#include "pipeline/records/dossier_rules.hpp"
#include "pipeline/records/people.hpp"
#include "pipeline/records/record_states.hpp"

namespace sogoc {

class Database;

// ---- What the lists say -----------------------------------------------------------------------

struct Dossier {
  NewDossier about;
  DossierState state = DossierState::open;
  DossierCounts counts;
  UtcTime created_at;
  std::string created_by;
  std::optional<UtcTime> closed_at;
  std::string closed_by;
  std::string closing_note;  // why differences were accepted
};

struct BatchRow {
  BatchId id = 0;
  std::string dossier;  // code, or ""
  std::string operator_name;
  UtcTime received_at;
  ReadingSettings settings;
  Progress progress;
};

struct FileRow {
  FileId id = 0;
  BatchId batch = 0;
  DocumentId document = 0;
  int ordinal = 0;   // in the batch, counts from 1
  std::string name;  // as received
  Sha256 digest;
  std::uint64_t bytes = 0;
  FileState state = FileState::received;
  std::optional<OpenedFile> opened;
  std::optional<Error> error;  // why it is quarantined
};

struct PageRow {
  PageId id = 0;
  BatchId batch = 0;
  std::optional<std::int64_t> ordinal;  // in the batch, counts from 1; absent until every
                                        // earlier file of the batch was opened or refused
  std::string name;                     // "batch 3 page 12", or "batch 3 file 2 page 1"
  FileId file = 0;
  std::string file_name;
  PageIndex index;  // page of the file
  DocumentId document = 0;
  std::string document_identifier;
  int page_of_document = 0;  // counts from 1
  PageState state = PageState::received;
  std::vector<std::string> reasons;  // why a person is needed; secrecy marks
  std::optional<Error> error;        // why it is quarantined
  std::optional<Sha256> record;      // PageRecord blob
  std::optional<Sha256> thumbnail;
  std::string decided_by;  // a person who confirmed or released it, or ""
  std::optional<UtcTime> decided_at;
};

struct DocumentRow {
  DocumentId id = 0;
  BatchId batch = 0;
  std::string dossier;          // code, or ""
  int ordinal = 0;              // in its dossier, else in its batch; counts from 1
  std::string identifier;       // "<mã hồ sơ>.<ordinal>" or "batch<id>.<ordinal>"
  std::string first_file_name;  // as received
  DocumentState state = DocumentState::reading;
  std::optional<Error> error;
  std::int64_t pages = 0;
  std::int64_t pages_need_person = 0;
  // Effective values (confirmed before machine), "" when unknown:
  std::string type_name, type_code, number, notation, issued_date, organ_name, subject;
};

struct FieldChange {
  UtcTime at;
  std::string by;  // a person, or "machine"
  std::string value;
  ValueState state = ValueState::empty;
};

struct FieldDetails {
  MetadataField machine;                 // what was read; state empty when never read
  std::optional<std::string> confirmed;  // what a person confirmed; "" = confirmed as empty
  std::string confirmed_by;
  std::optional<UtcTime> confirmed_at;
  std::vector<FieldChange> history;  // oldest first
  // The value that counts: the person's, else the machine's.
  [[nodiscard]] MetadataField effective() const;
};

struct DocumentOutputs {
  Sha256 record, pdf, text, alto;
};

struct DocumentDetails {
  DocumentRow row;
  std::vector<FileRow> files;
  std::optional<DocumentOutputs> outputs;  // when it was written
  std::vector<FieldDetails> fields;        // in the order of the schema
  std::vector<std::string> doubts, notes;
};

struct PageFilter {
  std::optional<BatchId> batch{};
  std::optional<DocumentId> document{};
  std::string dossier{};
  std::vector<PageState> states{};  // empty: all
  std::int64_t offset = 0, limit = 1000;
};
struct DocumentFilter {
  std::optional<BatchId> batch{};
  std::string dossier{};
  std::vector<DocumentState> states{};  // empty: all
  std::int64_t offset = 0, limit = 1000;
};

// A file that was received before.
struct ReceivedFile {
  FileId file = 0;
  BatchId batch = 0;
  std::string name;
  UtcTime at;
};
struct ReceivedBefore {
  std::optional<BatchId> same_batch;          // the very same files in the same order
  std::map<std::size_t, ReceivedFile> files;  // by position over all documents of the new batch
};

struct Event {
  std::int64_t id = 0;
  UtcTime at;
  std::string by;       // a person as named by the caller, or "sogoc"
  std::string what;     // "confirm_page", "close_dossier", ...
  std::string subject;  // "page 12", "document 4 subject"
  std::string note;
};

// ---- Search -----------------------------------------------------------------------------------

struct SearchQuery {
  std::string text{};        // words; "quoted phrase"; anything a person types.
                             // Empty: everything that passes the filters
  std::string type{};        // typeName or typeCode, folded
  std::string from{}, to{};  // issuedDate, YYYY-MM-DD, both included
  std::string body{};        // part of organName or parentOrgan, folded
  std::string dossier{};     // code
  std::optional<Scope> scope{};  // only records that it covers; nothing = all
  int limit = 20, offset = 0;
};

struct SearchHit {
  DocumentId document = 0;
  std::string identifier;
  int page_of_document = 0;  // counts from 1; 0: in the metadata
  bool exact = false;        // with its diacritics; else only when folded
  double score = 0;          // higher is better, comparable within one answer
  // The text as written, with the found words between kMarkOn and kMarkOff.
  std::string snippet;
  std::string type_name, number, notation, issued_date, organ_name, subject;
  static constexpr char kMarkOn = '\x02';
  static constexpr char kMarkOff = '\x03';
};

struct SearchAnswer {
  std::vector<SearchHit> hits;
  std::int64_t total = 0;  // pages found, not only those of this answer
};

enum class RestrictedDecision : std::uint8_t {
  release,   // goes on like any page: read, indexed, written
  withhold,  // stays out for good
};

// Owner:  Archive.
// Thread: belongs to the thread of its archive.
// Every call is one transaction. not_found names what does not exist; conflict says what stands
// in the way.
class Catalogue {
 public:
  Catalogue(Database& database, const Clock& clock);

  // ---- Dossiers
  [[nodiscard]] Done add_dossier(const NewDossier& dossier, const std::string& by);
  [[nodiscard]] Result<std::vector<Dossier>> dossiers();
  [[nodiscard]] Result<Dossier> dossier(const std::string& code);
  // What closing would say.
  [[nodiscard]] Result<DossierCheck> compare(const std::string& code);
  // Conflict when something is unfinished, or when counts differ and `accept_note` is empty.
  [[nodiscard]] Result<DossierCheck> close_dossier(const std::string& code, const std::string& by,
                                                   const std::string& accept_note);

  // ---- Lists and details
  [[nodiscard]] Result<std::vector<BatchRow>> batches();  // newest first
  [[nodiscard]] Result<BatchRow> batch(BatchId id);
  [[nodiscard]] Result<std::vector<FileRow>> files(BatchId batch);
  [[nodiscard]] Result<std::vector<DocumentRow>> documents(const DocumentFilter& filter);
  [[nodiscard]] Result<std::vector<PageRow>> pages(const PageFilter& filter);
  [[nodiscard]] Result<PageRow> page(PageId id);
  [[nodiscard]] Result<PageRow> page_at(BatchId batch, std::int64_t ordinal);
  [[nodiscard]] Result<DocumentDetails> document(DocumentId id);
  [[nodiscard]] Result<DocumentDetails> document_named(const std::string& identifier);
  // Pages finished within the last `window`; per second it is the recent speed.
  [[nodiscard]] Result<std::int64_t> pages_finished_since(UtcTime since);

  // ---- Ingest: was any of it received before? Reported, never merged.
  [[nodiscard]] Result<std::vector<ReceivedFile>> find_received(const Sha256& digest);
  [[nodiscard]] Result<ReceivedBefore> received_before(const NewBatch& batch);

  // ---- What a person decides. `by` must not be empty.
  // To done or blank, from needs_person, done or blank; to unreadable, from quarantined: the next
  // run writes its document with the page's picture, or with a page that says there is none.
  [[nodiscard]] Done confirm_page(PageId page, PageState state, const std::string& by,
                                  const std::string& note);
  // The same for a file that could not be opened: one such page stands for it.
  [[nodiscard]] Done accept_unreadable_file(BatchId batch, std::int64_t ordinal,
                                            const std::string& by, const std::string& note);
  // An empty value confirms that the field is empty. May be confirmed again: history keeps all.
  [[nodiscard]] Done confirm_field(DocumentId document, const std::string& key,
                                   const std::string& value, const std::string& by);
  [[nodiscard]] Done release_restricted(PageId page, const std::string& by,
                                        RestrictedDecision decision, const std::string& note);
  // Takes a page, and so its document, out of the search until it is released.
  [[nodiscard]] Done restrict_page(PageId page, const std::string& by, const std::string& why);

  // ---- Audit: append only
  [[nodiscard]] Done add_event(const std::string& by, const std::string& what,
                               const std::string& subject, const std::string& note);
  [[nodiscard]] Result<std::vector<Event>> events(std::int64_t after_id, int limit);

  // ---- Search
  [[nodiscard]] Result<SearchAnswer> search(const SearchQuery& query);

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace sogoc
