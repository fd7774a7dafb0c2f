#pragma once

// Coordinator and local worker processes over one archive: what `run` and `pdf` have in common.

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "pipeline/core/result.hpp"
#include "storage/archive.hpp"
#include "tools/sogoc/exit_codes.hpp"

namespace sogoc {

struct RunSettings {
  int jobs = 1;                             // local worker processes; 0 = only remote ones
  std::optional<BatchId> only;              // what the progress speaks of
  bool retry_quarantined = false;
  std::string listen;                       // "tcp://ADDR:PORT" for workers on other machines
  std::string server_key_file;              // CURVE key pair; made when absent
  std::string allowed_workers_file;         // public keys that may connect, one a line
  bool until_stopped = false;               // do not end when the queue is empty
  int memory_limit_mb = 0;                  // of a worker; 0 = the batch's own setting
};

struct RunOutcome {
  Progress progress;
  double seconds = 0;
  bool stopped = false;                     // by SIGINT or SIGTERM: what was leased is queued again
};

using ShowProgress = std::function<void(const Progress&, double seconds)>;

// Works until nothing is left that could run without a person. One at a time for an archive.
// Fails with no_space, missing_model, ... when the environment stops it; nothing is lost then.
[[nodiscard]] Result<RunOutcome> run_until_idle(Archive& archive, const RunSettings& settings,
                                                const ShowProgress& show);

// Polls until the batch has nothing left to run; another process must be running the archive.
[[nodiscard]] Result<ExitCode> wait_for_batch(Archive& archive, BatchId batch, bool json);

// Pages or files need a person: 4; input that could not be read: 3; else 0.
[[nodiscard]] ExitCode exit_code_for(const Progress& progress);

}  // namespace sogoc
