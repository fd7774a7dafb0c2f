#pragma once

#include "pipeline/jobs/job_store.hpp"
#include "pipeline/jobs/retry_policy.hpp"
#include "storage/database.hpp"

namespace sogoc {

// The truth about work, in SQLite. Each call is one transaction.
//
// Owner:  Archive.
// Thread: belongs to the thread of its database; several processes may have it open.
class SqliteJobStore final : public JobStore {
 public:
  SqliteJobStore(Database& database, const Clock& clock, RetryPolicy policy = {});

  [[nodiscard]] Result<BatchId> add_batch(const NewBatch& batch) override;
  [[nodiscard]] Result<std::optional<Task>> claim(const std::string& worker, UtcTime now,
                                                  UtcTime lease_until) override;
  [[nodiscard]] Done renew(const LeaseToken& lease, UtcTime lease_until) override;
  [[nodiscard]] Done finish_open(const LeaseToken& lease, const OpenedFile& opened) override;
  [[nodiscard]] Done finish_page(const LeaseToken& lease, const PageOutcome& outcome) override;
  [[nodiscard]] Done finish_document(const LeaseToken& lease,
                                     const DocumentOutcome& outcome) override;
  [[nodiscard]] Done fail_job(const LeaseToken& lease, const Error& error, UtcTime now) override;
  [[nodiscard]] Result<int> expire_leases(UtcTime now) override;
  [[nodiscard]] Result<int> release_worker(const std::string& worker, const Error& why,
                                           UtcTime now) override;
  [[nodiscard]] Result<int> release_all_leases() override;
  [[nodiscard]] Result<int> requeue_quarantined(std::optional<BatchId> batch) override;
  [[nodiscard]] Result<std::optional<UtcTime>> next_wake() override;
  [[nodiscard]] Result<Progress> progress(std::optional<BatchId> batch) override;

  // Whether a lease was given since this store was opened. Other leases are of dead processes
  // when no other process has the archive open.
  [[nodiscard]] bool gave_leases() const { return gave_leases_; }

 private:
  [[nodiscard]] std::int64_t first_integer(const char* sql, std::int64_t id);

  Database& database_;
  const Clock& clock_;
  const RetryPolicy policy_;
  bool gave_leases_ = false;
};

}  // namespace sogoc
