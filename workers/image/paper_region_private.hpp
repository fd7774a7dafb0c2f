#pragma once

// A first, coarse idea of where the paper lies.

#include <array>
#include <vector>

#include <opencv2/core.hpp>

namespace sogoc::image {

struct PaperRegion {
  std::vector<cv::Point2f> contour;         // of the region, closed
  std::array<cv::Point2f, 4> corners;       // left top, right top, right bottom, left bottom
};

// What the network takes for paper: `paper` 0 to 1 over the whole picture, as PaperNetwork tells it; the region in pixels
// of a picture of `size`, with the corners it most likely has first. Several where something light touches the paper; none
// when it is too small for a page.
[[nodiscard]] std::vector<PaperRegion> regions_of(const cv::Mat& paper, cv::Size size);

}  // namespace sogoc::image
