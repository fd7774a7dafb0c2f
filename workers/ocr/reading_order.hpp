#pragma once

// Reading order of lines: columns of the letter head and of the signature block left before right,
// rows of three and more left to right, footnotes last, page numbers where they stand. Pure.

#include <string>
#include <vector>

#include "pipeline/core/page.hpp"

namespace sogoc::ocr {

struct PlacedLine {
  BoxPx box;
  std::string text;
};

// Indices of `lines` in reading order.
[[nodiscard]] std::vector<std::size_t> reading_order(const std::vector<PlacedLine>& lines);

// Lines of text regions in reading order, regrouped into regions; tables and page numbers at their
// height among them; footnotes last; what is not body after them. For text that a file carries
// itself as well as for recognised text.
[[nodiscard]] std::vector<Region> arrange(std::vector<Region> regions);

}  // namespace sogoc::ocr
