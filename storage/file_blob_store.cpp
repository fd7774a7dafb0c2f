#include "storage/file_blob_store.hpp"

#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/file_names.hpp"

namespace sogoc {
namespace {

constexpr std::size_t kChunk = 1 << 20;
constexpr unsigned kReadOnly = 0444;

std::span<const std::byte> as_raw(std::span<const std::uint8_t> bytes) {
  return std::as_bytes(bytes);
}

Done make_one_folder(const std::filesystem::path& folder) {
  if (::mkdir(folder.c_str(), 0777) == 0 || errno == EEXIST) return {};
  return fail_errno(errno, folder, "making the folder");
}

// Between "is it there? then it counts as put now" and "is it old? then it goes", in whatever
// thread or process. Putting shares it, removing has it alone; each time a descriptor of its own.
class PlaceLock {
 public:
  PlaceLock(const std::filesystem::path& incoming, int operation)
      : fd_(::open(incoming.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    while (fd_ && ::flock(fd_.get(), operation) != 0 && errno == EINTR) {
    }
  }

 private:
  OwnedFd fd_;
};

}  // namespace

// Owner: whoever asked for it. Thread: one at a time.
class FileBlobStore::FileWriter final : public BlobStore::Writer {
 public:
  FileWriter(FileBlobStore& store, OwnedFd fd, std::filesystem::path partial)
      : store_(store), fd_(std::move(fd)), partial_(std::move(partial)) {}
  ~FileWriter() override {
    if (!partial_.empty()) ::unlink(partial_.c_str());
  }
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  Done append(std::span<const std::uint8_t> bytes) override {
    if (finished_) return already_finished();
    if (auto done = write_all(store_.disk_, fd_.get(), bytes.data(), bytes.size(), partial_);
        !done) {
      finished_ = true;  // how much arrived is unknown: this blob cannot be completed
      return done;
    }
    hash_.add(as_raw(bytes));
    return {};
  }

  Result<Sha256> commit(const Sha256* expected) override {
    if (finished_) return tl::unexpected<Error>(already_finished().error());
    finished_ = true;
    const Sha256 digest = hash_.finish();
    if (expected != nullptr && *expected != digest)
      return fail(ErrorCode::invalid_input, Retry::same_step, "blob " + to_hex(*expected),
                  "the bytes that arrived have the digest " + to_hex(digest) + "; send them again");
    const auto object = store_.path_of(digest);
    SOGOC_CHECK(store_.put_in_place(std::move(fd_), partial_, object));
    partial_.clear();
    return digest;
  }

 private:
  [[nodiscard]] Done already_finished() const {
    return fail(ErrorCode::internal, Retry::never, partial_.string(), "this writer is finished");
  }

  FileBlobStore& store_;
  OwnedFd fd_;
  std::filesystem::path partial_;  // empty once in place
  Sha256Stream hash_;
  bool finished_ = false;
};

FileBlobStore::FileBlobStore(std::filesystem::path folder, Options options)
    : folder_(std::move(folder)),
      options_(options),
      disk_(options.disk != nullptr ? *options.disk : Disk::real()) {}

Result<std::unique_ptr<FileBlobStore>> FileBlobStore::open(const std::filesystem::path& folder,
                                                           Options options) {
  std::unique_ptr<FileBlobStore> store(new FileBlobStore(folder, options));
  SOGOC_CHECK(make_one_folder(folder));
  SOGOC_CHECK(make_one_folder(folder / "incoming"));
  if (options.durable) SOGOC_CHECK(sync_folder(store->disk_, folder));
  return store;
}

std::filesystem::path FileBlobStore::path_of(const Sha256& digest) const {
  // object_name starts with the objects folder itself
  return folder_ / std::filesystem::path(object_name(digest)).lexically_relative(kObjectsFolder);
}

bool FileBlobStore::touch(const std::filesystem::path& path, std::optional<std::uint64_t> size) {
  const PlaceLock lock(folder_ / "incoming", LOCK_SH);
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) return false;
  // A cut-off or damaged copy is replaced by what is being put.
  if (size && static_cast<std::uint64_t>(about.st_size) != *size) return false;
  return ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0) == 0;
}

Done FileBlobStore::make_folder_for(const std::filesystem::path& object) {
  const std::lock_guard lock(mutex_);
  const auto folder = object.parent_path();
  if (folders_.contains(folder)) return {};
  SOGOC_CHECK(make_one_folder(folder.parent_path()));
  SOGOC_CHECK(make_one_folder(folder));
  if (options_.durable) {
    // Another process may have made them a moment ago and not synced them yet.
    SOGOC_CHECK(sync_folder(disk_, folder_));
    SOGOC_CHECK(sync_folder(disk_, folder.parent_path()));
  }
  folders_.insert(folder);
  return {};
}

