#pragma once

#include <cmath>
#include <string>

#include <fmt/format.h>

namespace sogoc {

// A number as PDF wants it: no exponent, no locale, no needless zeros. At most `decimals` (1..6).
[[nodiscard]] inline std::string pdf_number(double value, int decimals = 5) {
  std::string text = fmt::format("{:.{}f}", value, decimals);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

}  // namespace sogoc
