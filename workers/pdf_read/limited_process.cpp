#include "workers/pdf_read/limited_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "pipeline/core/owned_fd.hpp"

namespace sogoc {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  OwnedFd read_end;
  OwnedFd write_end;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return fail(ErrorCode::unavailable, Retry::same_step, "outside program",
                "no pipe to it can be made");
  return Pipe{OwnedFd(ends[0]), OwnedFd(ends[1])};
}

std::string program_path(const std::string& name) {
  for (const char* folder : {"/usr/bin/", "/bin/", "/usr/local/bin/"}) {
    std::string path = folder + name;
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

// Everything the child needs, laid out before fork: after it only calls that are safe in a
// copy of a threaded process may be made.
struct ChildPlan {
  const char* path;
  char* const* argv;
  char* const* environment;
  int null_input;
  int out;
  int err;
  pid_t parent;
  rlimit memory;
  rlimit cpu;
  rlimit file_size;
  rlimit core;
};

[[noreturn]] void become(const ChildPlan& plan) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (::getppid() != plan.parent) ::_exit(127);  // the parent died before the line above
  ::setrlimit(RLIMIT_AS, &plan.memory);
  ::setrlimit(RLIMIT_CPU, &plan.cpu);
  ::setrlimit(RLIMIT_FSIZE, &plan.file_size);
  ::setrlimit(RLIMIT_CORE, &plan.core);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  if (::dup2(plan.null_input, 0) < 0 || ::dup2(plan.out, 1) < 0 || ::dup2(plan.err, 2) < 0)
    ::_exit(127);
  ::close_range(3, ~0u, 0);
  ::execve(plan.path, plan.argv, plan.environment);
  ::_exit(127);
}

// Kills the group and reaps the child on every way out.
class ChildGuard {
 public:
  explicit ChildGuard(pid_t pid) : pid_(pid) {}
  ChildGuard(const ChildGuard&) = delete;
  ChildGuard& operator=(const ChildGuard&) = delete;
  ~ChildGuard() {
    if (pid_ <= 0) return;
    kill_group();
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
  }
  void kill_group() const {
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);  // in case it has not yet made its group
  }
  // The status when it has ended.
  [[nodiscard]] bool ended(int& status) {
    const pid_t got = ::waitpid(pid_, &status, WNOHANG);
    if (got != pid_) return false;
    ::kill(-pid_, SIGKILL);  // whatever it started itself
    pid_ = -1;
    return true;
  }

 private:
  pid_t pid_;
};

bool append_available(int fd, std::vector<std::uint8_t>& to) {
  std::array<std::uint8_t, 1 << 16> piece;
  const ssize_t got = ::read(fd, piece.data(), piece.size());
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  to.insert(to.end(), piece.begin(), piece.begin() + got);
  return got > 0;
}

rlimit limit_of(std::uint64_t value) { return {value, value}; }

}  // namespace

Result<ProcessOutput> run_limited(const std::vector<std::string>& argv,
                                  const ProcessLimits& limits) {
  if (argv.empty()) return fail(ErrorCode::internal, Retry::never, "outside program", "no name");
  const std::string& name = argv.front();
  const std::string path = program_path(name);
  if (path.empty())
    return fail(ErrorCode::missing_model, Retry::after_operator, name,
                "this program is not installed; run the set-up again");

  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  std::array<std::string, 4> environment = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8",
                                            "HOME=/nonexistent", "OMP_THREAD_LIMIT=1"};
  std::vector<char*> environment_pointers;
  for (std::string& variable : environment) environment_pointers.push_back(variable.data());
  environment_pointers.push_back(nullptr);

  SOGOC_TRY(Pipe out, make_pipe());
  SOGOC_TRY(Pipe err, make_pipe());
  const OwnedFd null_input(::open("/dev/null", O_RDONLY | O_CLOEXEC));

  const ChildPlan plan{path.c_str(), arguments.data(), environment_pointers.data(),
                       null_input.get(), out.write_end.get(), err.write_end.get(), ::getpid(),
                       limit_of(limits.memory_bytes),
                       limit_of(static_cast<std::uint64_t>(limits.cpu_s)),
                       limit_of(limits.written_bytes), limit_of(0)};
  const pid_t pid = ::fork();
  if (pid < 0)
    return fail(ErrorCode::unavailable, Retry::same_step, name, "it cannot be started now");
  if (pid == 0) become(plan);
  ChildGuard child(pid);
  out.write_end.reset();
  err.write_end.reset();

  ProcessOutput output;
  std::vector<std::uint8_t> complaints;
  const Clock::time_point deadline = Clock::now() + limits.wall;
  int status = 0;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0)
      return fail(ErrorCode::timeout, Retry::never, name, "it took longer than its limit");
    pollfd ends[2] = {{out.read_end.get(), POLLIN, 0}, {err.read_end.get(), POLLIN, 0}};
    const bool piped = ends[0].fd >= 0 || ends[1].fd >= 0;
    const int pause = static_cast<int>(std::min<std::int64_t>(left.count(), piped ? 500 : 5));
    ::poll(ends, 2, pause);
    if (ends[0].revents != 0 && !append_available(out.read_end.get(), output.out))
      out.read_end.reset();
    if (ends[1].revents != 0) {
      if (!append_available(err.read_end.get(), complaints)) err.read_end.reset();
      complaints.resize(std::min<std::size_t>(complaints.size(), 4096));
    }
    if (output.out.size() > limits.output_bytes)
      return fail(ErrorCode::limit_exceeded, Retry::never, name, "it wrote more than its limit");
    if (out.read_end.get() < 0 && err.read_end.get() < 0 && child.ended(status)) break;
  }
  output.err.assign(complaints.begin(), complaints.end());
  if (WIFSIGNALED(status)) {
    if (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL)
      return fail(ErrorCode::timeout, Retry::never, name, "it took longer than its limit");
    if (WTERMSIG(status) == SIGXFSZ)
      return fail(ErrorCode::limit_exceeded, Retry::never, name, "it wrote more than its limit");
    return fail(ErrorCode::crashed, Retry::never, name,
                fmt::format("it died of signal {}", WTERMSIG(status)));
  }
  output.exit_code = WEXITSTATUS(status);
  if (output.exit_code == 127)
    return fail(ErrorCode::unavailable, Retry::same_step, name, "it cannot be started now");
  return output;
}

}  // namespace sogoc
