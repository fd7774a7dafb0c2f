#pragma once

// Private to the worker pool: one child process.

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

struct ProcessStart {
  std::filesystem::path program;
  std::vector<std::string> arguments;     // without the program's name
  std::vector<std::string> environment;   // NAME=value, replaces what is inherited under that name
  int niceness = 0;
  int output = -1, errors = -1;           // descriptors for its standard output and errors; -1: ours
};

// Owner:  the process: it is killed with its group and reaped when this is destroyed.
// Thread: the one that started it, which must live as long (PR_SET_PDEATHSIG).
class ChildProcess {
 public:
  // Fails with unavailable or not_found when it cannot be started at all.
  [[nodiscard]] static Result<ChildProcess> start(const ProcessStart& start);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  // The status of waitpid when it has ended; call again and again.
  [[nodiscard]] std::optional<int> ended();
  void kill_group();
  // Resident memory of the process and its children.
  [[nodiscard]] std::uint64_t memory_bytes() const;

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}
  pid_t pid_ = -1;
  std::optional<int> status_;
};

// "was killed by SIGSEGV", "ended with exit code 3".
[[nodiscard]] std::string ending_in_words(int status);

}  // namespace sogoc
