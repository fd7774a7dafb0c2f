#pragma once

// The picture of one line as the recogniser should see it: its own ink and nobody else's,
// straightened, smoothed, at a fixed height. Pure.

#include <cstdint>
#include <vector>

#include "workers/ocr/line_finder.hpp"

namespace sogoc::ocr {

struct LineStyle {
  int height = 36;         // pixels, margins included; the network's own input height
  double margin = 0.11;    // white above and below, as a share of the line's height
  double side = 0.07;      // white at both ends, the same way: a first letter needs room
  double smoothing = 0.5;  // extra blur before scaling, in pixels of the page
  double stretch = 1;      // width against height
};

struct LineImage {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> gray;  // rows without padding, 255 = paper
  double scale = 1;                // line pixels a page pixel, across
  double left = 0;                 // page x of the image's left edge
  [[nodiscard]] double page_x(double x) const { return left + x / scale; }
};

// Pages are far larger than lines: `gray` is the page's brightness, one byte a pixel.
[[nodiscard]] LineImage draw_line(const std::vector<std::uint8_t>& gray, const Ink& ink,
                                  const InkLine& line, const LineStyle& style);

}  // namespace sogoc::ocr
