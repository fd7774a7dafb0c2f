#include "storage/archive.hpp"

#include <cerrno>
#include <chrono>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "storage/capture_store.hpp"
#include "storage/copy_store.hpp"
#include "storage/database.hpp"
#include "storage/durable_file.hpp"
#include "storage/file_blob_store.hpp"
#include "storage/file_names.hpp"
#include "storage/people.hpp"
#include "storage/register_books.hpp"
#include "storage/review_store.hpp"
#include "storage/schema.hpp"
#include "storage/sqlite_job_store.hpp"
#include "storage/sweep.hpp"
#include "storage/uploads.hpp"
#include "storage/verify_archive.hpp"
#include "storage/verify_log.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kArchiveVersion = 1;
constexpr std::string_view kFormatName = "sogoc-archive";
// Between runs, a blob that somebody put within this time may be about to be needed.
constexpr std::chrono::hours kSweepGrace{1};

std::string identity_to_json(const ArchiveIdentity& identity) {
  return Json{{"format", kFormatName},
              {"version", kArchiveVersion},
              {"agency_code", identity.agency_code},
              {"agency_name", identity.agency_name},
              {"trial", identity.trial}}
             .dump(2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

Result<ArchiveIdentity> identity_from_json(const std::string& text,
                                           const std::filesystem::path& file) {
  const auto corrupt = [&](const char* why) {
    return fail(ErrorCode::corrupt, Retry::after_operator, file.string(),
                std::string(why) + "; restore it from a backup");
  };
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return corrupt("is no JSON object");
  const auto format = json.find("format");
  const auto version = json.find("version");
  if (format == json.end() || *format != kFormatName || version == json.end() ||
      !version->is_number_integer())
    return corrupt("does not say that it describes an archive");
  if (*version > kArchiveVersion)
    return fail(ErrorCode::unsupported_input, Retry::after_operator, file.parent_path().string(),
                fmt::format("was made by a newer version of sogoc (archive format {}, this one "
                            "knows {}); use that version",
                            version->get<long long>(), kArchiveVersion));
  const auto code = json.find("agency_code");
  const auto agency = json.find("agency_name");
  const auto trial = json.find("trial");
  if (code == json.end() || !code->is_string() || agency == json.end() || !agency->is_string() ||
      trial == json.end() || !trial->is_boolean())
    return corrupt("lacks agency_code, agency_name or trial");
  return ArchiveIdentity{code->get<std::string>(), agency->get<std::string>(), trial->get<bool>()};
}

Result<std::string> read_whole(const std::filesystem::path& path) {
  SOGOC_TRY(const OwnedFd fd, open_for_reading(path));
  std::string content;
  char chunk[4096];
  constexpr std::size_t kMost = 1 << 20;  // archive.json is a few lines
  while (content.size() < kMost) {
    SOGOC_TRY(const std::size_t got, read_some(fd.get(), chunk, sizeof chunk, path));
    if (got == 0) break;
    content.append(chunk, got);
  }
  return content;
}

Result<OwnedFd> open_lock(const std::filesystem::path& path) {
  OwnedFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!fd) return fail_errno(errno, path, "opening a lock");
  return fd;
}

Done make_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return fail_errno(failed.value(), folder, "making the folder");
  return {};
}

class FileArchive final : public Archive {
 public:
  FileArchive(std::filesystem::path folder, ArchiveIdentity identity, OwnedFd use_lock,
              const Clock* clock)
      : folder_(std::move(folder)),
        identity_(std::move(identity)),
        use_lock_(std::move(use_lock)),
        clock_(clock != nullptr ? *clock : system_clock_) {}

