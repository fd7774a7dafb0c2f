#pragma once

// One cell cut out of its page and laid square, and what ink it holds: empty or not, its lines, a
// stroke through them. Pure.

#include <array>
#include <vector>

#include "pipeline/core/image.hpp"

namespace sogoc::layout {

// From the middle of a ruling to the clean inside of a cell, millimetres.
inline constexpr double kCellInsetMm = 0.45;

// The picture inside the four corners (top left, top right, bottom right, bottom left; page pixels),
// without the rulings at its edges: `inset` pixels are left out on each side. Empty when nothing is
// left of it.
[[nodiscard]] PageImage cell_picture(const PageImage& page, const std::array<PointPx, 4>& corners,
                                     double inset);
[[nodiscard]] PageImage cell_picture(const PageImage& page, const BoxPx& box);

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
