#pragma once

// The local worker processes of a coordinator: started, watched, replaced. What a worker does is
// not known here; it is this program itself, started as
//   PROGRAM ARGUMENTS... --connect ENDPOINT --id ID --scratch FOLDER

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/core/log.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/flow/coordinator.hpp"

namespace sogoc {

struct WorkerPoolSettings {
  int workers = 1;
  std::string endpoint;                            // the coordinator's local address: ipc://...
  std::filesystem::path program = "/proc/self/exe";
  std::vector<std::string> arguments{"worker", "--local"};
  std::filesystem::path scratch_root;              // exists; each process gets a folder in it
  int memory_limit_mb = 0;                         // beside the task's own limit; 0 = only that
  int niceness = 0;
  std::chrono::milliseconds first_pause{100};      // before replacing one that never worked
  std::chrono::milliseconds longest_pause{5'000};
  int most_early_deaths = 6;                       // in a row, before any task: give up
  int most_deaths = 50;                            // in a row, without one task done: give up
};

// Each process is leader of its own process group (Ctrl-C does not reach it: the coordinator
// tells it to stop), dies with this process, has stdin closed, one OpenMP thread, its scratch
// folder as HOME and TMPDIR. Its memory, that of its children included, is looked at ten times a
// second. Nothing is started before the first tend(). Destroying the pool ends them all.
//
// Thread: all calls from the thread that made it, which must outlive the workers (they are tied
// to it by PR_SET_PDEATHSIG).
[[nodiscard]] std::unique_ptr<WorkerSupervisor> make_worker_pool(const WorkerPoolSettings& settings,
                                                                 const Log& log);

}  // namespace sogoc
