// sogoc-verify-worker FOLDER: does what FOLDER/task.json says, writes FOLDER/result.json. Started
// anew for every file and locked in before it opens one: no network, FOLDER the only place to
// write, and nothing else to read but what the task names.

#include <sys/resource.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>
#include <string>

#include <nlohmann/json.hpp>

#include "pipeline/core/record_json.hpp"
#include "tools/sogoc/exit_codes.hpp"
#include "tools/sogoc/sandbox.hpp"
#include "workers/copy_verify/report_json.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr rlim_t kCpuLimitSeconds = 50;

Result<Json> read_task(const fs::path& folder) {
  std::ifstream in(folder / "task.json", std::ios::binary);
  Json task = Json::parse(std::istreambuf_iterator<char>(in), {}, nullptr, false);
  for (const char* key :
       {"file", "bundle", "trust", "keys", "trial", "qr", "now_ms", "memory_mb", "max_bytes"})
    if (!task.is_object() || !task.contains(key))
      return fail(ErrorCode::internal, Retry::never, "verify worker", "its task cannot be read");
  return task;
}

// Folders that may be read: those themselves; of a single file its own path.
Done lock_in(const fs::path& folder, const Json& task) {
  SandboxSettings sandbox;
  sandbox.scratch = folder;
  for (const char* key : {"file", "bundle", "trust", "keys"})
    if (const auto path = task.at(key).get<std::string>(); !path.empty())
      sandbox.readable.emplace_back(path);
  sandbox.memory_limit_mb = task.at("memory_mb").get<int>();
  SOGOC_TRY(const SandboxReport report, enter_worker_sandbox(sandbox, Log()));
  const rlimit time{kCpuLimitSeconds, kCpuLimitSeconds};
  ::setrlimit(RLIMIT_CPU, &time);
  return {};
}

Result<CheckAnswer> work(const fs::path& folder) {
  SOGOC_TRY(const Json task, read_task(folder));
  SOGOC_CHECK(lock_in(folder, task));
  // From here on strangers' bytes are read.
  const auto path = [&task](const char* key) { return fs::path(task.at(key).get<std::string>()); };
  SOGOC_TRY(const TrustStore store, TrustStore::load(path("trust"), task.at("trial").get<bool>()));
  std::vector<PublishedKey> keys;
  if (!path("keys").empty()) {
    SOGOC_TRY(keys, load_published_keys(path("keys")));
  }
  VerifySettings settings;
  settings.now = UtcTime(std::chrono::milliseconds(task.at("now_ms").get<std::int64_t>()));
  settings.max_bytes = task.at("max_bytes").get<std::uint64_t>();
  std::optional<OfflineBundle> bundle;
  if (!path("bundle").empty()) {
    SOGOC_TRY(bundle, read_bundle(path("bundle")));
    settings.extra = bundle->evidence;
    settings.helpers = bundle->certificates;
  }
  CheckAnswer answer;
  if (!path("file").empty()) {
    SOGOC_TRY(answer.file, verify_file(path("file"), store, settings));
    if (bundle) answer.log = check_log(*bundle, *answer.file, keys);
  }
  if (const auto qr = task.at("qr").get<std::string>(); !qr.empty()) {
    SOGOC_TRY(answer.qr, check_qr(qr, keys));
    if (answer.file) compare_qr_with_file(*answer.file, *answer.qr);
  }
  return answer;
}

Result<CheckAnswer> guarded_work(const fs::path& folder) {
  try {
    return work(folder);
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::limit_exceeded, Retry::never, "verify worker",
                "checking it takes more memory than any real document; it was not decided");
  } catch (const std::exception& bug) {
    return fail(ErrorCode::internal, Retry::never, "verify worker", bug.what());
  }
}

}  // namespace
}  // namespace sogoc

int main(int count, char** arguments) {
  using namespace sogoc;
  if (count != 2 || arguments[1][0] == '-') {
    std::fputs(
        "usage: sogoc-verify-worker FOLDER   (holds task.json; started by sogoc copy verify)\n",
        stderr);
    return static_cast<int>(ExitCode::usage);
  }
  const std::filesystem::path folder(arguments[1]);
  const Result<CheckAnswer> answer = guarded_work(folder);
  std::ofstream out(folder / "result.json", std::ios::binary);
  if (answer)
    out << answer_to_json(*answer);
  else
    out << "{\"error\":" << to_json(answer.error()) << "}";
  out.close();
  return static_cast<int>(out ? ExitCode::done : ExitCode::environment);
}
