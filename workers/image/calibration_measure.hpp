#pragma once

#include "pipeline/capture/calibration.hpp"
#include "pipeline/core/image.hpp"

namespace sogoc {

// What the picture of the calibration sheet tells about the scanner that made it. The sheet may lie
// turned by quarters and tilted by some degrees.
// Fails with invalid_input: no sheet is in the picture, it is cut, or it is no flat scan.
[[nodiscard]] Result<CalibrationMeasures> measure_calibration(const PageImage& picture);

}  // namespace sogoc
