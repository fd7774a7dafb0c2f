#pragma once

// Ruled tables: which cell a line of text stands in, and the order of the cells. Pure.

#include <vector>

#include "pipeline/core/page.hpp"
#include "workers/ocr/page_marks.hpp"

namespace sogoc::ocr {

struct CellLine {
  std::size_t line = 0;  // index of the box given
  LineJoin join = LineJoin::own_line;
};

// The lines in the order of the table: rows from top to bottom, in a row the cells from left to
// right, in a cell its lines. A cell over several rows stands in the first of them. The first line
// of a row has own_line, the first of a further cell `cell`, every other one `same_cell`. Nothing
// when the grid parts no two lines side by side: then it is a frame and no table.
//
// Units: pixels of the page; `boxes` are around the lines that lie in the table.
[[nodiscard]] std::vector<CellLine> order_table(const RuledGrid& grid,
                                                const std::vector<BoxPx>& boxes, double dpi);

}  // namespace sogoc::ocr
