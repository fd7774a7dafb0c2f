#include "tools/server/picture_worker.hpp"

#include <fstream>
#include <iterator>

#include "pipeline/core/record_json.hpp"
#include "tools/sogoc/limited_worker.hpp"

namespace sogoc::server {

Result<nlohmann::json> ask_picture_worker(const std::filesystem::path& folder, nlohmann::json task, int memory_mb, std::chrono::seconds wall, const std::string& subject) {
  task["memory_mb"] = memory_mb;
  {
    std::ofstream out(folder / "task.json", std::ios::binary);
    out << task.dump();
    out.close();
    if (!out) return fail(ErrorCode::no_space, Retry::after_operator, folder.string(), "the worker's task cannot be written");
  }
  SOGOC_CHECK(run_limited_worker({"sogoc-picture-worker", nullptr, folder, memory_mb, wall}, subject));
  std::ifstream in(folder / "result.json", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return fail(ErrorCode::crashed, Retry::never, subject, "the process that reads pictures gave no answer");
  if (!json.contains("error")) return json;
  SOGOC_TRY(Error told, error_from_json(json.at("error").dump()));
  return tl::unexpected<Error>(std::move(told));
}

}  // namespace sogoc::server
