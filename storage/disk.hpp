#pragma once

// The one seam to the file system for everything the archive writes: a test can be a full disk,
// or a process killed between two calls.

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "pipeline/core/owned_fd.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

// Owner:  static, or the test.
// Thread: safe from any thread. Each call behaves like the system call of its name.
class Disk {
 public:
  virtual ~Disk() = default;
  [[nodiscard]] virtual ssize_t write(int fd, const void* bytes, std::size_t count);
  [[nodiscard]] virtual int sync(int fd);  // fsync, of a file or a folder
  [[nodiscard]] virtual int rename(const char* from, const char* to);
  [[nodiscard]] static Disk& real();
};

// The only place where errno becomes ours, with what to do about it.
[[nodiscard]] Error error_from_errno(int number, const std::filesystem::path& path,
                                     std::string_view doing);
[[nodiscard]] inline tl::unexpected<Error> fail_errno(int number, const std::filesystem::path& path,
                                                      std::string_view doing) {
  return tl::unexpected<Error>(error_from_errno(number, path, doing));
}

[[nodiscard]] Result<OwnedFd> open_for_reading(const std::filesystem::path& path);
// Fails when it exists.
[[nodiscard]] Result<OwnedFd> create_new(const std::filesystem::path& path, unsigned mode);
[[nodiscard]] Done write_all(Disk& disk, int fd, const void* bytes, std::size_t count,
                             const std::filesystem::path& path);
// Bytes read, 0 at the end.
[[nodiscard]] Result<std::size_t> read_some(int fd, void* bytes, std::size_t count,
                                            const std::filesystem::path& path);
[[nodiscard]] Done sync_folder(Disk& disk, const std::filesystem::path& folder);

}  // namespace sogoc
