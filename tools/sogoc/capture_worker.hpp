#pragma once

// The process that owns a device: `sogoc capture-worker PLAN ANSWER`, started by `sogoc scan`.

#include <memory>
#include <string>

#include "pipeline/core/result.hpp"
#include "scanners/scanner.hpp"
#include "tools/sogoc/exit_codes.hpp"

namespace sogoc {

// Reads its ScanPlan, feeds, delivers, prints a line for each side, and leaves a ScanAnswer. Fails with what the operator should
// do; nothing that was durable is lost by any failure. `scanner` is left open for the caller to close, who first says how it went.
[[nodiscard]] Result<ExitCode> run_capture_worker(const std::string& plan_file, const std::string& answer_file, std::unique_ptr<Scanner>& scanner);

}  // namespace sogoc
