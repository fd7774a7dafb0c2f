#pragma once

// What is on a page besides text, by the shape of its ink: frames of stamps, rings of seals,
// scrawls, the short rule above footnotes. Pure.

#include <optional>
#include <vector>

#include "workers/ocr/line_finder.hpp"

namespace sogoc::ocr {

struct RuledGrid {
  BoxPx box;
  std::vector<Rule> rules;
};

struct PageMarks {
  std::vector<BoxPx> frames;   // a stamp's box: ruled on its sides, without inner columns
  std::vector<RuledGrid> tables;  // ruled on two sides, with rules across
  std::vector<BoxPx> seals;    // rings as large as an office's seal
  std::vector<BoxPx> scrawls;  // signatures and other large pen strokes
  std::optional<BoxPx> footnote_rule;
};

[[nodiscard]] PageMarks find_marks(const Ink& ink, const PageLines& lines);

}  // namespace sogoc::ocr
