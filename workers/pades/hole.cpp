// The coordinator's side: bytes only, no PDF objects.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "pipeline/core/owned_fd.hpp"
#include "workers/pades/pades.hpp"

namespace sogoc {

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 16;
constexpr std::size_t kRangeWindow = 256;  // "/ByteRange [...] /Contents " is shorter
constexpr std::size_t kShortestHole = 64;  // digits: no signature is as short

class File {
 public:
  [[nodiscard]] static Result<File> open(const std::filesystem::path& path, int flags) {
    File file;
    file.subject_ = path.filename().string();
    file.fd_ = OwnedFd(::open(path.c_str(), flags | O_CLOEXEC));
    struct stat facts {};
    if (!file.fd_ || ::fstat(file.fd_.get(), &facts) != 0 || !S_ISREG(facts.st_mode))
      return fail(errno == EACCES ? ErrorCode::no_permission : ErrorCode::not_found, Retry::never,
                  file.subject_, fmt::format("cannot be opened: {}", std::strerror(errno)));
    file.size_ = static_cast<std::uint64_t>(facts.st_size);
    return file;
  }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const std::string& subject() const { return subject_; }

  // Exactly these bytes, which must lie in the file.
  [[nodiscard]] Result<std::string> read(std::uint64_t from, std::uint64_t to) const {
    std::string bytes(to - from, '\0');
    for (std::size_t got = 0; got < bytes.size();) {
      const ssize_t count = ::pread(fd_.get(), bytes.data() + got, bytes.size() - got,
                                    static_cast<off_t>(from + got));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0)
        return fail(ErrorCode::corrupt, Retry::never, subject_, "changed while it was read");
      got += static_cast<std::size_t>(count);
    }
    return bytes;
  }
  [[nodiscard]] Done write(std::uint64_t at, std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t count = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0)
        return fail(ErrorCode::no_space, Retry::after_operator, subject_,
                    "the signature cannot be written; is the disk full?");
      bytes.remove_prefix(static_cast<std::size_t>(count));
      at += static_cast<std::uint64_t>(count);
    }
    return {};
  }
  [[nodiscard]] tl::unexpected<Error> refuse(const std::string& why) const {
    return fail(ErrorCode::invalid, Retry::never, subject_, why);
  }

 private:
  File() = default;
  OwnedFd fd_;
  std::uint64_t size_ = 0;
  std::string subject_;
};

Done check_place(const File& file, const SignatureHole& hole) {
  if (hole.file_bytes != file.size())
    return file.refuse("has not the size that belongs to its signature");
  if (hole.begin == 0 || hole.begin >= hole.end || hole.end >= hole.file_bytes ||
      hole.end - hole.begin < kShortestHole + 2 || (hole.end - hole.begin) % 2 != 0)
    return file.refuse("the hole for its signature does not lie in the file");
  return {};
}

// The four numbers of "/ByteRange [a b c d] /Contents " when nothing else stands behind them.
std::optional<std::array<std::uint64_t, 4>> range_at_end(std::string_view text) {
  const auto space = [&] {
    const std::size_t from = text.size();
    while (!text.empty() && (text[0] == ' ' || text[0] == '\n' || text[0] == '\r'))
      text.remove_prefix(1);
    return from != text.size();
  };
  const auto take = [&](std::string_view word) {
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return true;
  };
  const std::size_t at = text.rfind("/ByteRange");
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + std::strlen("/ByteRange"));
  space();
  if (!take("[")) return std::nullopt;
  std::array<std::uint64_t, 4> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!space() && i > 0) return std::nullopt;
    if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), numbers[i]);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  space();
  if (!take("]")) return std::nullopt;
  space();
  if (!take("/Contents")) return std::nullopt;
  space();
  return text.empty() ? std::optional(numbers) : std::nullopt;
}

// No '<' with many zeros behind it but ours: two holes in a file would leave open which was signed.
Done check_only_hole(const File& file, const SignatureHole& hole) {
  const std::string start = "<" + std::string(kShortestHole, '0');
  std::string tail;
  for (std::uint64_t at = 0; at < file.size();) {
    const std::uint64_t to = std::min<std::uint64_t>(file.size(), at + kPiece);
    SOGOC_TRY(const std::string piece, file.read(at, to));
    const std::string window = tail + piece;
    const std::uint64_t window_at = at - tail.size();
    for (std::size_t found = window.find(start); found != std::string::npos;
         found = window.find(start, found + 1))
      if (window_at + found != hole.begin)
        return file.refuse("has more than one empty hole for a signature");
    tail = window.substr(window.size() - std::min(window.size(), start.size() - 1));
    at = to;
  }
  return {};
}

}  // namespace

