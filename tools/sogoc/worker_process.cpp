#include "tools/sogoc/worker_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include <fmt/format.h>

extern char** environ;  // NOLINT: POSIX has no header for it without _GNU_SOURCE

namespace sogoc {
namespace {

using FileHandle = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

std::vector<std::string> merged_environment(const std::vector<std::string>& wanted) {
  std::vector<std::string> all = wanted;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string inherited = *entry;
    const std::string name = inherited.substr(0, inherited.find('=') + 1);
    bool replaced = false;
    for (const std::string& ours : wanted) replaced = replaced || ours.starts_with(name);
    if (!replaced) all.push_back(inherited);
  }
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Between fork and exec only async-signal-safe calls: another thread may hold any lock.
[[noreturn]] void become(const char* program, char* const* argv, char* const* envp, pid_t parent,
                         const ProcessStart& start, int report) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(5);  // it died before the line above
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
  if (start.output >= 0) ::dup2(start.output, STDOUT_FILENO);
  if (start.errors >= 0) ::dup2(start.errors, STDERR_FILENO);
  if (start.niceness != 0) (void)!::nice(start.niceness);
  // Whatever a library forgot to mark must not leak into a process that opens strangers' files.
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  ::execve(program, argv, envp);
  const int why = errno;
  (void)!::write(report, &why, sizeof why);
  ::_exit(127);
}

std::uint64_t resident_bytes(const std::string& process) {
  const FileHandle file(std::fopen(("/proc/" + process + "/statm").c_str(), "re"), &std::fclose);
  unsigned long size = 0;
  unsigned long resident = 0;
  if (!file || std::fscanf(file.get(), "%lu %lu", &size, &resident) != 2) return 0;
  return std::uint64_t{resident} * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const ProcessStart& start) {
  std::vector<std::string> arguments{start.program.string()};
  arguments.insert(arguments.end(), start.arguments.begin(), start.arguments.end());
  std::vector<std::string> environment = merged_environment(start.environment);
  const std::vector<char*> argv = pointers_to(arguments);
  const std::vector<char*> envp = pointers_to(environment);
  std::array<int, 2> report{-1, -1};
  if (::pipe2(report.data(), O_CLOEXEC) != 0)
    return fail(ErrorCode::unavailable, Retry::after_operator, start.program.string(),
                fmt::format("cannot be started: {}", std::strerror(errno)));
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0)
    become(start.program.c_str(), argv.data(), envp.data(), parent, start, report[1]);
  const int fork_error = errno;
  ::close(report[1]);
  int exec_error = 0;
  ssize_t got = 0;
  if (pid > 0) {
    do got = ::read(report[0], &exec_error, sizeof exec_error);
    while (got < 0 && errno == EINTR);
  }
  ::close(report[0]);
  if (pid < 0)
    return fail(ErrorCode::unavailable, Retry::after_operator, start.program.string(),
                fmt::format("cannot be started: {}", std::strerror(fork_error)));
  ChildProcess child(pid);
  if (got == static_cast<ssize_t>(sizeof exec_error))
    return fail(ErrorCode::not_found, Retry::after_operator, start.program.string(),
                fmt::format("cannot be started: {}", std::strerror(exec_error)));
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), status_(std::exchange(other.status_, std::nullopt)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(status_, other.status_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (pid_ <= 0 || status_) return;
  kill_group();
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
}

std::optional<int> ChildProcess::ended() {
  if (status_ || pid_ <= 0) return status_;
  int status = 0;
  const pid_t got = ::waitpid(pid_, &status, WNOHANG);
  if (got == pid_) {
    // Its own children (a renderer) do not outlive it. The group's number stays taken as long as
    // one of them lives, so this cannot hit a stranger.
    ::kill(-pid_, SIGKILL);
    status_ = status;
  } else if (got < 0 && errno == ECHILD) {
    status_ = 0;  // somebody else reaped it
  }
  return status_;
}

void ChildProcess::kill_group() {
  if (pid_ <= 0 || status_) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);  // it may not have made its group yet
}

std::uint64_t ChildProcess::memory_bytes() const {
  if (pid_ <= 0) return 0;
  const std::string self = std::to_string(pid_);
  std::uint64_t bytes = resident_bytes(self);
  const FileHandle file(std::fopen(("/proc/" + self + "/task/" + self + "/children").c_str(), "re"),
                        &std::fclose);
  int child = 0;
  while (file && std::fscanf(file.get(), "%d", &child) == 1)
    bytes += resident_bytes(std::to_string(child));
  return bytes;
}

std::string ending_in_words(int status) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    const char* name = ::sigabbrev_np(number);
    std::string words = name ? fmt::format("was killed by SIG{}", name)
                             : fmt::format("was killed by signal {}", number);
    if (number == SIGSYS) words += " (it did what its sandbox forbids)";
    if (number == SIGKILL) words += " (by a person, or by the system for lack of memory)";
    return words;
  }
  return fmt::format("ended with exit code {}", WEXITSTATUS(status));
}

}  // namespace sogoc
