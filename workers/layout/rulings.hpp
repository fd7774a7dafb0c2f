#pragma once

// Ruled lines of a page as curves: tilted, slightly bent, faded, broken. A ruling is what is thin,
// long and dark against the paper on both of its sides; letters are none, dot leaders are none.

#include <vector>

#include "pipeline/core/image.hpp"

namespace sogoc::layout {

// One ruling: its place at every point along it. Pixels of the page.
struct Ruling {
  bool horizontal = true;
  struct Sample {
    double along = 0;   // x of a horizontal ruling, y of a vertical one
    double across = 0;
  };
  std::vector<Sample> samples;  // ascending `along`, at least two
  // Least-squares parabola through the samples, for where there is none.
  double a = 0, b = 0, c = 0;   // across = a + b t + c t^2, t = along - origin
  double origin = 0;
  [[nodiscard]] double begin() const { return samples.front().along; }
  [[nodiscard]] double end() const { return samples.back().along; }
  [[nodiscard]] double length() const { return end() - begin(); }
  [[nodiscard]] double at(double along) const;
};

// Where thin dark ridges are, however short: what a ruling's broken places are judged by.
struct RidgeMap {
  int width = 0, height = 0;
  double reduction = 1;               // page pixels a pixel of the map
  std::vector<std::uint8_t> across;   // bit 1: part of something thin and level; bit 2: thin and upright
  std::vector<std::uint8_t> ink;      // 1 = darker than the paper
  std::vector<std::uint8_t> ruled;    // 1 = part of a ruling that was found
  // Share of the stretch of `ruling` from `from` to `to` (page pixels) that is drawn, 0..1.
  [[nodiscard]] double drawn(const Ruling& ruling, double from, double to) const;
};

struct Rulings {
  std::vector<Ruling> horizontal;  // top to bottom
  std::vector<Ruling> vertical;    // left to right
  RidgeMap map;
};

// `page` is upright within a few degrees. Units: its pixels; `dpi` scales what counts as thin.
[[nodiscard]] Rulings find_rulings(const PageImage& page, double dpi);

}  // namespace sogoc::layout
