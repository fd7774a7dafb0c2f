#include "tests/unit/flow/memory_stores.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace sogoc {
namespace {

namespace fs = std::filesystem;

std::span<const std::byte> octets(std::span<const std::uint8_t> bytes) {
  return std::as_bytes(bytes);
}

class FolderWriter final : public BlobStore::Writer {
 public:
  explicit FolderWriter(FolderBlobStore& store) : store_(store) {}
  Done append(std::span<const std::uint8_t> bytes) override {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return {};
  }
  Result<Sha256> commit(const Sha256* expected) override {
    if (expected && sha256_of(octets(bytes_)) != *expected)
      return fail(ErrorCode::invalid_input, Retry::never, "blob", "has another digest");
    return store_.put(bytes_);
  }

 private:
  FolderBlobStore& store_;
  std::vector<std::uint8_t> bytes_;
};

tl::unexpected<Error> not_live() {
  return fail(ErrorCode::conflict, Retry::whole_job, "job", "the lease is no longer live");
}

}  // namespace

Result<std::unique_ptr<BlobStore::Writer>> FolderBlobStore::begin() {
  return std::make_unique<FolderWriter>(*this);
}
Result<Sha256> FolderBlobStore::put(std::span<const std::uint8_t> bytes) {
  if (room == 0)
    return fail(ErrorCode::no_space, Retry::after_operator, "archive", "the disk is full");
  if (room > 0) --room;
  const Sha256 digest = sha256_of(octets(bytes));
  std::ofstream(folder_ / to_hex(digest), std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return digest;
}
Result<Sha256> FolderBlobStore::put_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(stream)), {});
  return put({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}
Result<fs::path> FolderBlobStore::find(const Sha256& digest) {
  ++looked_up[digest];
  const fs::path file = folder_ / to_hex(digest);
  if (!fs::exists(file)) return fail(ErrorCode::not_found, Retry::never, "blob", "is not there");
  return file;
}
Result<std::string> FolderBlobStore::load(const Sha256& digest) {
  SOGOC_TRY(const fs::path file, find(digest));
  std::ifstream stream(file, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(stream)), {});
}
Done FolderBlobStore::remove(const Sha256& digest) {
  fs::remove(folder_ / to_hex(digest));
  return {};
}

std::size_t MemoryJobStore::add_job(JobKind kind, std::size_t document,
                                    const ReadingSettings& settings) {
  Job job;
  job.task.lease.job = static_cast<JobId>(jobs.size()) + 1;
  job.task.kind = kind;
  job.task.settings = settings;
  job.document = document;
  jobs.push_back(std::move(job));
  return jobs.size() - 1;
}

Result<BatchId> MemoryJobStore::add_batch(const NewBatch& batch) {
  for (const NewDocument& document : batch.documents) {
    documents.emplace_back();
    for (const NewFile& file : document.files) {
      documents.back().files.push_back(file.digest);
      ++documents.back().files_open;
      const std::size_t job = add_job(JobKind::open, documents.size() - 1, batch.settings);
      jobs[job].task.file = file.digest;
      jobs[job].task.file_name = file.name;
      jobs[job].task.about = "file " + file.name;
    }
  }
  return BatchId{1};
}

Result<std::optional<Task>> MemoryJobStore::claim(const std::string& worker, UtcTime now, UtcTime) {
  if (broken) return tl::unexpected<Error>(*broken);
  for (Job& job : jobs) {
    if (job.state != JobState::queued || job.not_before > now) continue;
    job.state = JobState::leased;
    job.worker = worker;
    ++job.task.lease.fence;
    ++job.task.tries;
    return job.task;
  }
  return std::nullopt;
}

MemoryJobStore::Job* MemoryJobStore::live(const LeaseToken& lease) {
  for (Job& job : jobs)
    if (job.task.lease == lease && job.state == JobState::leased) return &job;
  return nullptr;
}

Done MemoryJobStore::renew(const LeaseToken& lease, UtcTime) {
  if (!live(lease)) return not_live();
  return {};
}

