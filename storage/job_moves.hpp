#pragma once

// What moving a job means for files, pages and documents. Every function runs inside a
// transaction of the caller and throws DatabaseFailure. Private to storage/.

#include "pipeline/jobs/job_store.hpp"
#include "pipeline/records/record_states.hpp"
#include "storage/database.hpp"

namespace sogoc {

// The number in jobs.kind: the order of claiming within a batch.
[[nodiscard]] int rank_of(JobKind kind);
[[nodiscard]] JobKind kind_of_rank(std::int64_t rank);

struct JobRow {
  JobId id = 0;
  JobKind kind = JobKind::open;
  BatchId batch = 0;
  std::int64_t subject = 0;
  JobState state = JobState::queued;
  int tries = 0;
  std::int64_t fence = 0;
};

// The job that is leased under this token, or conflict. Every finish and failure starts here.
[[nodiscard]] Result<JobRow> live_job(Database& database, const LeaseToken& lease);

// The only function that changes jobs.state. Checks the arrow.
void move_job(Database& database, const JobRow& job, JobState to);

// The page is to be read from the start, whatever became of its job.
void run_page_anew(Database& database, BatchId batch, PageId page, UtcTime now);
void queue_job(Database& database, JobKind kind, BatchId batch, std::int64_t subject, UtcTime now);

void set_page_state(Database& database, PageId page, PageState state);
void set_document_state(Database& database, DocumentId document, DocumentState state);

// Gives numbers to the pages of every file whose turn has come.
void number_pages(Database& database, BatchId batch);

// Decides what a document waits for, from its files and pages; queues its job when it waits for
// nothing more, and takes that job away when it must wait again.
void settle_document(Database& database, DocumentId document, UtcTime now);

void add_event_row(Database& database, UtcTime at, std::string_view by, std::string_view what,
                   std::string_view subject, std::string_view note);

// "batch 3 page 12", or "batch 3 file 2 page 1" until the page has its number.
[[nodiscard]] std::string page_name(BatchId batch, std::optional<std::int64_t> first_page,
                                    std::int64_t file_ordinal, std::int64_t index);

[[nodiscard]] Progress load_progress(Database& database, std::optional<BatchId> batch);

// A blob that the owner needs no more may be swept when nobody else needs it.
void discard_uses(Database& database, std::string_view role, std::int64_t owner);
void add_use(Database& database, const Sha256& digest, std::string_view role, std::int64_t owner);

}  // namespace sogoc
