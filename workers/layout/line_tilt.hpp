#pragma once

// How the lines of a page lie, from the words that were read. Pure.

#include "workers/layout/page_words.hpp"

namespace sogoc::layout {

// How the page's lines lie: their tilt changes down the page when it was photographed at an angle.
struct LineTilt {
  double at_top = 0, per_px = 0;  // rise in y a pixel: at_top + per_px * y
  [[nodiscard]] double slope(double y) const { return at_top + per_px * y; }
};

// Level lines where too few were read.
[[nodiscard]] LineTilt line_tilt(const PageWords& words, double dpi);

}  // namespace sogoc::layout