Done MemoryJobStore::finish_open(const LeaseToken& lease, const OpenedFile& opened) {
  if (broken) return tl::unexpected<Error>(*broken);
  Job* job = live(lease);
  if (!job) return not_live();
  job->state = JobState::done;
  ++job->finished;
  const Task task = job->task;
  const std::size_t document = job->document;
  for (std::uint32_t i = 0; i < opened.page_count; ++i) {
    const std::size_t page = add_job(JobKind::page, document, task.settings);
    jobs[page].task.file = task.file;
    jobs[page].task.file_name = task.file_name;
    jobs[page].task.media_type = opened.media_type;
    jobs[page].task.index = PageIndex(i);
    jobs[page].task.about = task.file_name + " page " + std::to_string(i + 1);
    documents[document].pages.push_back(page);
  }
  --documents[document].files_open;
  return {};
}

void MemoryJobStore::document_may_be_ready(std::size_t document, const ReadingSettings& settings) {
  if (documents[document].files_open > 0) return;
  for (const std::size_t page : documents[document].pages)
    if (jobs[page].state != JobState::done) return;
  const std::size_t job = add_job(JobKind::document, document, settings);
  jobs[job].task.about = "document " + std::to_string(document);
  for (const std::size_t page : documents[document].pages) {
    jobs[job].task.document.page_records.push_back(jobs[page].page->record);
    jobs[job].task.document.page_names.push_back(jobs[page].task.about);
  }
}

Done MemoryJobStore::finish_page(const LeaseToken& lease, const PageOutcome& outcome) {
  if (broken) return tl::unexpected<Error>(*broken);
  Job* job = live(lease);
  if (!job) return not_live();
  job->state = JobState::done;
  ++job->finished;
  job->page = outcome;
  const ReadingSettings settings = job->task.settings;
  document_may_be_ready(job->document, settings);
  return {};
}

Done MemoryJobStore::finish_document(const LeaseToken& lease, const DocumentOutcome& outcome) {
  if (broken) return tl::unexpected<Error>(*broken);
  Job* job = live(lease);
  if (!job) return not_live();
  job->state = JobState::done;
  ++job->finished;
  documents[job->document].written = outcome;
  return {};
}

Done MemoryJobStore::fail_job(const LeaseToken& lease, const Error& error, UtcTime now) {
  Job* job = live(lease);
  if (!job) return not_live();
  job->errors.push_back(error);
  const auto pause = pause_before_retry(error, job->task.tries, policy);
  job->state = pause ? JobState::queued : JobState::quarantined;
  if (pause) job->not_before = now + *pause;
  return {};
}

Result<int> MemoryJobStore::expire_leases(UtcTime) { return 0; }

Result<int> MemoryJobStore::release_worker(const std::string& worker, const Error& why,
                                           UtcTime now) {
  int released = 0;
  for (Job& job : jobs)
    if (job.state == JobState::leased && job.worker == worker && fail_job(job.task.lease, why, now))
      ++released;
  return released;
}

Result<int> MemoryJobStore::release_all_leases() {
  int released = 0;
  for (Job& job : jobs) {
    if (job.state != JobState::leased) continue;
    job.state = JobState::queued;
    --job.task.tries;
    ++released;
  }
  return released;
}

Result<int> MemoryJobStore::requeue_quarantined(std::optional<BatchId>) {
  int again = 0;
  for (Job& job : jobs) {
    if (job.state != JobState::quarantined) continue;
    job.state = JobState::queued;
    job.task.tries = 0;
    ++again;
  }
  return again;
}

Result<std::optional<UtcTime>> MemoryJobStore::next_wake() { return std::nullopt; }

Result<Progress> MemoryJobStore::progress(std::optional<BatchId>) {
  Progress progress;
  progress.documents = static_cast<std::int64_t>(documents.size());
  for (const Job& job : jobs) {
    if (job.state == JobState::queued) ++progress.jobs_queued;
    if (job.state == JobState::leased) ++progress.jobs_leased;
    if (job.task.kind == JobKind::page) {
      ++progress.pages;
      if (job.state == JobState::done) ++progress.pages_done;
      if (job.state == JobState::quarantined) ++progress.pages_failed;
    }
    if (job.task.kind == JobKind::open && job.state == JobState::quarantined) ++progress.files_failed;
  }
  for (const Document& document : documents)
    if (document.written) ++progress.documents_done;
  return progress;
}

}  // namespace sogoc
