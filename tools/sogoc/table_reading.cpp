#include "tools/sogoc/table_reading.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "pipeline/core/log.hpp"
#include "pipeline/core/owned_fd.hpp"
#include "pipeline/core/record_json.hpp"
#include "tools/sogoc/sandbox.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::json;

Result<std::vector<TableRow>> parse(const std::filesystem::path& file) {
  if (file.extension() == ".xlsx") return read_xlsx(file);
  std::ifstream stream(file, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  return file.extension() == ".jsonl" ? read_json_lines(text.str()) : read_csv(text.str());
}

std::string answer_for(const std::filesystem::path& file) {
  const auto rows = parse(file);
  Json json;
  if (!rows) {
    json["error"] = to_json(rows.error());
  } else {
    Json list = Json::array();
    for (const TableRow& row : *rows) {
      Json cells = Json::array();
      for (const TableCell& cell : row.cells) cells.push_back({static_cast<int>(cell.kind), cell.text, cell.state});
      list.push_back({row.number, std::move(cells)});
    }
    json["rows"] = std::move(list);
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

[[noreturn]] void be_the_child(const std::filesystem::path& file, const std::filesystem::path& scratch, int out) {
  constexpr rlim_t kSeconds = 120;
  constexpr int kMemoryMb = 2000;
  const rlimit time{kSeconds, kSeconds};
  setrlimit(RLIMIT_CPU, &time);
  SandboxSettings sandbox;
  sandbox.scratch = scratch;
  sandbox.memory_limit_mb = kMemoryMb;
  Log log;
  std::string answer;
  try {
    if (const auto locked = enter_worker_sandbox(sandbox, log); locked)
      answer = answer_for(file);
    else
      answer = Json{{"error", to_json(locked.error())}}.dump();
  } catch (const std::exception&) {
    _exit(1);
  }
  for (std::size_t at = 0; at < answer.size();) {
    const ssize_t put = ::write(out, answer.data() + at, answer.size() - at);
    if (put <= 0) _exit(1);
    at += static_cast<std::size_t>(put);
  }
  _exit(0);
}

}  // namespace

Result<std::vector<TableRow>> read_foreign_table(const std::filesystem::path& file) {
  const std::string shown = file.filename().string();
  const std::string kind = file.extension().string();
  if (kind != ".xlsx" && kind != ".csv" && kind != ".jsonl")
    return fail(ErrorCode::unsupported_input, Retry::never, shown, "is no .xlsx, .csv or .jsonl file");
  constexpr std::uintmax_t kMostBytes = 200u << 20;
  std::error_code failed;
  if (const auto bytes = std::filesystem::file_size(file, failed); failed || bytes > kMostBytes)
    return fail(failed ? ErrorCode::not_found : ErrorCode::limit_exceeded, Retry::never, shown,
                failed ? "cannot be read" : "is larger than a table may be");
  // The child sees its own folder only.
  SOGOC_TRY(const auto scratch, TemporaryFolder::create());
  const auto copy = scratch.path() / ("table" + kind);
  std::filesystem::copy_file(file, copy, failed);
  if (failed) return fail(ErrorCode::no_permission, Retry::after_operator, shown, failed.message());
  int ends[2];
  if (::pipe(ends) != 0) return fail(ErrorCode::internal, Retry::never, shown, "no pipe to a child process");
  OwnedFd in(ends[0]), out(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return fail(ErrorCode::internal, Retry::never, shown, "no child process could be started");
  if (child == 0) {
    ::close(ends[0]);
    be_the_child(copy, scratch.path(), ends[1]);
  }
  out = OwnedFd();
  std::string answer;
  char chunk[1 << 16];
  for (ssize_t got = 0; (got = ::read(in.get(), chunk, sizeof chunk)) > 0;) answer.append(chunk, static_cast<std::size_t>(got));
  int status = 0;
  ::waitpid(child, &status, 0);
  const Json json = Json::parse(answer, nullptr, false);
  if (status != 0 || json.is_discarded() || !json.is_object())
    return fail(ErrorCode::limit_exceeded, Retry::never, shown, "could not be read within the limits of time and memory");
  if (json.contains("error")) {
    SOGOC_TRY(Error error, error_from_json(json.at("error").get<std::string>()));
    error.subject = shown;
    return tl::unexpected<Error>(std::move(error));
  }
  std::vector<TableRow> rows;
  for (const Json& row : json.at("rows")) {
    rows.push_back({row.at(0).get<int>(), {}});
    for (const Json& cell : row.at(1)) rows.back().cells.push_back({cell.at(1).get<std::string>(), static_cast<CellKind>(cell.at(0).get<int>()), cell.at(2).get<std::string>()});
  }
  return rows;
}

}  // namespace sogoc
