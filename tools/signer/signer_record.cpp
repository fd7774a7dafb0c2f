#include "tools/signer/signer_record.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "storage/disk.hpp"

namespace sogoc {
namespace {

Sha256 digest_of(std::string_view text) { return sha256_of(std::as_bytes(std::span(text))); }

}  // namespace

SignerRecord::SignerRecord(SignerRecord&& other) noexcept
    : file_(std::move(other.file_)),
      fd_(std::exchange(other.fd_, -1)),
      last_(other.last_),
      lines_(other.lines_) {}

SignerRecord::~SignerRecord() {
  if (fd_ >= 0) ::close(fd_);
}

Result<SignerRecord> SignerRecord::open(const std::filesystem::path& file,
                                        const std::function<void(const nlohmann::json&)>& seen) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return fail_errno(errno, file, "opening the signer's record");
  SignerRecord record(file, fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0)
    return fail(ErrorCode::conflict, Retry::after_operator, file.string(),
                "another signer process has this record open; only one may run");
  std::ifstream stream(file, std::ios::binary);
  std::stringstream content;
  content << stream.rdbuf();
  const std::string text = std::move(content).str();
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string::npos) break;  // cut off: see below
    const std::string_view line = std::string_view(text).substr(at, end - at);
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object() || json.value("prev", "") != to_hex(record.last_) ||
        json.value("n", std::int64_t{-1}) != record.lines_)
      return fail(ErrorCode::corrupt, Retry::after_operator, file.string(),
                  fmt::format("line {} does not follow from the one before: somebody changed the "
                              "signer's record; keep it and ask the auditor",
                              record.lines_ + 1));
    seen(json);
    record.last_ = digest_of(line);
    ++record.lines_;
    at = end + 1;
  }
  if (at < text.size() && ::ftruncate(fd, static_cast<off_t>(at)) != 0)
    return fail_errno(errno, file, "removing a line that was cut off");
  return record;
}

Done SignerRecord::add(UtcTime at, nlohmann::json what) {
  what["n"] = lines_;
  what["prev"] = to_hex(last_);
  what["at"] = at.time_since_epoch().count();
  const std::string line = what.dump();
  const std::string bytes = line + "\n";
  Disk& disk = Disk::real();
  std::size_t written = 0;
  const auto give_up = [&](int number) {
    // A half line must not stay: the next one would be glued to it.
    const off_t end = ::lseek(fd_, 0, SEEK_END);
    if (written > 0 && end >= static_cast<off_t>(written))
      (void)!::ftruncate(fd_, end - static_cast<off_t>(written));
    return fail_errno(number, file_, "writing the signer's record");
  };
  while (written < bytes.size()) {
    const ssize_t n = disk.write(fd_, bytes.data() + written, bytes.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return give_up(errno);
    written += static_cast<std::size_t>(n);
  }
  if (disk.sync(fd_) != 0) return give_up(errno);
  last_ = digest_of(line);
  ++lines_;
  return {};
}

}  // namespace sogoc
