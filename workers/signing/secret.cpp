#include "workers/signing/secret.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <openssl/crypto.h>

#include "pipeline/core/owned_fd.hpp"

namespace sogoc {

namespace {

constexpr std::size_t kLongest = 256;  // no token takes a longer PIN

// Bytes on their way into a Secret.
struct WipedBytes {
  std::array<char, kLongest + 2> bytes{};
  std::size_t size = 0;
  WipedBytes() = default;
  WipedBytes(const WipedBytes&) = delete;
  WipedBytes& operator=(const WipedBytes&) = delete;
  ~WipedBytes() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
  [[nodiscard]] std::string_view line() const {
    const std::string_view all(bytes.data(), size);
    return all.substr(0, all.find_first_of("\r\n"));
  }
};

// Up to the end of a line, of the file, or of the buffer.
bool read_line(int fd, WipedBytes& into) {
  while (into.size < into.bytes.size()) {
    const ssize_t got = ::read(fd, into.bytes.data() + into.size, into.bytes.size() - into.size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    into.size += static_cast<std::size_t>(got);
    if (got == 0 || std::memchr(into.bytes.data(), '\n', into.size) != nullptr) return true;
  }
  return true;
}

Result<std::unique_ptr<Secret>> secret_in(const WipedBytes& read, const std::string& subject) {
  const std::string_view line = read.line();
  if (line.empty())
    return fail(ErrorCode::invalid_input, Retry::after_operator, subject,
                "holds no PIN or password");
  if (line.size() > kLongest)
    return fail(ErrorCode::invalid_input, Retry::after_operator, subject,
                "is too long for a PIN or password");
  return std::make_unique<Secret>(line);
}

// Echo off, and back on whatever happens.
class SilentTerminal {
 public:
  explicit SilentTerminal(int fd) : fd_(fd), ours_(::tcgetattr(fd, &before_) == 0) {
    if (!ours_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ECHONL;
    ours_ = ::tcsetattr(fd, TCSAFLUSH, &silent) == 0;
  }
  ~SilentTerminal() {
    if (ours_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  [[nodiscard]] bool works() const { return ours_; }

 private:
  int fd_;
  termios before_{};
  bool ours_;
};

}  // namespace

Secret::Secret(std::string_view text) : bytes_(text.size() + 1, '\0') {
  // May be refused by a limit; the secret then is as safe as the rest of the process.
  ::mlock(bytes_.data(), bytes_.size());
  std::copy(text.begin(), text.end(), bytes_.begin());
}

Secret::~Secret() {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
  ::munlock(bytes_.data(), bytes_.size());
}

Result<std::unique_ptr<Secret>> secret_from_file(const std::filesystem::path& path) {
  const std::string subject = path.filename().string();
  const OwnedFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  struct stat facts {};
  if (!file || ::fstat(file.get(), &facts) != 0)
    return fail(errno == EACCES ? ErrorCode::no_permission : ErrorCode::not_found,
                Retry::after_operator, subject,
                std::string("the file with the PIN cannot be opened: ") + std::strerror(errno));
  if (!S_ISREG(facts.st_mode))
    return fail(ErrorCode::invalid_input, Retry::after_operator, subject, "is no regular file");
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return fail(ErrorCode::no_permission, Retry::after_operator, subject,
                "others can read the file with the PIN; chmod 600 it and change the PIN");
  if (facts.st_uid != ::geteuid() && facts.st_uid != 0)
    return fail(ErrorCode::no_permission, Retry::after_operator, subject,
                "the file with the PIN belongs to another user");
  WipedBytes read;
  if (!read_line(file.get(), read))
    return fail(ErrorCode::not_found, Retry::after_operator, subject, "cannot be read");
  return secret_in(read, subject);
}

Result<std::unique_ptr<Secret>> secret_from_prompt(const std::string& prompt) {
  const OwnedFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal)
    return fail(ErrorCode::unavailable, Retry::after_operator, "terminal",
                "there is none to type the PIN on; name a file that holds it");
  const SilentTerminal silent(terminal.get());
  if (!silent.works())
    return fail(ErrorCode::unavailable, Retry::after_operator, "terminal",
                "it would show the PIN; name a file that holds it");
  if (::write(terminal.get(), prompt.data(), prompt.size()) < 0)
    return fail(ErrorCode::unavailable, Retry::after_operator, "terminal", "cannot be written to");
  WipedBytes read;
  if (!read_line(terminal.get(), read))
    return fail(ErrorCode::unavailable, Retry::after_operator, "terminal", "cannot be read");
  return secret_in(read, "terminal");
}

}  // namespace sogoc
