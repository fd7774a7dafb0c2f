#pragma once

// Between PageImage and cv::Mat. Private to this folder.

#include <opencv2/core.hpp>

#include "pipeline/core/image.hpp"

namespace sogoc::layout {

// Brightness (0 = black), made smaller by `reduction` (1 and more).
[[nodiscard]] cv::Mat reduced_gray(const PageImage& page, double reduction);
// A part of the page in its own channels; bit1 becomes gray8. `part` lies inside the page.
[[nodiscard]] cv::Mat channels_of(const PageImage& page, const BoxPx& part);
// A new image with a copy of these pixels: one channel gives gray8, three give rgb8.
[[nodiscard]] PageImage page_image(const cv::Mat& pixels, Resolution resolution);

}  // namespace sogoc::layout
