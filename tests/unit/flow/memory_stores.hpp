#pragma once

// Stores for tests of the flow: jobs in memory, blobs in a folder. They keep the ports' promises
// (fencing, tries, pauses) and can be told to fail.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/jobs/blob_store.hpp"
#include "pipeline/jobs/job_store.hpp"
#include "pipeline/jobs/retry_policy.hpp"

namespace sogoc {

class FolderBlobStore final : public BlobStore {
 public:
  explicit FolderBlobStore(std::filesystem::path folder) : folder_(std::move(folder)) {}
  Result<std::unique_ptr<Writer>> begin() override;
  Result<Sha256> put(std::span<const std::uint8_t> bytes) override;
  Result<Sha256> put_file(const std::filesystem::path& file) override;
  Result<std::filesystem::path> find(const Sha256& digest) override;
  Result<std::string> load(const Sha256& digest) override;
  Done remove(const Sha256& digest) override;

  int room = -1;                       // so many more blobs fit; -1 = no end
  std::map<Sha256, int> looked_up;     // find() calls

 private:
  std::filesystem::path folder_;
};

class MemoryJobStore final : public JobStore {
 public:
  struct Job {
    Task task;
    JobState state = JobState::queued;
    std::string worker;
    UtcTime not_before;
    std::size_t document = 0;
    std::vector<Error> errors;
    int finished = 0;                  // how often a result was committed: must end as 1
    std::optional<PageOutcome> page;
  };
  struct Document {
    std::vector<Sha256> files;
    std::vector<std::size_t> pages;    // indices of jobs
    std::size_t files_open = 0;
    std::optional<DocumentOutcome> written;
  };

  Result<BatchId> add_batch(const NewBatch& batch) override;
  Result<std::optional<Task>> claim(const std::string& worker, UtcTime now,
                                    UtcTime lease_until) override;
  Done renew(const LeaseToken& lease, UtcTime lease_until) override;
  Done finish_open(const LeaseToken& lease, const OpenedFile& opened) override;
  Done finish_page(const LeaseToken& lease, const PageOutcome& outcome) override;
  Done finish_document(const LeaseToken& lease, const DocumentOutcome& outcome) override;
  Done fail_job(const LeaseToken& lease, const Error& error, UtcTime now) override;
  Result<int> expire_leases(UtcTime now) override;
  Result<int> release_worker(const std::string& worker, const Error& why, UtcTime now) override;
  Result<int> release_all_leases() override;
  Result<int> requeue_quarantined(std::optional<BatchId> batch) override;
  Result<std::optional<UtcTime>> next_wake() override;
  Result<Progress> progress(std::optional<BatchId> batch) override;

  std::vector<Job> jobs;
  std::vector<Document> documents;
  RetryPolicy policy{3, std::chrono::milliseconds(5), 1, std::chrono::milliseconds(5)};
  std::optional<Error> broken;         // every commit fails with this

 private:
  Job* live(const LeaseToken& lease);
  std::size_t add_job(JobKind kind, std::size_t document, const ReadingSettings& settings);
  void document_may_be_ready(std::size_t document, const ReadingSettings& settings);
};

}  // namespace sogoc
