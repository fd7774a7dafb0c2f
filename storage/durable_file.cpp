#include "storage/durable_file.hpp"

#include <cerrno>
#include <functional>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/file_names.hpp"

namespace sogoc {
namespace {

constexpr std::size_t kChunk = 1 << 20;

// Where the bytes end up: behind symbolic links.
std::filesystem::path behind_links(const std::filesystem::path& path) {
  std::error_code ignored;
  auto target = std::filesystem::weakly_canonical(path, ignored);
  return ignored || target.empty() ? path : target;
}

using Write = std::function<Done(int fd, const std::filesystem::path& path)>;

Done replace_file(const std::filesystem::path& path, Disk& disk, const Write& write) {
  const std::filesystem::path target = behind_links(path);
  struct stat old {};
  const bool exists = ::stat(target.c_str(), &old) == 0;
  if (exists && S_ISDIR(old.st_mode)) return fail_errno(EISDIR, path, "writing");
  if (exists && !S_ISREG(old.st_mode)) {
    OwnedFd fd(::open(target.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd) return fail_errno(errno, path, "opening for writing");
    return write(fd.get(), path);
  }

  const std::filesystem::path partial = partial_beside(target);
  auto made = create_new(partial, 0666);
  if (!made && made.error().code == ErrorCode::not_found)
    return fail(ErrorCode::not_found, Retry::after_operator, path.string(), "cannot be written: its folder does not exist; make it or name another");
  if (!made) {
    made.error().subject = path.string();  // nobody asked for the partial file
    return tl::unexpected<Error>(std::move(made).error());
  }
  const OwnedFd fd = std::move(*made);
  const auto finish = [&]() -> Done {
    SOGOC_CHECK(write(fd.get(), path));
    if (exists && ::fchmod(fd.get(), old.st_mode & 07777) != 0)
      return fail_errno(errno, path, "keeping its access rights");
    if (disk.sync(fd.get()) != 0) return fail_errno(errno, path, "syncing");
    if (disk.rename(partial.c_str(), target.c_str()) != 0)
      return fail_errno(errno, path, "putting it in place");
    return {};
  };
  if (auto done = finish(); !done) {
    ::unlink(partial.c_str());
    return done;
  }
  const auto folder = target.parent_path();
  return sync_folder(disk, folder.empty() ? std::filesystem::path(".") : folder);
}

}  // namespace

Done write_file_durably(const std::filesystem::path& path, std::string_view content, Disk& disk) {
  return replace_file(path, disk, [&](int fd, const std::filesystem::path& shown) {
    return write_all(disk, fd, content.data(), content.size(), shown);
  });
}

Done copy_file_durably(const std::filesystem::path& from, const std::filesystem::path& to,
                       Disk& disk) {
  SOGOC_TRY(const OwnedFd source, open_for_reading(from));
  return replace_file(to, disk, [&](int fd, const std::filesystem::path& shown) -> Done {
    std::vector<char> chunk(kChunk);
    while (true) {
      SOGOC_TRY(const std::size_t got, read_some(source.get(), chunk.data(), chunk.size(), from));
      if (got == 0) return {};
      SOGOC_CHECK(write_all(disk, fd, chunk.data(), got, shown));
    }
  });
}

}  // namespace sogoc
