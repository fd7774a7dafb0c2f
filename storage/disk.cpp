#include "storage/disk.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <fmt/format.h>

namespace sogoc {

ssize_t Disk::write(int fd, const void* bytes, std::size_t count) {
  return ::write(fd, bytes, count);
}

int Disk::sync(int fd) { return ::fsync(fd); }

int Disk::rename(const char* from, const char* to) { return std::rename(from, to); }

Disk& Disk::real() {
  static Disk disk;
  return disk;
}

namespace {

// "; 12 MB are free": of the nearest folder that exists.
std::string free_space_near(std::filesystem::path path) {
  struct statvfs about {};
  while (!path.empty() && ::statvfs(path.c_str(), &about) != 0) {
    if (path == path.parent_path()) return "";
    path = path.parent_path();
  }
  const auto bytes = static_cast<unsigned long long>(about.f_bavail) * about.f_frsize;
  return fmt::format("; {} MB are free now", bytes / 1'000'000);
}

}  // namespace

Error error_from_errno(int number, const std::filesystem::path& path, std::string_view doing) {
  const auto error = [&](ErrorCode code, Retry retry, std::string message) {
    return Error{code, retry, path.string(), std::move(message), {std::string(doing)}};
  };
  switch (number) {
    case ENOSPC:
      return error(ErrorCode::no_space, Retry::after_operator,
                   "the disk is full: free some space and run again" + free_space_near(path));
    case EDQUOT:
      return error(ErrorCode::no_space, Retry::after_operator,
                   "the disk quota is used up: free some space or ask for more, and run again");
    case EFBIG:
      return error(
          ErrorCode::no_space, Retry::after_operator,
          "the file would be larger than the system allows: raise the limit and run again");
    case EACCES:
    case EPERM:
      return error(ErrorCode::no_permission, Retry::after_operator,
                   "you have no right to do this: ask its owner, or run as another user");
    case EROFS:
      return error(ErrorCode::no_permission, Retry::after_operator,
                   "the file system is read-only: mount it for writing");
    case ENOENT:
    case ENOTDIR: return error(ErrorCode::not_found, Retry::never, "does not exist");
    case EEXIST: return error(ErrorCode::already_exists, Retry::never, "exists already");
    case EISDIR: return error(ErrorCode::usage, Retry::never, "is a folder, not a file");
    case ENAMETOOLONG: return error(ErrorCode::usage, Retry::never, "the name is too long");
    case EMFILE:
    case ENFILE:
      return error(ErrorCode::unavailable, Retry::same_step,
                   "too many files are open: raise the limit (ulimit -n) or use fewer jobs");
    case EIO:
      return error(ErrorCode::unavailable, Retry::after_operator,
                   "the disk reports a read or write error: check the disk before going on");
    default:
      return error(ErrorCode::unavailable, Retry::after_operator,
                   fmt::format("the system says: {}", std::strerror(number)));
  }
}

Result<OwnedFd> open_for_reading(const std::filesystem::path& path) {
  OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail_errno(errno, path, "opening for reading");
  return fd;
}

Result<OwnedFd> create_new(const std::filesystem::path& path, unsigned mode) {
  OwnedFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!fd) return fail_errno(errno, path, "creating");
  return fd;
}

Done write_all(Disk& disk, int fd, const void* bytes, std::size_t count,
               const std::filesystem::path& path) {
  const char* at = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t written = disk.write(fd, at, count);
    if (written < 0) {
      if (errno == EINTR) continue;
      return fail_errno(errno, path, "writing");
    }
    if (written == 0) return fail_errno(ENOSPC, path, "writing");
    at += written;
    count -= static_cast<std::size_t>(written);
  }
  return {};
}

Result<std::size_t> read_some(int fd, void* bytes, std::size_t count,
                              const std::filesystem::path& path) {
  while (true) {
    const ssize_t got = ::read(fd, bytes, count);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return fail_errno(errno, path, "reading");
  }
}

Done sync_folder(Disk& disk, const std::filesystem::path& folder) {
  OwnedFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return fail_errno(errno, folder, "opening the folder to sync it");
  if (disk.sync(fd.get()) != 0)
    return fail_errno(errno, folder,
                      "syncing the folder; what it holds after a power cut is unknown");
  return {};
}

}  // namespace sogoc
