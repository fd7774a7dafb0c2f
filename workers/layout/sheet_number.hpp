#pragma once

// The number of a sheet in its margins, without reading the page: for the operator at the feeder, while the next sheet comes.

#include <optional>
#include <string>

#include "workers/layout/line_reader.hpp"

namespace sogoc::layout {

struct SheetNumber {
  int number = 0;          // what it seems to be where it is not sure; 0: nothing could be made of it
  bool sure = true;        // only such a number is one; else a person should look
  std::string place;       // "top right", "top middle", "top left", "bottom middle", "bottom right", "bottom left"
  double confidence = 0;
};

// `picture` as scanned, upright within a few degrees; its `dpi`. Stamped, printed and written numbers that stand alone, behind a label
// ("Trang", "Tờ số") or before a slash, in the upper and lower 25 mm. Two readers look at each; where they contradict each other it is not
// sure. Nothing: there is none. Fails as the line reader does.
[[nodiscard]] Result<std::optional<SheetNumber>> read_sheet_number(const PageImage& picture, double dpi, LineReader& lines);

}  // namespace sogoc::layout
