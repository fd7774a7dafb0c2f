#pragma once

// Reads what one cell or field holds: nothing, print, handwriting, or both. Print that the page's
// reading is sure of is taken from there, and the line reader says whether it reads the same; everything
// else goes to the line reader, line by line.

#include <optional>

#include "workers/layout/cell_ink.hpp"
#include "workers/layout/cell_picture.hpp"
#include "workers/layout/line_reader.hpp"
#include "workers/layout/page_layout.hpp"
#include "workers/layout/page_words.hpp"

namespace sogoc::layout {

// A cell cut out, and what is written in it.
struct CellView {
  std::array<PointPx, 4> corners;  // on the page
  PageImage picture;
  CellInk ink;
};

class ValueReader {
 public:
  // All outlive it. `upright` is the part's picture, colours untouched.
  ValueReader(const PageImage& upright, const PageWords& words, LineReader& lines, double dpi)
      : upright_(upright), words_(words), lines_(lines), dpi_(dpi) {}

  [[nodiscard]] CellView view(const std::array<PointPx, 4>& corners) const;
  [[nodiscard]] Result<ReadValue> read(const CellView& cell, const ExpectedValue& expected);
  // The same without rulings around it: the box is taken as it is.
  [[nodiscard]] Result<ReadValue> read(const BoxPx& box, const ExpectedValue& expected);
  // One line of writing on a form: `baseline` is how far below the upper corners people write, in
  // pixels. What reaches in from the lines above and below is left out.
  [[nodiscard]] Result<ReadValue> read_line(const std::array<PointPx, 4>& corners, double baseline,
                                            const ExpectedValue& expected);
  // Is this cell one that the page's reading took for print and is sure of? Nothing for an empty one.
  // The engine for print reads neat handwriting with much confidence and wrongly, so one cell alone
  // tells little: whoever knows a whole table counts them.
  [[nodiscard]] std::optional<bool> seems_print(const CellView& cell) const;
  // The share of cells that seem to be print, 0..1: when nearly all do, the page's reading is taken as
  // it is; when hardly any does, print is not tried on the others.
  void trust_print(double share) {
    trusts_print_ = share >= 0.82;
    tries_print_ = share >= 0.3;
  }

 private:
  [[nodiscard]] PageImage cut_line(const PageImage& picture, const BoxPx& line) const;
  [[nodiscard]] Result<LineText> read_lines(const PageImage& picture, const CellInk& ink,
                                            const ExpectedValue& expected);
  [[nodiscard]] Result<ReadValue> read(const PageImage& picture, const CellInk& ink,
                                       const std::vector<PlacedWord>& words, const ExpectedValue& expected);
  const PageImage& upright_;
  const PageWords& words_;
  LineReader& lines_;
  double dpi_;
  bool trusts_print_ = false;
  bool tries_print_ = true;
};

// The words of a head's cell: always print.
[[nodiscard]] ReadValue head_value(const std::vector<PlacedWord>& words);

}  // namespace sogoc::layout
