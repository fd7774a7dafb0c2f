#pragma once

// Sorts judged lines and marks of a page into regions: body, page number, footnotes, stamps, seals,
// handwriting, marks of electronic signatures. Pure.

#include <vector>

#include "workers/ocr/hand_gap.hpp"
#include "workers/ocr/line_judge.hpp"

namespace sogoc::ocr {

struct ReadPage {
  SizePx size;
  double dpi = 300;
  TextBlock block;
  PageMarks marks;
  std::vector<ReadLine> lines;
  std::vector<Verdict> verdicts;  // one a line
};

// Body regions still hold one line each; arrange() groups them.
[[nodiscard]] std::vector<Region> regions_of(ReadPage page);

}  // namespace sogoc::ocr
