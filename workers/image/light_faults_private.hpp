#pragma once

// Glare and shadow on a flat page.

#include <vector>

#include <opencv2/core.hpp>

namespace sogoc::image {

struct LightFault {
  enum Kind { glare, shadow } kind = glare;
  cv::Rect2d place;  // shares of the page: 0..1
};

// `flat`: the page alone, gray8 or rgb8. At most a few of each kind, the largest first.
[[nodiscard]] std::vector<LightFault> find_light_faults(const cv::Mat& flat);

}  // namespace sogoc::image
