#pragma once

// An archive folder: blobs, database, locks. Layout: storage/FORMAT.md.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "pipeline/capture/capture_store.hpp"
#include "pipeline/copies/copy_store.hpp"
#include "pipeline/core/clock.hpp"
#include "pipeline/core/owned_fd.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/jobs/blob_store.hpp"
#include "pipeline/jobs/job_store.hpp"
#include "storage/catalogue.hpp"
#include "storage/verify.hpp"

namespace sogoc {

class People;         // storage/people.hpp
class RegisterBooks;  // storage/register_books.hpp
class ReviewStore;    // storage/review_store.hpp
class Uploads;        // storage/uploads.hpp

struct ArchiveIdentity {
  std::string agency_code;  // "H49.64.33", may be empty
  std::string agency_name;
  bool trial = false;  // nothing in it is an official record
  friend bool operator==(const ArchiveIdentity&, const ArchiveIdentity&) = default;
};

struct ArchiveOptions {
  bool durable = true;           // false: no fsync, for throw-away runs only
  const Clock* clock = nullptr;  // the system's when null
};

// What sweep() took away.
struct Swept {
  std::int64_t work_blobs = 0;  // of documents that are written
  std::int64_t orphans = 0;     // of interrupted work
  std::uint64_t bytes = 0;
  bool skipped = false;  // another process has the archive open: try later
};

// Held while a coordinator runs; dropping it lets the next one start.
class RunLock {
 public:
  explicit RunLock(OwnedFd lock) : lock_(std::move(lock)) {}

 private:
  OwnedFd lock_;
};

// Owner:  the command; hands out references that live as long as it does.
// Thread: belongs to the thread that made it (blobs() is safe from several); another thread or
//         process opens the folder again.
class Archive {
 public:
  // Fails with already_exists when the folder is an archive or holds anything else.
  [[nodiscard]] static Result<std::unique_ptr<Archive>> create(const std::filesystem::path& folder,
                                                               const ArchiveIdentity& identity,
                                                               const ArchiveOptions& options = {});
  // Fails with not_found (no archive there), unsupported_input (made by a newer version),
  // no_permission or corrupt.
  [[nodiscard]] static Result<std::unique_ptr<Archive>> open(const std::filesystem::path& folder,
                                                             const ArchiveOptions& options = {});
  virtual ~Archive() = default;

  [[nodiscard]] virtual const std::filesystem::path& folder() const = 0;
  [[nodiscard]] virtual const ArchiveIdentity& identity() const = 0;
  [[nodiscard]] virtual BlobStore& blobs() = 0;
  [[nodiscard]] virtual JobStore& jobs() = 0;
  [[nodiscard]] virtual Catalogue& catalogue() = 0;
  [[nodiscard]] virtual CopyStore& copies() = 0;
  [[nodiscard]] virtual RegisterBooks& books() = 0;
  [[nodiscard]] virtual People& people() = 0;
  [[nodiscard]] virtual CaptureStore& captures() = 0;
  [[nodiscard]] virtual ReviewStore& review() = 0;
  [[nodiscard]] virtual Uploads& uploads() = 0;

  // Only one coordinator may run; conflict says which process has it.
  [[nodiscard]] virtual Result<RunLock> lock_for_run() = 0;

  // Removes what no one needs any more. Call it at the start of a run (before any worker, with
  // `orphans`) and at its end; in between only blobs of finished documents that nobody touched
  // for an hour go.
  [[nodiscard]] virtual Result<Swept> sweep(bool orphans) = 0;

  // Re-reads everything. `progress` (may be empty) is called with bytes done and bytes in all.
  [[nodiscard]] virtual Result<VerifyReport> verify(const VerifyProgress& progress) = 0;
  // The log alone, also against heads that were kept outside: what an operator with the database and
  // the log's key cannot satisfy after rewriting it.
  [[nodiscard]] virtual Result<LogFindings> verify_log(const std::vector<SignedTreeHead>& remembered) = 0;
};

}  // namespace sogoc
