#pragma once

// What stands in the margin of a page: short lines of ink, each as it would look in black on white. Private to this folder.

#include <vector>

#include <opencv2/core.hpp>

#include "pipeline/core/units.hpp"

namespace sogoc::layout {

// A strip along the upper or lower edge of a page.
struct MarginStrip {
  cv::Mat gray;     // paper 255; rulings taken out where nothing crosses them
  cv::Mat ink;      // 255 = ink
  cv::Mat across, upright;  // 255 = rulings of that direction
  double dpi = 200;
};
// `gray` as scanned.
[[nodiscard]] MarginStrip margin_strip(const cv::Mat& gray, double dpi);

// Boxes of ink that stands together as the words of one short line do, from left to right. What reaches the strip's edges is left out (it is
// cut there, or dirt), and what stands in a table: a ruling runs between it and the edge of the paper, or on either side. `inner_at_bottom`: the page proper lies below the strip.
[[nodiscard]] std::vector<BoxPx> margin_marks(const MarginStrip& strip, bool inner_at_bottom);

// `box` of the strip, as dark as print, however pale it is: pencil too.
[[nodiscard]] cv::Mat darkened(const MarginStrip& strip, const BoxPx& box);

}  // namespace sogoc::layout
