#include "tools/sogoc/copy_worker.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "pipeline/core/copy_json.hpp"
#include "tools/sogoc/worker_process.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = "sogoc-copy-worker";

Result<std::string> text_of_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream)
    return fail(ErrorCode::crashed, Retry::same_step, "copy worker", "left no result behind");
  std::stringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

Done write_task(const fs::path& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << text;
  stream.close();
  if (!stream)
    return fail(ErrorCode::no_space, Retry::after_operator, file.parent_path().string(),
                "cannot be written; free some space and try again");
  return {};
}

}  // namespace

fs::path program_beside(const char* name) {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/exe", ignored).parent_path() / name;
}

bool wait_for_end(int pid, std::chrono::milliseconds limit) {
  const int fd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (fd < 0) return false;
  pollfd item{fd, POLLIN, 0};
  const int ready = ::poll(&item, 1, static_cast<int>(limit.count()));
  ::close(fd);
  return ready > 0;
}

Result<PreparedCopy> run_copy_worker(const fs::path& folder, const CopyTask& task,
                                     std::chrono::milliseconds limit) {
  std::error_code ignored;
  fs::remove(folder / "result.json", ignored);
  SOGOC_CHECK(write_task(folder / "task.json", to_json(task)));
  SOGOC_TRY(auto child, ChildProcess::start({program_beside(kProgram), {folder.string()}, {}, 0}));
  if (!wait_for_end(child.pid(), limit)) {
    child.kill_group();
    return fail(ErrorCode::timeout, Retry::same_step, "copy worker",
                "took longer than its limit and was ended");
  }
  const auto status = child.ended();
  // A worker that failed in an orderly way said why.
  const auto text = text_of_file(folder / "result.json");
  if (!text)
    return fail(ErrorCode::crashed, Retry::same_step, "copy worker",
                status ? ending_in_words(*status) : text.error().message);
  return copy_result_from_json(*text);
}

}  // namespace sogoc
