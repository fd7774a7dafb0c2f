#pragma once

// The process that owns a device: `sogoc capture-worker PLAN ANSWER`, started by `sogoc scan`.

#include <string>

#include "pipeline/core/result.hpp"
#include "tools/sogoc/exit_codes.hpp"

namespace sogoc {

// Reads its ScanPlan, feeds, delivers, prints a line for each side, and leaves a ScanAnswer. Fails with what the operator should
// do; nothing that was durable is lost by any failure.
[[nodiscard]] Result<ExitCode> run_capture_worker(const std::string& plan_file, const std::string& answer_file);

}  // namespace sogoc
