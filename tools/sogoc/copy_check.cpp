#include "tools/sogoc/copy_check.hpp"

#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

#include <nlohmann/json.hpp>

#include "pipeline/core/record_json.hpp"
#include "tools/sogoc/temporary_folder.hpp"
#include "tools/sogoc/worker_process.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostAnswer = 32u << 20;

fs::path absolute_or_empty(const fs::path& path) {
  std::error_code error;
  return path.empty() ? path : fs::absolute(path, error);
}

tl::unexpected<Error> too_much(const CheckTask& task) {
  return fail(ErrorCode::limit_exceeded, Retry::never, task.file.filename().string(),
              "checking it takes more time or memory than any real document; it was not decided");
}

Result<CheckAnswer> read_answer(const fs::path& file, const CheckTask& task) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error || size > kMostAnswer)
    return fail(ErrorCode::crashed, Retry::never, task.file.filename().string(),
                "the checking worker gave no answer");
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_object() && json.contains("error")) {
    SOGOC_TRY(Error told, error_from_json(json.at("error").dump()));
    return tl::unexpected<Error>(std::move(told));
  }
  return answer_from_json(text);
}

}  // namespace

Result<std::string> check_task_json(const CheckTask& task, const CheckLimits& limits) {
  const nlohmann::json json{{"file", absolute_or_empty(task.file).string()},
                            {"bundle", absolute_or_empty(task.bundle).string()},
                            {"trust", absolute_or_empty(task.trust).string()},
                            {"keys", absolute_or_empty(task.keys).string()},
                            {"trial", task.trial_archive},
                            {"qr", task.qr},
                            {"now_ms", task.now.time_since_epoch().count()},
                            {"memory_mb", limits.memory_mb},
                            {"max_bytes", limits.max_bytes}};
  try {
    return json.dump();
  } catch (const nlohmann::json::exception&) {
    return fail(ErrorCode::usage, Retry::never, "copy verify",
                "a name or text that was given is no UTF-8");
  }
}

Result<CheckAnswer> check_in_worker(const CheckTask& task, const CheckLimits& limits) {
  std::error_code error;
  if (!task.file.empty() && !fs::exists(task.file, error))
    return fail(ErrorCode::not_found, Retry::never, task.file.string(), "there is no such file");
  SOGOC_TRY(const TemporaryFolder scratch, TemporaryFolder::create());
  SOGOC_TRY(const std::string text, check_task_json(task, limits));
  {
    std::ofstream out(scratch.path() / "task.json", std::ios::binary);
    out << text;
    out.close();
    if (!out)
      return fail(ErrorCode::no_space, Retry::after_operator, scratch.path().string(),
                  "the worker's task cannot be written");
  }
  ProcessStart start;
  start.program = fs::read_symlink("/proc/self/exe", error).parent_path() / "sogoc-verify-worker";
  if (const char* given = std::getenv("SOGOC_VERIFY_WORKER")) start.program = given;
  start.arguments = {scratch.path().string()};
  SOGOC_TRY(ChildProcess worker, ChildProcess::start(start));
  const auto deadline = std::chrono::steady_clock::now() + limits.wall;
  auto pause = std::chrono::microseconds(500);
  std::optional<int> status;
  while (!(status = worker.ended())) {
    if (std::chrono::steady_clock::now() > deadline ||
        worker.memory_bytes() > static_cast<std::uint64_t>(limits.memory_mb) << 20)
      return too_much(task);
    std::this_thread::sleep_for(pause);
    if (pause < std::chrono::milliseconds(20)) pause *= 2;
  }
  if (WIFSIGNALED(*status)) {
    if (WTERMSIG(*status) == SIGXCPU || WTERMSIG(*status) == SIGKILL) return too_much(task);
    return fail(ErrorCode::crashed, Retry::never, task.file.filename().string(),
                "the checking worker " + ending_in_words(*status));
  }
  return read_answer(scratch.path() / "result.json", task);
}

}  // namespace sogoc
