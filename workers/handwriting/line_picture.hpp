#pragma once

// A cropped line or field as the recogniser wants it: the line's own band, paper flat, fixed
// height. What is left of the lines above and below is painted over; dots and rulings stay, the
// network knows them. `flatten` in tools/training/paper.py is the last step's twin. Pure.

#include <vector>

#include "pipeline/core/image.hpp"

namespace sogoc::handwriting {

struct LinePicture {
  static constexpr int height = 48;  // pixels
  int width = 0;                     // pixels; 0: there is no ink
  std::vector<float> values;         // rows without padding; 1 = paper, -1 = the darkest ink
  double left = 0;                   // pixels of the crop
  double scale = 1;                  // pixels of the line a pixel of the crop, across
};

// `image` holds one line of writing, upright, at any size; margins do not matter.
[[nodiscard]] LinePicture line_picture(const PageImage& image);

// The same picture drawn `factor` times as wide, between 0.5 and 2.
[[nodiscard]] LinePicture widened(const LinePicture& picture, double factor);

}  // namespace sogoc::handwriting
