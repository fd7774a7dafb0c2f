#pragma once

// One task of composing or extending a copy, in a fresh process without network that sees nothing
// but its folder (program sogoc-copy-worker).

#include <chrono>
#include <filesystem>

#include "pipeline/core/copy.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

// Writes `task` into the folder, runs the worker there and returns its result; the PDF is out.pdf.
// Fails with what the worker says, or with crashed, timeout, not_found (the program is not there).
[[nodiscard]] Result<PreparedCopy> run_copy_worker(
    const std::filesystem::path& folder, const CopyTask& task,
    std::chrono::milliseconds limit = std::chrono::seconds(60));

// A program of ours: it lies beside this one.
[[nodiscard]] std::filesystem::path program_beside(const char* name);

// Waits for the end of a child without turning; nothing when the time is over.
[[nodiscard]] bool wait_for_end(int pid, std::chrono::milliseconds limit);

}  // namespace sogoc