  Done attach(Database::Mode mode, bool durable) {
    SOGOC_TRY(blobs_,
              FileBlobStore::open(folder_ / kObjectsFolder, {.durable = durable, .disk = nullptr}));
    SOGOC_TRY(database_, Database::open(folder_ / kDatabaseFile, mode, durable));
    SOGOC_CHECK(migrate(*database_));
    jobs_ = std::make_unique<SqliteJobStore>(*database_, clock_);
    catalogue_ = std::make_unique<Catalogue>(*database_, clock_);
    copies_ = std::make_unique<SqliteCopyStore>(*database_, clock_);
    books_ = std::make_unique<RegisterBooks>(*database_, *blobs_, clock_);
    people_ = std::make_unique<People>(*database_, clock_);
    captures_ = std::make_unique<SqliteCaptureStore>(*database_, clock_);
    review_ = std::make_unique<ReviewStore>(*database_, *books_, clock_);
    uploads_ = std::make_unique<Uploads>(*database_, folder_ / kUploadsFolder, clock_);
    return {};
  }

  Done remember_identity() {
    return database_->write([&]() -> Done {
      const std::pair<const char*, std::string> facts[] = {
          {"agency_code", identity_.agency_code},
          {"agency_name", identity_.agency_name},
          {"trial", identity_.trial ? "true" : "false"}};
      for (const auto& [key, value] : facts)
        database_->run("INSERT INTO meta VALUES (?1, ?2)", key, value);
      return {};
    });
  }

  const std::filesystem::path& folder() const override { return folder_; }
  const ArchiveIdentity& identity() const override { return identity_; }
  BlobStore& blobs() override { return *blobs_; }
  JobStore& jobs() override { return *jobs_; }
  Catalogue& catalogue() override { return *catalogue_; }
  CopyStore& copies() override { return *copies_; }
  RegisterBooks& books() override { return *books_; }
  People& people() override { return *people_; }
  CaptureStore& captures() override { return *captures_; }
  ReviewStore& review() override { return *review_; }
  Uploads& uploads() override { return *uploads_; }

  Result<RunLock> lock_for_run() override {
    const auto path = folder_ / kRunLockFile;
    SOGOC_TRY(OwnedFd fd, open_lock(path));
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return fail_errno(errno, path, "locking the archive for a run");
      auto holder = read_whole(path);
      const std::string who = holder && !holder->empty() ? " (process " + *holder + ")" : "";
      return fail(ErrorCode::conflict, Retry::after_operator, folder_.string(),
                  "another run works on this archive" + who + "; wait for it or stop it");
    }
    const std::string me = std::to_string(::getpid());
    if (::ftruncate(fd.get(), 0) == 0)
      (void)!::write(fd.get(), me.data(), me.size());  // only for the message above
    return RunLock(std::move(fd));
  }

  Result<Swept> sweep(bool orphans) override {
    // Nobody else is in the archive at this moment, so every blob that is not in the database
    // yet will be put, or put again, after it; and those stay.
    const auto moment = std::filesystem::file_time_type::clock::now();
    if (!was_alone()) return Swept{.skipped = true};
    bool quiet = !jobs_->gave_leases();
    if (!quiet) {
      SOGOC_TRY(quiet, nothing_is_leased());
    }
    // While a worker is at it, what it put already is not yet in the database.
    return sweep_archive(*database_, *blobs_,
                         {folder_, orphans, quiet ? moment : moment - kSweepGrace});
  }

  Result<VerifyReport> verify(const VerifyProgress& progress) override {
    return verify_archive(*database_, folder_, identity_, progress);
  }

  Result<LogFindings> verify_log(const std::vector<SignedTreeHead>& remembered) override {
    return check_log(*database_, remembered);
  }

 private:
  // Leaves the lock shared, as it was.
  bool was_alone() {
    using namespace std::chrono_literals;
    bool alone = false;
    for (int i = 0; i < 10 && !alone; ++i) {
      if (i > 0) std::this_thread::sleep_for(20ms);  // a short command is looking
      alone = ::flock(use_lock_.get(), LOCK_EX | LOCK_NB) == 0;
    }
    // Times of files lag behind the clock by up to a tick: nobody puts a blob within it.
    if (alone) std::this_thread::sleep_for(20ms);
    (void)::flock(use_lock_.get(), LOCK_SH);
    return alone;
  }

  Result<bool> nothing_is_leased() {
    return database_->read([&]() -> Result<bool> {
      auto query = database_->query("SELECT 1 FROM jobs WHERE state = 'leased' LIMIT 1");
      return !query.next();
    });
  }

  const std::filesystem::path folder_;
  const ArchiveIdentity identity_;
  OwnedFd use_lock_;  // shared by everyone who has the archive open
  const SystemClock system_clock_;
  const Clock& clock_;
  std::unique_ptr<FileBlobStore> blobs_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<SqliteJobStore> jobs_;
  std::unique_ptr<Catalogue> catalogue_;
  std::unique_ptr<SqliteCopyStore> copies_;
  std::unique_ptr<RegisterBooks> books_;
  std::unique_ptr<People> people_;
  std::unique_ptr<SqliteCaptureStore> captures_;
  std::unique_ptr<ReviewStore> review_;
  std::unique_ptr<Uploads> uploads_;
};

