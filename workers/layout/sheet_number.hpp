#pragma once

// The number of a sheet in its margins, without reading the page: for the operator at the feeder, while the next sheet comes.

#include <optional>
#include <string>

#include "workers/layout/line_reader.hpp"

namespace sogoc::layout {

struct SheetNumber {
  int number = 0;
  std::string place;  // "top right", "top middle", "top left", "bottom middle", "bottom right", "bottom left"
  double confidence = 0;
};

// `picture` as scanned, upright within a few degrees; its `dpi`. Looks where page_number.hpp looks for numbers that stand alone. Nothing:
// there is none, or none that is read surely; a number is never guessed. Fails as the line reader does.
[[nodiscard]] Result<std::optional<SheetNumber>> read_sheet_number(const PageImage& picture, double dpi, LineReader& lines);

}  // namespace sogoc::layout
