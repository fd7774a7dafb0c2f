#pragma once

// Lines of text from connected components, by geometry alone. Pure.
//
// Vietnamese decides the order of work: letters carry up to two marks above and one below, which
// touch neither the letter nor each other. So letters make the lines, and marks join them after.

#include <vector>

#include "workers/ocr/ink.hpp"

namespace sogoc::ocr {

struct InkLine {
  std::vector<std::size_t> components;  // indices into Ink::components: letters, then marks
  std::size_t letters = 0;              // how many of them are letters
  BoxPx box;                            // around letters and marks, inside the clip
  BoxPx core;                           // around the letters
  int clip_top = 0;                     // pixels outside belong to the line above or below,
  int clip_bottom = 0;                  // where letters of two lines touch
  double baseline = 0;                  // y of the baseline at box.left
  double slope = 0;                     // its rise in y a pixel
  double x_height = 0;
  [[nodiscard]] double baseline_at(double x) const { return baseline + slope * (x - box.left); }
};

struct PageLines {
  std::vector<InkLine> lines;      // no order yet
  std::vector<std::size_t> big;    // components too large for letters: signatures, seals, pictures
  std::vector<std::size_t> loose;  // components that no line wanted, specks left out
  double letter_height = 0;        // the page's commonest: its x-height; 0 without letters
};

[[nodiscard]] PageLines find_lines(const Ink& ink);

}  // namespace sogoc::ocr
