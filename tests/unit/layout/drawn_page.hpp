#pragma once

// Register pages drawn for tests: rulings on a PagePainter, words as if they had been read.

#include <cmath>
#include <string>
#include <vector>

#include "tests/support/page_painter.hpp"
#include "workers/layout/grid.hpp"
#include "workers/layout/page_words.hpp"

namespace sogoc::test {

struct DrawnPage {
  explicit DrawnPage(SizePx size = {1600, 1100}, double resolution = 150)
      : painter(size, resolution), dpi(resolution) {}

  PagePainter painter;
  double dpi;
  PageText text;
  double tilt = 0;  // radians
  double bow = 0;   // pixels that the middle of a level line sinks

  [[nodiscard]] PointPx place(double x, double y) const {
    const double w = painter.size().width;
    return {x - tilt * y, y + tilt * x + bow * std::sin(3.14159 * x / w)};
  }
  // A line in short pieces; those whose number `gone` names are left out.
  void line(double x0, double y0, double x1, double y1, double width = 2,
            const std::vector<int>& gone = {}) {
    constexpr int kPieces = 40;
    for (int k = 0; k < kPieces; ++k) {
      if (std::find(gone.begin(), gone.end(), k) != gone.end()) continue;
      const double a = double(k) / kPieces, b = double(k + 1) / kPieces;
      painter.stroke(place(x0 + a * (x1 - x0), y0 + a * (y1 - y0)),
                     place(x0 + b * (x1 - x0), y0 + b * (y1 - y0)), width);
    }
  }
  // Every line of a plain grid.
  void grid(const std::vector<double>& xs, const std::vector<double>& ys) {
    for (const double y : ys) line(xs.front(), y, xs.back(), y);
    for (const double x : xs) line(x, ys.front(), x, ys.back());
  }
  // Words from (x, y) of the baseline on, as read with this confidence.
  void words(double x, double y, const std::string& line, double confidence = 0.95) {
    if (text.regions.empty()) text.regions.emplace_back();
    TextLine made;
    const PointPx at = place(x, y);
    double right = at.x;
    std::string word;
    const auto flush = [&] {
      if (word.empty()) return;
      const double width = 11.0 * static_cast<double>(word.size());
      const int base = static_cast<int>(at.y + tilt * (right - at.x));
      const BoxPx box{static_cast<int>(right), base - 18, static_cast<int>(right + width), base};
      made.words.push_back({word, box, Confidence::from_fraction(confidence)});
      made.box = united(made.box, box);
      right += width + 9;
      word.clear();
    };
    for (const char c : line)
      if (c == ' ')
        flush();
      else
        word += c;
    flush();
    made.baseline = static_cast<int>(at.y);
    text.regions.back().lines.push_back(std::move(made));
  }
  // Ink that stands for handwriting: nothing of it is in the words.
  void scribble(double x, double y, int letters, std::uint32_t seed = 1) {
    const PointPx at = place(x, y);
    painter.word(at.x, at.y, letters, seed);
  }
  [[nodiscard]] PagePart part() const {
    PagePart made;
    made.size = painter.size();
    made.resolution = {{dpi}, {dpi}};
    made.kept = {0, 0, made.size.width, made.size.height};
    made.text = text;
    return made;
  }
  [[nodiscard]] std::vector<layout::Grid> grids() const {
    return layout::find_grids(layout::find_rulings(painter.gray(), dpi), painter.size(), dpi);
  }
};

}  // namespace sogoc::test
