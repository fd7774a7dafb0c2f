#pragma once

// Checks a copy, or any signed PDF, in a limited worker: this process never opens the file.

#include <filesystem>
#include <string>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/result.hpp"
#include "workers/copy_verify/report_json.hpp"

namespace sogoc {

struct CheckTask {
  std::filesystem::path file;    // "" = none, then `qr` says something
  std::filesystem::path bundle;  // --offline, "" = none
  std::filesystem::path trust;   // the trust store's folder; an absent one believes nobody
  std::filesystem::path keys;    // published keys: a file or a folder, "" = none
  bool trial_archive = false;    // believes certificates of dev-pki
  std::string qr;                // text of a QR code, "" = none
  UtcTime now;
};

struct CheckLimits {
  int memory_mb = 1024;
  std::chrono::milliseconds wall{60'000};
  std::uint64_t max_bytes = 512ull << 20;
};

// Runs program sogoc-verify-worker, which lies beside this one, without network and with a scratch
// folder as the only place to write. Fails as verify_file says, and with limit_exceeded when the
// file takes more time or memory than any real document, crashed when the worker dies on it.
[[nodiscard]] Result<CheckAnswer> check_in_worker(const CheckTask& task,
                                                  const CheckLimits& limits = {});

// The worker's side: FOLDER/task.json in, FOLDER/result.json out.
[[nodiscard]] Result<std::string> check_task_json(const CheckTask& task, const CheckLimits& limits);

}  // namespace sogoc
