#include "workers/decode/mapped_file.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "pipeline/core/owned_fd.hpp"

namespace sogoc::decoding {

Result<MappedFile> MappedFile::open(const std::filesystem::path& file,
                                    const std::string& shown_name, std::uint64_t max_bytes) {
  const OwnedFd descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (descriptor.get() < 0) {
    switch (errno) {
      case ENOENT:
        return fail(ErrorCode::not_found, Retry::never, shown_name,
                    "there is no such file; check the name");
      case EACCES:
      case EPERM:
        return fail(ErrorCode::no_permission, Retry::after_operator, shown_name,
                    "it may not be read; give this user the right to read it");
      default:
        return fail(ErrorCode::unavailable, Retry::same_step, shown_name,
                    fmt::format("it cannot be opened: {}", std::strerror(errno)));
    }
  }
  struct stat facts {};
  if (::fstat(descriptor.get(), &facts) != 0)
    return fail(ErrorCode::unavailable, Retry::same_step, shown_name,
                fmt::format("its size cannot be read: {}", std::strerror(errno)));
  if (!S_ISREG(facts.st_mode))
    return fail(ErrorCode::invalid_input, Retry::never, shown_name,
                "it is a folder or device, not a file; name a file");
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  if (size == 0)
    return fail(ErrorCode::invalid_input, Retry::never, shown_name,
                "the file is empty (0 bytes); scan or copy it again");
  if (size > max_bytes)
    return fail(ErrorCode::limit_exceeded, Retry::never, shown_name,
                fmt::format("the file has {} bytes and the limit is {}; split it or raise the "
                            "limit",
                            size, max_bytes));
  void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.get(), 0);
  if (start == MAP_FAILED)
    return fail(errno == ENOMEM ? ErrorCode::out_of_memory : ErrorCode::unavailable,
                Retry::same_step, shown_name,
                fmt::format("it cannot be read: {}", std::strerror(errno)));
  return MappedFile({static_cast<const std::uint8_t*>(start), static_cast<std::size_t>(size)});
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
}

}  // namespace sogoc::decoding
