#pragma once

// Lines of Vietnamese text and where they stand. Lengths in points; y grows downwards from the top
// of the page. Lines break at blanks; a word longer than its column breaks where Unicode's line
// breaking allows, else between two letters, never inside one.

#include <string>
#include <string_view>
#include <vector>

#include "models/copy_catalog.hpp"
#include "pipeline/core/result.hpp"
#include "workers/copy_write/font_set.hpp"

namespace sogoc {

inline constexpr double kPointsPerMm = 72.0 / 25.4;
inline constexpr double kLineHeight = 1.25;  // of the size: no stacked accent touches the line above

struct StyledRun {
  std::string text;
  bool bold = false, italic = false;
};

struct SetWord {
  std::vector<ShapedText> pieces;
  ShapedText blank;  // after the word, unless it is the last of its line
  double width = 0;  // without the blank
};

struct SetLine {
  std::vector<SetWord> words;
  double size_pt = 13;
  double width = 0;         // with its blanks
  bool ends = false;        // the paragraph, or before a forced break: never stretched
  [[nodiscard]] double height() const { return size_pt * kLineHeight; }
};

struct PlacedLine {
  SetLine line;
  double x = 0, baseline = 0;
  double stretch = 0;  // added to every blank
  [[nodiscard]] double right() const {
    return x + line.width + stretch * static_cast<double>(line.words.empty() ? 0 : line.words.size() - 1);
  }
  [[nodiscard]] double top() const { return baseline - kLetterAscent * line.size_pt; }
  [[nodiscard]] double bottom() const { return baseline + kLetterDescent * line.size_pt; }
};

struct PlacedRule {
  double x = 0, y = 0, width = 0, thickness = 0.6;
};

// A QR symbol: dark modules as runs of a row.
struct QrRun {
  int row = 0, column = 0, length = 0;
};
struct QrSymbol {
  int modules = 0;  // a side, without the quiet zone
  std::vector<QrRun> runs;
};
struct PlacedSymbol {
  QrSymbol symbol;
  double x = 0, y = 0, module_pt = 0;  // top left of the first module
};

// The place of a signature, and what it shows.
struct PlacedField {
  std::string role;
  double left = 0, top = 0, right = 0, bottom = 0;
  std::vector<PlacedLine> lines;
};

// Things that stand together: one strip of a page's height that no page break divides.
struct Strip {
  double height = 0;
  bool may_break_after = true;
  bool blank = false;  // only space: left out at the top of a page
  std::vector<PlacedLine> lines;
  std::vector<PlacedRule> rules;
  std::vector<PlacedField> fields;
  std::vector<PlacedSymbol> symbols;
  void take(Strip other, double dx, double dy);  // everything of the other, moved
};

class Typesetter {
 public:
  explicit Typesetter(FontSet& fonts) : fonts_(fonts) {}

  // A paragraph; '\n' forces a break. No words: no lines.
  [[nodiscard]] Result<std::vector<SetLine>> set(const std::vector<StyledRun>& runs, double size_pt,
                                                 double width, double first_indent = 0);

  // The paragraph placed in a column from x = 0, a strip a line. Page breaks leave two lines
  // together on either side.
  [[nodiscard]] Result<std::vector<Strip>> paragraph(const std::vector<StyledRun>& runs,
                                                     double size_pt, double width,
                                                     std::string_view align,
                                                     double first_indent = 0);

 private:
  [[nodiscard]] Result<std::vector<SetWord>> words_of(const std::vector<StyledRun>& runs);
  [[nodiscard]] Result<SetWord> shaped(const std::vector<StyledRun>& pieces);
  [[nodiscard]] Result<std::vector<std::vector<StyledRun>>> broken(
      const std::vector<StyledRun>& word, double size_pt, double width);

  FontSet& fonts_;
};

}  // namespace sogoc
