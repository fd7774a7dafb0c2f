#pragma once

#include <optional>

#include <opencv2/core.hpp>

namespace sogoc::image {

// Sharpness across a slightly slanted straight edge, after ISO 12233: the frequency (cycles a pixel)
// at which contrast has fallen to one half. `linear`: CV_32FC1, proportional to light. `from`..`to`:
// the edge, roughly; `reach`: pixels to either side that hold nothing else.
[[nodiscard]] std::optional<double> mtf50_across(const cv::Mat& linear, cv::Point2d from, cv::Point2d to, double reach);

}  // namespace sogoc::image
