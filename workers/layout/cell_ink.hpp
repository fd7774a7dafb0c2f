#pragma once

// What ink a cell or one line of a form holds: empty or not, its lines, a stroke through them. Pure.

#include <vector>

#include "pipeline/core/image.hpp"

namespace sogoc::layout {

struct CellInk {
  BoxPx box;                  // around what is written; empty = nothing is; pixels of the picture
  struct Line {
    BoxPx box;                // as wide as its ink
    bool struck = false;      // a stroke runs through it
  };
  std::vector<Line> lines;    // top to bottom
  bool faint = false;         // it goes on in faint ink: more of it may have faded away
  bool at_edge = false;       // a letter stands on the cell's ruling: more of it may lie beyond
};

// `dpi` is that of the picture. Specks, dot leaders and what reaches in from the neighbours are not
// written here.
[[nodiscard]] CellInk find_cell_ink(const PageImage& cell, double dpi);

// The same for a picture that holds one line written on `baseline` (pixels from its top): at most one
// line, without its leader and without what hangs down from the line above or reaches up from the
// one below. That is painted over in `cell`.
[[nodiscard]] CellInk find_line_ink(PageImage& cell, double baseline, double dpi);

// The picture of a line without the stroke that strikes it out.
[[nodiscard]] PageImage without_stroke(const PageImage& line, double dpi);

}  // namespace sogoc::layout
