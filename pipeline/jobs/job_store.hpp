#pragma once

// Port: what is true about batches, files, pages, documents and their jobs.
//
// Owner:  the coordinator and the short-lived commands; never a worker.
// Thread: belongs to the thread that made it; several processes may have the archive open.
// Every call is one transaction, durable on return, and idempotent where a repeat can happen.

#include <optional>
#include <string>
#include <vector>

#include "pipeline/jobs/job.hpp"

namespace sogoc {

struct NewFile {
  Sha256 digest;
  std::string name;                     // as received; bytes that are no UTF-8 are escaped
  std::uint64_t bytes = 0;
};

struct NewDocument {
  std::vector<NewFile> files;           // one, or the images of a folder in natural order
};

struct NewBatch {
  std::vector<NewDocument> documents;
  std::string dossier;                  // code, or ""
  std::string book;                     // code of the register book its pages are of, or ""
  ReadingSettings settings;
  std::string operator_name;
};

struct Progress {
  std::int64_t files = 0, documents = 0;
  std::int64_t pages = 0;               // known so far; grows while files are opened
  std::int64_t pages_done = 0;          // done, blank, needs_person, restricted, unreadable
  std::int64_t pages_failed = 0;        // quarantined
  std::int64_t pages_need_person = 0;
  std::int64_t pages_unreadable = 0;    // of the done: a person accepted that nobody could read them
  std::int64_t files_failed = 0;        // quarantined: could not be opened
  std::int64_t documents_done = 0, documents_waiting = 0, documents_failed = 0;
  std::int64_t jobs_queued = 0, jobs_leased = 0;
  // Nothing is left that could run without a person.
  [[nodiscard]] bool idle() const { return jobs_queued == 0 && jobs_leased == 0; }
};

class JobStore {
 public:
  virtual ~JobStore() = default;

  // All or nothing; the masters are already in the blob store.
  [[nodiscard]] virtual Result<BatchId> add_batch(const NewBatch& batch) = 0;

  // The next job that may run now, leased to `worker`; nothing when there is none. Order: older
  // batches first; in a batch files before documents before pages, so that what was read is
  // written (and its pictures go) while the rest is still being read.
  [[nodiscard]] virtual Result<std::optional<Task>> claim(const std::string& worker,
                                                          UtcTime now, UtcTime lease_until) = 0;
  // Fails with conflict when the token is no longer live. The same holds for all that follow.
  [[nodiscard]] virtual Done renew(const LeaseToken& lease, UtcTime lease_until) = 0;

  // Makes the file's pages and their jobs; batch-wide ordinals follow the order of the files.
  [[nodiscard]] virtual Done finish_open(const LeaseToken& lease, const OpenedFile& opened) = 0;
  // When it was the last open page of its document: queues the document's job, or lets the
  // document wait (restricted or quarantined pages).
  [[nodiscard]] virtual Done finish_page(const LeaseToken& lease, const PageOutcome& outcome) = 0;
  // Machine values never overwrite confirmed ones. Indexes the text for search.
  [[nodiscard]] virtual Done finish_document(const LeaseToken& lease,
                                             const DocumentOutcome& outcome) = 0;

  // Retry::same_step or whole_job and tries left: queued again after a pause. Else quarantined.
  // A crash, a time-out and memory over its limit are tried again as same_step.
  [[nodiscard]] virtual Done fail_job(const LeaseToken& lease, const Error& error, UtcTime now) = 0;

  // Leases that ran out, or whose worker is gone: queued again, each counted as a failed try.
  // Returns how many.
  [[nodiscard]] virtual Result<int> expire_leases(UtcTime now) = 0;
  [[nodiscard]] virtual Result<int> release_worker(const std::string& worker, const Error& why,
                                                   UtcTime now) = 0;
  // Start of a coordinator: it is the only one, so every lease is an orphan of a dead one. Does
  // not count as a try.
  [[nodiscard]] virtual Result<int> release_all_leases() = 0;

  // Quarantined jobs run again (all, or those of one batch). Returns how many.
  [[nodiscard]] virtual Result<int> requeue_quarantined(std::optional<BatchId> batch) = 0;

  // When the earliest paused job may run; nothing when none is paused.
  [[nodiscard]] virtual Result<std::optional<UtcTime>> next_wake() = 0;

  [[nodiscard]] virtual Result<Progress> progress(std::optional<BatchId> batch) = 0;
};

}  // namespace sogoc
