#include "tools/signer/remote_command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "pipeline/core/owned_fd.hpp"

namespace sogoc {
namespace {

using std::chrono::steady_clock;

constexpr std::string_view kWho = "the remote signing service";
constexpr std::size_t kMostBytes = std::size_t{1} << 20U;  // a CMS with chain and timestamp has some 10 kB
constexpr std::size_t kMostReason = 200;
constexpr int kAskAgain = 75;  // EX_TEMPFAIL of sysexits.h

struct Pipe {
  OwnedFd read, write;
};
std::optional<Pipe> make_pipe() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  return Pipe{OwnedFd(ends[0]), OwnedFd(ends[1])};
}

// The process with its group, which never outlives the question.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ > 0) (void)end();
  }
  // Its status; whatever it started is gone as well.
  int end() {
    ::kill(-pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return status;
  }
  // Its own end, waited for until `until`; nullopt when it is still there.
  std::optional<int> wait(steady_clock::time_point until) {
    siginfo_t facts{};
    while (::waitid(P_PID, static_cast<id_t>(pid_), &facts, WEXITED | WNOHANG | WNOWAIT) == 0 && facts.si_pid == 0) {
      if (steady_clock::now() >= until) return std::nullopt;
      ::usleep(2'000);
    }
    return end();
  }

 private:
  pid_t pid_;
};

// Starts the command with these three streams, as leader of its own group.
int spawn(const std::vector<std::string>& command, const Pipe& in, const Pipe& out, const Pipe& err, pid_t& pid) {
  std::vector<char*> arguments;
  for (const std::string& one : command) arguments.push_back(const_cast<char*>(one.c_str()));
  arguments.push_back(nullptr);
  std::string path = "PATH=/usr/local/bin:/usr/bin:/bin";
  std::string language = "LANG=C.UTF-8";
  std::array<char*, 3> environment{path.data(), language.data(), nullptr};
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_adddup2(&files, in.read.get(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&files, out.write.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&files, err.write.get(), STDERR_FILENO);
  ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  // The signer blocks signals and ignores SIGPIPE for itself only.
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const int failed =
      ::posix_spawn(&pid, command.front().c_str(), &files, &attributes, arguments.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&files);
  ::posix_spawnattr_destroy(&attributes);
  return failed;
}

// One line of what the program said, fit to be shown.
std::string reason_in(std::string text) {
  text.resize(std::min({text.size(), text.find('\n'), kMostReason}));
  std::erase_if(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  return text;
}

}  // namespace

Result<std::vector<std::uint8_t>> RemoteCommand::sign_hash(const Sha256& byte_range_digest) {
  auto in = make_pipe();
  auto out = make_pipe();
  auto err = make_pipe();
  if (!in || !out || !err)
    return fail(ErrorCode::unavailable, Retry::same_step, std::string(kWho),
                "cannot be asked now: the signer has no more open files");
  pid_t pid = -1;
  if (const int failed = spawn(settings_.command, *in, *out, *err, pid); failed != 0)
    return fail(ErrorCode::not_found, Retry::after_operator, settings_.command.front(),
                fmt::format("cannot be started: {}; see `command` in signer.toml", std::strerror(failed)));
  Child child(pid);
  const auto until = steady_clock::now() + settings_.timeout;
  // 65 bytes fit in any pipe: this never waits. A program that reads nothing may be gone already.
  const std::string line = to_hex(byte_range_digest) + "\n";
  (void)!::write(in->write.get(), line.data(), line.size());
  for (OwnedFd* given : {&in->read, &in->write, &out->write, &err->write}) given->reset();

  std::string answer;
  std::string said;
  std::array<pollfd, 2> open{pollfd{out->read.get(), POLLIN, 0}, pollfd{err->read.get(), POLLIN, 0}};
  while (open[0].fd >= 0 || open[1].fd >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - steady_clock::now());
    if (settings_.stop != nullptr && *settings_.stop)
      return fail(ErrorCode::unavailable, Retry::same_step, std::string(kWho), "was not waited for: the signer stops");
    if (left.count() <= 0)
      return fail(ErrorCode::timeout, Retry::same_step, std::string(kWho),
                  fmt::format("gave no answer within {} s; try again", settings_.timeout.count() / 1000));
    ::poll(open.data(), open.size(), static_cast<int>(std::min<std::int64_t>(left.count(), 200)));
    for (pollfd& one : open) {
      if (one.fd < 0 || one.revents == 0) continue;
      std::array<char, 16384> part{};
      const ssize_t got = ::read(one.fd, part.data(), part.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) {
        one.fd = -1;
        continue;
      }
      std::string& to = &one == open.data() ? answer : said;
      const std::size_t most = &one == open.data() ? kMostBytes + 1 : kMostReason;
      to.append(part.data(), std::min(static_cast<std::size_t>(got), most - std::min(most, to.size())));
    }
    if (answer.size() > kMostBytes)
      return fail(ErrorCode::invalid, Retry::after_operator, std::string(kWho), "gave more than a CMS can be");
  }
  const auto status = child.wait(until);
  if (!status)
    return fail(ErrorCode::timeout, Retry::same_step, std::string(kWho), "did not end; try again");
  if (WIFEXITED(*status) && WEXITSTATUS(*status) == 0) {
    if (answer.empty())
      return fail(ErrorCode::invalid, Retry::after_operator, std::string(kWho), "gave no signature");
    return std::vector<std::uint8_t>(answer.begin(), answer.end());
  }
  const std::string reason = reason_in(said);
  if (WIFEXITED(*status) && WEXITSTATUS(*status) == kAskAgain)
    return fail(ErrorCode::unavailable, Retry::same_step, std::string(kWho),
                reason.empty() ? "cannot sign now; try again" : reason);
  return fail(ErrorCode::no_permission, Retry::after_operator, std::string(kWho),
              reason.empty() ? "refused to sign and gave no reason" : "refused to sign: " + reason);
}

}  // namespace sogoc
