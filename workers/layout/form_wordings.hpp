#pragma once

// Which known wordings stand in the lines of a page: labels of a form and heads of its groups. Pure.

#include <string>
#include <vector>

#include "workers/layout/line_tilt.hpp"
#include "workers/layout/page_words.hpp"

namespace sogoc::layout {

struct Token {
  std::string folded;
  BoxPx box;
  int baseline = 0;
  double level = 0;  // its line's height as if the page had not been tilted: one for all words of a line
  double confidence = 0;
  bool ends = false;  // in a colon: a label ends with it
  bool capital = false;  // it begins with a capital
  bool capitals = false; // it is written in capitals
};

using Line = std::vector<Token>;

// The page's words by line, from left to right, without tone marks; specks left out.
[[nodiscard]] std::vector<Line> lines_of(const PageWords& words, const LineTilt& tilt);

// A wording that was found: words [begin, end) of a line.
struct Span {
  std::size_t line = 0, begin = 0, end = 0;
  std::size_t wording = 0;
  double score = 0;
  BoxPx box;
  double baseline = 0;
  double level = 0;  // of its line
};

struct Wording {
  std::string folded;
  std::size_t words = 1;
  bool head = false;
  bool small_end = false;  // its last word, of several, is printed without a capital
};

// The best wordings of each line that do not overlap, longer ones first; in reading order.
[[nodiscard]] std::vector<Span> find_wordings(const std::vector<Line>& lines,
                                              const std::vector<Wording>& known);

}  // namespace sogoc::layout
