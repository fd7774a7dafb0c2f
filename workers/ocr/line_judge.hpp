#pragma once

// Is a recognised line text, an unreadable mark, or dirt? Pure.

#include "workers/ocr/page_marks.hpp"
#include "workers/ocr/read_line.hpp"

namespace sogoc::ocr {

enum class Verdict {
  text,
  mark,  // ink that somebody made, and that gave no sensible text
  dirt,  // specks and edges of the scan
};

// Where a page's running text stands; what lies outside needs better evidence.
struct TextBlock {
  BoxPx box;            // around the lines that are surely text
  double x_height = 0;  // its commonest
};

[[nodiscard]] TextBlock find_text_block(const PageLines& lines, SizePx page);

// How much of a line is language, 0..1: confidence of its plausible words, by length. Compares two
// readings of the same ink.
[[nodiscard]] double sense(const TextLine& line);

// A line that a second look may improve: long enough to be text, and read with a doubt.
[[nodiscard]] bool doubtful(const ReadLine& line);

// False for what no network needs to see: lone slivers at the edges.
[[nodiscard]] bool worth_reading(const Ink& ink, const InkLine& line, const TextBlock& block);

[[nodiscard]] Verdict judge(const ReadLine& line, const TextBlock& block, const PageMarks& marks,
                            SizePx page);

// Only digits, perhaps between hyphens, in the top or bottom margin.
[[nodiscard]] bool is_page_number(const TextLine& line, const TextBlock& block, SizePx page);

}  // namespace sogoc::ocr
