#include "tools/sogoc/limited_worker.hpp"

#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <thread>

#include "tools/sogoc/worker_process.hpp"

namespace sogoc {

Done run_limited_worker(const LimitedWorker& worker, const std::string& subject) {
  const auto too_much = [&] {
    return fail(ErrorCode::limit_exceeded, Retry::never, subject, "checking it takes more time or memory than any real document; it was not decided");
  };
  std::error_code error;
  ProcessStart start;
  start.program = std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / worker.program;
  if (const char* given = worker.program_variable == nullptr ? nullptr : std::getenv(worker.program_variable)) start.program = given;
  start.arguments = {worker.folder.string()};
  SOGOC_TRY(ChildProcess process, ChildProcess::start(start));
  const auto deadline = std::chrono::steady_clock::now() + worker.wall;
  auto pause = std::chrono::microseconds(500);
  std::optional<int> status;
  while (!(status = process.ended())) {
    if (std::chrono::steady_clock::now() > deadline || process.memory_bytes() > static_cast<std::uint64_t>(worker.memory_mb) << 20) return too_much();
    std::this_thread::sleep_for(pause);
    if (pause < std::chrono::milliseconds(20)) pause *= 2;
  }
  if (!WIFSIGNALED(*status)) return {};
  if (WTERMSIG(*status) == SIGXCPU || WTERMSIG(*status) == SIGKILL) return too_much();
  return fail(ErrorCode::crashed, Retry::never, subject, "the checking worker " + ending_in_words(*status));
}

}  // namespace sogoc
