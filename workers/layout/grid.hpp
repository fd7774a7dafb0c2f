#pragma once

// Tables from rulings: which curves make one grid, which of its lines are broken and which are
// really absent, and the cells that follow. Pure.

#include <array>
#include <vector>

#include "workers/layout/rulings.hpp"

namespace sogoc::layout {

struct GridCell {
  int row = 0, col = 0;
  int row_span = 1, col_span = 1;
  std::array<PointPx, 4> corners;  // top left, top right, bottom right, bottom left; page pixels
  BoxPx box;                       // around them
};

struct Grid {
  int rows = 0, cols = 0;
  BoxPx box;
  std::vector<GridCell> cells;     // by row, then column
  bool broken = false;             // a missing or broken line was bridged
  [[nodiscard]] const GridCell* at(int row, int col) const;  // the cell that covers this place
};

// Top to bottom; frames with a single cell are none.
[[nodiscard]] std::vector<Grid> find_grids(const Rulings& rulings, SizePx page, double dpi);

}  // namespace sogoc::layout
