// sogoc-copy-worker FOLDER: does what FOLDER/task.json says (pipeline/core/copy_json.hpp), writes
// FOLDER/out.pdf and FOLDER/result.json. Started anew for every copy and locked in before it opens
// anything: no network, FOLDER the only place to write, forms and fonts the only other things to
// read. It has no database, no key and no clock but the task's.

#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "pipeline/core/copy_json.hpp"
#include "tools/sogoc/exit_codes.hpp"
#include "tools/sogoc/sandbox.hpp"
#include "workers/copy_write/copy_composer.hpp"
#include "workers/pades/pades.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

constexpr int kMemoryLimitMb = 1024;
constexpr rlim_t kCpuLimitSeconds = 60;
constexpr std::uintmax_t kLargestTask = 8u << 20;
constexpr std::uintmax_t kLargestBlob = 16u << 20;  // a CRL; certificates are far smaller

// The first that exists: named by the environment, installed beside the program, in the source.
fs::path first_folder(const char* variable, const std::vector<fs::path>& places) {
  if (const char* given = std::getenv(variable)) return given;
  std::error_code ignored;
  for (const fs::path& place : places)
    if (fs::is_directory(place, ignored)) return place;
  return places.back();
}

Result<std::string> whole_file(const fs::path& file, std::uintmax_t most) {
  std::error_code failed;
  const std::uintmax_t size = fs::file_size(file, failed);
  if (failed)
    return fail(ErrorCode::not_found, Retry::never, file.filename().string(),
                "the file was not handed over");
  if (size > most)
    return fail(ErrorCode::limit_exceeded, Retry::never, file.filename().string(),
                "the file is too large");
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in || bytes.size() != size)
    return fail(ErrorCode::unavailable, Retry::same_step, file.filename().string(),
                "the file cannot be read");
  return bytes;
}

Result<std::vector<std::vector<std::uint8_t>>> blobs(const fs::path& folder,
                                                     const std::vector<std::string>& names) {
  std::vector<std::vector<std::uint8_t>> all;
  for (const std::string& name : names) {
    SOGOC_TRY(const std::string bytes, whole_file(folder / name, kLargestBlob));
    all.emplace_back(bytes.begin(), bytes.end());
  }
  return all;
}

PreparedCopy prepared(const SignatureHole& hole) {
  return {hole.file_bytes, 0, hole.begin, hole.end};
}

Result<PreparedCopy> work(const fs::path& folder, const fs::path& forms, const fs::path& fonts) {
  SOGOC_TRY(const std::string text, whole_file(folder / "task.json", kLargestTask));
  SOGOC_TRY(const CopyTask task, copy_task_from_json(text));
  const fs::path out = folder / "out.pdf";
  switch (task.step) {
    case CopyStep::compose: return compose_copy(task.draft, {folder, forms, fonts}, out);
    case CopyStep::append_signature: {
      SOGOC_TRY(const SignatureHole hole,
                append_signature(folder / task.from, out,
                                 {task.field.name, task.signing_time_iso, task.field.signer,
                                  task.field.reason, task.field.location}));
      return prepared(hole);
    }
    case CopyStep::append_dss: {
      ValidationMaterial material;
      SOGOC_TRY(material.certificates, blobs(folder, task.certificates));
      SOGOC_TRY(material.ocsp, blobs(folder, task.ocsp));
      SOGOC_TRY(material.crls, blobs(folder, task.crls));
      SOGOC_CHECK(append_dss(folder / task.from, out, material));
      return PreparedCopy{fs::file_size(out), 0, 0, 0};
    }
    case CopyStep::append_timestamp: {
      SOGOC_TRY(const SignatureHole hole, append_document_timestamp(folder / task.from, out));
      return prepared(hole);
    }
  }
  return fail(ErrorCode::internal, Retry::never, "task", "unknown step");
}

Result<PreparedCopy> locked_in_work(const fs::path& folder) {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  const fs::path forms = first_folder(
      "SOGOC_COPIES", {program.parent_path() / "share" / "sogoc" / "copies",
                       "/usr/share/sogoc/copies", SOGOC_SOURCE_COPIES});
  const fs::path fonts = first_folder("SOGOC_FONTS", {"/usr/share/fonts/truetype/croscore"});
  SandboxSettings sandbox;
  sandbox.scratch = folder;
  sandbox.readable = {forms, fonts};
  sandbox.memory_limit_mb = kMemoryLimitMb;
  SOGOC_TRY(const SandboxReport report, enter_worker_sandbox(sandbox, Log()));
  const rlimit time{kCpuLimitSeconds, kCpuLimitSeconds};
  ::setrlimit(RLIMIT_CPU, &time);
  return work(folder, forms, fonts);
}

// A bug is told like any failure, so that the copy gets a clear state.
Result<PreparedCopy> guarded_work(const fs::path& folder) {
  try {
    return locked_in_work(folder);
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::out_of_memory, Retry::never, "copy worker", "it needs more memory than it may have");
  } catch (const std::exception& bug) {
    return fail(ErrorCode::internal, Retry::never, "copy worker", bug.what());
  }
}

}  // namespace
}  // namespace sogoc

int main(int count, char** arguments) {
  using namespace sogoc;
  if (count != 2 || arguments[1][0] == '-') {
    std::fputs("usage: sogoc-copy-worker FOLDER   (holds task.json; started by sogoc copy)\n", stderr);
    return static_cast<int>(ExitCode::usage);
  }
  set_log_level(LogLevel::warn);
  const std::filesystem::path folder(arguments[1]);
  const Result<PreparedCopy> result = guarded_work(folder);
  std::ofstream out(folder / "result.json", std::ios::binary);
  out << copy_result_json(result);
  out.close();
  if (!out) return static_cast<int>(ExitCode::environment);
  return static_cast<int>(result ? ExitCode::done : exit_code_for(result.error().code));
}
