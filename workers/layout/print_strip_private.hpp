#pragma once

// A line as LineReader::read_print() wants it. Private to this folder.

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "pipeline/core/image.hpp"

namespace sogoc::layout {

struct PrintStrip {
  PageImage picture;
  double scale = 1;  // pixels of it to one of the line; its margin comes on top
};

// `gray` holds the line's own band, paper white and ink black. `enlarging`: how OpenCV fills in what a small line lacks.
[[nodiscard]] PrintStrip print_strip(const cv::Mat& gray, int enlarging, Resolution resolution);

}  // namespace sogoc::layout
