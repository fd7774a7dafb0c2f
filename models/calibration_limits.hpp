#pragma once

#include <filesystem>

#include "pipeline/capture/calibration.hpp"

namespace sogoc {

// models/rules/calibration.toml. Strict: one message names every problem of the file. Fails with
// missing_model when it is absent, with usage when it is wrong.
[[nodiscard]] Result<CalibrationLimits> load_calibration_limits(const std::filesystem::path& rules_folder);

}  // namespace sogoc