Done check_hole(const std::filesystem::path& path, const SignatureHole& hole) {
  SOGOC_TRY(const File file, File::open(path, O_RDONLY));
  SOGOC_CHECK(check_place(file, hole));
  SOGOC_TRY(const std::string digits, file.read(hole.begin, hole.end));
  if (digits.front() != '<' || digits.back() != '>' ||
      digits.find_first_not_of('0', 1) != digits.size() - 1)
    return file.refuse("the hole for its signature is not empty");
  SOGOC_TRY(const std::string before,
            file.read(hole.begin - std::min<std::uint64_t>(hole.begin, kRangeWindow), hole.begin));
  const auto numbers = range_at_end(before);
  if (!numbers) return file.refuse("no /ByteRange stands before the hole for its signature");
  if (*numbers != hole.byte_range())
    return file.refuse("its /ByteRange does not cover everything but the hole");
  SOGOC_TRY(std::string end,
            file.read(hole.file_bytes - std::min<std::uint64_t>(hole.file_bytes - hole.end, 8),
                      hole.file_bytes));
  while (end.ends_with('\n') || end.ends_with('\r')) end.pop_back();
  if (!end.ends_with("%%EOF")) return file.refuse("does not end as a PDF file ends");
  return check_only_hole(file, hole);
}

Result<SignatureHole> find_hole(const std::filesystem::path& path) {
  SOGOC_TRY(const File file, File::open(path, O_RDONLY));
  const std::string start = "<" + std::string(kShortestHole, '0');
  std::string tail;
  for (std::uint64_t at = 0; at < file.size();) {
    const std::uint64_t to = std::min<std::uint64_t>(file.size(), at + kPiece);
    SOGOC_TRY(const std::string piece, file.read(at, to));
    const std::string window = tail + piece;
    const std::size_t found = window.find(start);
    if (found != std::string::npos) {
      SignatureHole hole{at - tail.size() + found, 0, file.size()};
      SOGOC_TRY(const std::string rest, file.read(hole.begin, std::min<std::uint64_t>(
                                                                  file.size(), hole.begin + 2 * kCmsCapacity + 2)));
      const std::size_t end = rest.find_first_not_of('0', 1);
      if (end == std::string::npos) return file.refuse("the hole for its signature is not as we write it");
      hole.end = hole.begin + end + 1;
      SOGOC_CHECK(check_hole(path, hole));
      return hole;
    }
    tail = window.substr(window.size() - std::min(window.size(), start.size() - 1));
    at = to;
  }
  return file.refuse("has no empty hole for a signature");
}

Result<Sha256> byte_range_digest(const std::filesystem::path& path, const SignatureHole& hole) {
  SOGOC_TRY(const File file, File::open(path, O_RDONLY));
  SOGOC_CHECK(check_place(file, hole));
  Sha256Stream digest;
  const auto add = [&](std::uint64_t from, std::uint64_t to) -> Done {
    while (from < to) {
      const std::uint64_t next = std::min<std::uint64_t>(to, from + kPiece);
      SOGOC_TRY(const std::string piece, file.read(from, next));
      digest.add(std::as_bytes(std::span(piece.data(), piece.size())));
      from = next;
    }
    return {};
  };
  SOGOC_CHECK(add(0, hole.begin));
  SOGOC_CHECK(add(hole.end, hole.file_bytes));
  return digest.finish();
}

Done fill_hole(const std::filesystem::path& path, const SignatureHole& hole,
               std::span<const std::uint8_t> cms) {
  if (cms.empty() || cms.size() > hole.capacity())
    return fail(ErrorCode::limit_exceeded, Retry::never, path.filename().string(),
                fmt::format("a signature of {} bytes does not fit into its hole of {}", cms.size(),
                            hole.capacity()));
  SOGOC_CHECK(check_hole(path, hole));
  std::string hex;
  hex.reserve(2 * cms.size());
  static constexpr std::string_view kDigits = "0123456789abcdef";
  for (const std::uint8_t byte : cms) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  SOGOC_TRY(const File file, File::open(path, O_RDWR));
  return file.write(hole.begin + 1, hex);
}

Done check_only_appended(const std::filesystem::path& before, const std::filesystem::path& after) {
  SOGOC_TRY(const File first, File::open(before, O_RDONLY));
  SOGOC_TRY(const File second, File::open(after, O_RDONLY));
  if (second.size() <= first.size()) return second.refuse("nothing was appended to it");
  for (std::uint64_t at = 0; at < first.size();) {
    const std::uint64_t to = std::min<std::uint64_t>(first.size(), at + kPiece);
    SOGOC_TRY(const std::string a, first.read(at, to));
    SOGOC_TRY(const std::string b, second.read(at, to));
    if (a != b) return second.refuse("bytes that were there before have changed");
    at = to;
  }
  return {};
}

}  // namespace sogoc
