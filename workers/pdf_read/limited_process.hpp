#pragma once

// Runs an outside program (pdftoppm, pdftotext) under limits.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

struct ProcessLimits {
  std::uint64_t memory_bytes = 2ull << 30;       // address space
  std::uint64_t written_bytes = 1ull << 30;      // any file it writes
  std::size_t output_bytes = 512u << 20;         // what we keep of its standard output
  int cpu_s = 120;
  std::chrono::milliseconds wall{120'000};
};

struct ProcessOutput {
  int exit_code = 0;
  std::vector<std::uint8_t> out;
  std::string err;                               // at most the first 4 kB
};

// Starts argv[0] (found in the system's program folders only, never the current one) without a
// shell: own process group, nothing inherited but three descriptors, standard input empty, a
// fixed environment, and death with its parent. Kills the whole group when a limit is reached.
// Fails with missing_model (no such program), timeout, limit_exceeded (output), crashed.
// A non-zero exit code is a success here: the caller knows what it means.
[[nodiscard]] Result<ProcessOutput> run_limited(const std::vector<std::string>& argv,
                                                const ProcessLimits& limits = {});

}  // namespace sogoc
