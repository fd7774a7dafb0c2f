#pragma once

// The print on the writing lines of a form. The page's reading passes over lines that hold
// handwriting, and the labels beside it are lost with them; here each stretch of ink on such a line
// is read for print alone.

#include <vector>

#include "workers/layout/line_reader.hpp"
#include "workers/layout/page_words.hpp"
#include "workers/layout/writing_lines.hpp"

namespace sogoc::layout {

// The page's words with those of the writing lines in their place; the words of one writing line
// have one line number. What stands on none of the lines stays as it was read. `boxes` are to be
// ticked: they are no letters. Units: pixels of the page.
[[nodiscard]] Result<PageWords> with_label_print(const PageWords& words,
                                                 const std::vector<WritingLine>& lines,
                                                 const std::vector<BoxPx>& boxes,
                                                 const PageImage& page, LineReader& reader,
                                                 double dpi);

}  // namespace sogoc::layout
