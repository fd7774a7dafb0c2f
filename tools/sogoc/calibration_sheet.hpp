#pragma once

#include <string>

#include "pipeline/core/result.hpp"

namespace sogoc {

// The calibration sheet as PDF, A4, vectors only: drawn from pipeline/capture/calibration.hpp.
[[nodiscard]] Result<std::string> calibration_sheet_pdf();

}  // namespace sogoc
