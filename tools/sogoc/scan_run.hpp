#pragma once

// Starts the capture worker and waits for it: `sogoc scan`, `scan send`.

#include <filesystem>

#include "tools/sogoc/scan_desk.hpp"

namespace sogoc {

struct ScanRun {
  int exit_code = 0;          // of the worker; its error is printed already
  ScanAnswer answer;
};

// The worker has said all and only closes its device now: from here on it is not waited for long.
[[nodiscard]] Done note_worker_end(const std::filesystem::path& answer_file, int exit_code);

// With an archive, takes what the worker sends into it. `scratch`: an existing private folder. SIGINT and SIGTERM stop the worker
// at once, in good order; one that a driver keeps from stopping is killed after ten seconds.
[[nodiscard]] Result<ScanRun> run_scan(Archive* archive, ScanPlan plan, const std::filesystem::path& scratch);

}  // namespace sogoc
