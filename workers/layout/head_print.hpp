#pragma once

// The heads of a table, cell by cell. The page's reading looks for lines across the page and passes over
// the small print of heads, above all beside handwriting; a cell holds nothing but its own lines.

#include "workers/layout/grid.hpp"
#include "workers/layout/line_reader.hpp"
#include "workers/layout/page_words.hpp"

namespace sogoc::layout {

// The page's words, with those of the grid's first `rows` rows read anew where the page's reading is not
// sure of them or left ink out. Rows below a row of column numbers ("(1) (2) (3)") are the table's body.
// `dpi` is that of `page`; boxes are pixels of it. Fails as LineReader does.
[[nodiscard]] Result<PageWords> with_head_print(const PageWords& words, const Grid& grid, int rows,
                                                const PageImage& page, LineReader& reader, double dpi);

}  // namespace sogoc::layout
