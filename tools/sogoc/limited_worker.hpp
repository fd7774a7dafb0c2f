#pragma once

// One task, one process that ends with it: what it reads and writes is agreed on in a folder of its own.

#include <chrono>
#include <filesystem>
#include <string>

#include "pipeline/core/result.hpp"

namespace sogoc {

struct LimitedWorker {
  std::string program;            // lies beside this one
  const char* program_variable;   // of the environment: another place for it, or null
  std::filesystem::path folder;   // its only argument
  int memory_mb = 1024;
  std::chrono::milliseconds wall{60'000};
};

// Waits for it. Fails with limit_exceeded when it takes more time or memory, crashed when it is killed otherwise;
// what it found out stands in its folder. `subject`: what the errors speak about.
// Thread: any that lives as long as the process.
[[nodiscard]] Done run_limited_worker(const LimitedWorker& worker, const std::string& subject);

}  // namespace sogoc