Result<OwnedFd> share_archive(const std::filesystem::path& folder) {
  const auto path = folder / kUseLockFile;
  SOGOC_TRY(OwnedFd fd, open_lock(path));
  while (::flock(fd.get(), LOCK_SH) != 0)
    if (errno != EINTR) return fail_errno(errno, path, "locking the archive");
  return fd;
}

}  // namespace

Result<std::unique_ptr<Archive>> Archive::create(const std::filesystem::path& folder,
                                                 const ArchiveIdentity& identity,
                                                 const ArchiveOptions& options) {
  std::error_code failed;
  if (std::filesystem::exists(folder / kArchiveFile, failed))
    return fail(ErrorCode::already_exists, Retry::never, folder.string(), "is an archive already");
  if (std::filesystem::exists(folder, failed)) {
    if (!std::filesystem::is_directory(folder, failed))
      return fail(ErrorCode::already_exists, Retry::never, folder.string(),
                  "is a file; name a new folder");
    if (!std::filesystem::is_empty(folder, failed) || failed)
      return fail(ErrorCode::already_exists, Retry::never, folder.string(),
                  "is not empty; name a new folder");
  }
  const auto parent = std::filesystem::absolute(folder, failed).lexically_normal().parent_path();
  if (!failed && !std::filesystem::is_directory(parent, failed))
    return fail(ErrorCode::not_found, Retry::after_operator, parent.string(),
                "is not a folder; make it first, or name another place for the archive");
  SOGOC_CHECK(make_folder(folder / kLocksFolder));
  SOGOC_TRY(OwnedFd shared, share_archive(folder));
  auto archive = std::make_unique<FileArchive>(folder, identity, std::move(shared), options.clock);
  SOGOC_CHECK(archive->attach(Database::Mode::create, options.durable));
  SOGOC_CHECK(archive->remember_identity());
  // Last: only a folder with this file is an archive.
  SOGOC_CHECK(write_file_durably(folder / kArchiveFile, identity_to_json(identity)));
  return archive;
}

Result<std::unique_ptr<Archive>> Archive::open(const std::filesystem::path& folder,
                                               const ArchiveOptions& options) {
  auto text = read_whole(folder / kArchiveFile);
  if (!text && text.error().code == ErrorCode::not_found)
    return fail(ErrorCode::not_found, Retry::never, folder.string(),
                "is not an archive; make one with: sogoc init " + folder.string());
  if (!text) return tl::unexpected<Error>(std::move(text).error());
  SOGOC_TRY(auto identity, identity_from_json(*text, folder / kArchiveFile));
  SOGOC_TRY(OwnedFd shared, share_archive(folder));
  auto archive =
      std::make_unique<FileArchive>(folder, std::move(identity), std::move(shared), options.clock);
  SOGOC_CHECK(archive->attach(Database::Mode::existing, options.durable));
  return archive;
}

}  // namespace sogoc
