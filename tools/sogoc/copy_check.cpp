#include "tools/sogoc/copy_check.hpp"

#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "pipeline/core/record_json.hpp"
#include "tools/sogoc/limited_worker.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostAnswer = 32u << 20;

fs::path absolute_or_empty(const fs::path& path) {
  std::error_code error;
  return path.empty() ? path : fs::absolute(path, error);
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
  SOGOC_CHECK(run_limited_worker({"sogoc-verify-worker", "SOGOC_VERIFY_WORKER", scratch.path(), limits.memory_mb, limits.wall}, task.file.filename().string()));
  return read_answer(scratch.path() / "result.json", task);
}

}  // namespace sogoc