Done FileBlobStore::put_in_place(OwnedFd fd, const std::filesystem::path& partial,
                                 const std::filesystem::path& object) {
  if (::fchmod(fd.get(), kReadOnly) != 0) return fail_errno(errno, partial, "making it read-only");
  if (options_.durable && disk_.sync(fd.get()) != 0)
    return fail_errno(errno, partial, "syncing the blob; whether it is on the disk is unknown");
  SOGOC_CHECK(make_folder_for(object));
  const PlaceLock lock(folder_ / "incoming", LOCK_SH);
  // Over an older copy, too: the same digest is the same bytes, and a damaged copy is healed.
  if (disk_.rename(partial.c_str(), object.c_str()) != 0)
    return fail_errno(errno, object, "putting the blob in place");
  if (options_.durable) SOGOC_CHECK(sync_folder(disk_, object.parent_path()));
  return {};
}

Result<std::unique_ptr<BlobStore::Writer>> FileBlobStore::begin() {
  std::filesystem::path partial = folder_ / next_partial_name();
  SOGOC_TRY(OwnedFd fd, create_new(partial, 0600));
  return std::make_unique<FileWriter>(*this, std::move(fd), std::move(partial));
}

Result<Sha256> FileBlobStore::put(std::span<const std::uint8_t> bytes) {
  const Sha256 digest = sha256_of(as_raw(bytes));
  const auto object = path_of(digest);
  if (touch(object, bytes.size())) {
    // Its bytes were synced before it got its name; its name perhaps not yet.
    if (options_.durable) {
      SOGOC_CHECK(make_folder_for(object));
      SOGOC_CHECK(sync_folder(disk_, object.parent_path()));
    }
    return digest;
  }
  SOGOC_TRY(const auto writer, begin());
  SOGOC_CHECK(writer->append(bytes));
  return writer->commit(&digest);
}

Result<Sha256> FileBlobStore::put_file(const std::filesystem::path& file) {
  SOGOC_TRY(const OwnedFd source, open_for_reading(file));
  struct stat about {};
  if (::fstat(source.get(), &about) != 0) return fail_errno(errno, file, "looking at the file");
  if (S_ISDIR(about.st_mode)) return fail_errno(EISDIR, file, "reading");
  SOGOC_TRY(const auto writer, begin());
  std::vector<std::uint8_t> chunk(kChunk);
  while (true) {
    SOGOC_TRY(const std::size_t got, read_some(source.get(), chunk.data(), chunk.size(), file));
    if (got == 0) break;
    SOGOC_CHECK(writer->append(std::span(chunk).first(got)));
  }
  return writer->commit(nullptr);
}

Result<std::filesystem::path> FileBlobStore::find(const Sha256& digest) {
  auto path = path_of(digest);
  if (::access(path.c_str(), F_OK) == 0) return path;
  if (errno == ENOENT || errno == ENOTDIR)
    return fail(ErrorCode::not_found, Retry::never, "blob " + to_hex(digest),
                "is not in the archive; run verify to see what else is missing");
  return fail_errno(errno, path, "looking for a blob");
}

Result<std::string> FileBlobStore::load(const Sha256& digest) {
  SOGOC_TRY(const auto path, find(digest));
  SOGOC_TRY(const OwnedFd fd, open_for_reading(path));
  std::string content;
  struct stat about {};
  if (::fstat(fd.get(), &about) == 0) content.reserve(static_cast<std::size_t>(about.st_size));
  std::vector<char> chunk(kChunk);
  while (true) {
    SOGOC_TRY(const std::size_t got, read_some(fd.get(), chunk.data(), chunk.size(), path));
    if (got == 0) break;
    content.append(chunk.data(), got);
  }
  if (sha256_of(std::as_bytes(std::span(content))) != digest)
    return fail(ErrorCode::corrupt, Retry::after_operator, path.string(),
                "is damaged: its bytes no longer have the digest in its name; restore it from a "
                "backup");
  return content;
}

Done FileBlobStore::remove(const Sha256& digest) {
  const PlaceLock lock(folder_ / "incoming", LOCK_EX);
  const auto path = path_of(digest);
  if (::unlink(path.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
  return fail_errno(errno, path, "removing a blob");
}

Result<std::optional<std::uint64_t>> FileBlobStore::remove_unless_put_since(
    const Sha256& digest, std::filesystem::file_time_type moment) {
  const PlaceLock lock(folder_ / "incoming", LOCK_EX);
  const auto path = path_of(digest);
  std::error_code failed;
  const auto put_at = std::filesystem::last_write_time(path, failed);
  if (failed || put_at >= moment) return std::nullopt;
  const auto bytes = std::filesystem::file_size(path, failed);
  if (failed) return std::nullopt;
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return std::nullopt;
    return fail_errno(errno, path, "removing a blob");
  }
  return bytes;
}

Result<std::int64_t> FileBlobStore::remove_partials_before(std::filesystem::file_time_type moment) {
  const auto incoming = folder_ / "incoming";
  std::error_code failed;
  std::int64_t removed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(incoming, failed)) {
    std::error_code gone;
    const auto written_at = entry.last_write_time(gone);
    if (gone || written_at >= moment) continue;
    const auto name = std::string(kObjectsFolder) + "/incoming/" + entry.path().filename().string();
    if (!parse_archive_name(name)) continue;  // not ours: verify reports it
    if (::unlink(entry.path().c_str()) == 0) ++removed;
  }
  if (failed) return fail_errno(failed.value(), incoming, "listing cut-off writes");
  return removed;
}

}  // namespace sogoc
