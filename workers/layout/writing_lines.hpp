#pragma once

// The lines of a form that people write on: dot leaders and thin rules, whole or with gaps where
// something is written over them; and the bare lines between them that hold a head. Pure.

#include <vector>

#include "workers/layout/rulings.hpp"

namespace sogoc::layout {

// Pixels of the page.
struct WritingLine {
  struct Stretch {
    double left = 0, right = 0;
  };
  std::vector<PointPx> points;      // on the line, left to right, at least two
  std::vector<Stretch> leaders;     // where it is drawn; none: a bare line
  std::vector<BoxPx> dots;          // of its leaders
  double slope = 0;                 // of the page's lines: how it goes on beyond its ends
  [[nodiscard]] double left() const { return points.front().x; }
  [[nodiscard]] double right() const { return points.back().x; }
  [[nodiscard]] double at(double x) const;  // y
  [[nodiscard]] double drawn(double from, double to) const;  // share of the stretch, 0..1
};

// From top to bottom.
[[nodiscard]] std::vector<WritingLine> find_writing_lines(const RidgeMap& map, double dpi);

}  // namespace sogoc::layout
