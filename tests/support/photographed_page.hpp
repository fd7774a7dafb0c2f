#pragma once

// A page as a phone sees it: tilted, perhaps bent, on a table. A small cousin of tools/photos.

#include <array>

#include "pipeline/core/image.hpp"

namespace sogoc::test {

struct Shot {
  double tilt_degrees = 12;   // of the camera against the page
  double tilt_towards = 50;   // degrees: which way it leans
  double roll_degrees = 3;
  double fill = 0.8;          // how much of the picture the page takes
  double bend_mm = 0;         // height of the middle over the table
  double shift_x = 0, shift_y = 0;  // shares of the picture
  int table = 90;             // its gray level
  bool glare = false;         // a blinding spot in the middle of the page
};

struct Photographed {
  PageImage picture;                // rgb8, 1500 x 2000
  std::array<PointPx, 4> corners;   // left top, right top, right bottom, left bottom of the page
  // Where a place of the page lies: shares of its width and height.
  std::array<std::array<PointPx, 5>, 5> places;  // [row][column], every quarter
};

// `page`: rgb8.
[[nodiscard]] Photographed photographed(const PageImage& page, double dpi, const Shot& shot);

}  // namespace sogoc::test
