#pragma once

// What is printed where a sheet's number stands: "Trang 12", "Tờ số: 7", "12/40", "- 5 -", "0012". Pure.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sogoc::layout {

struct SheetWording {
  bool label = false;          // "Trang", "Tờ", "Tờ số", "Số tờ", "Trang số", "Tr."
  std::size_t label_end = 0;   // bytes of `text` that it takes, blanks and colon behind it too
  std::optional<int> number;   // 1 to 9999
  std::size_t number_begin = 0, number_end = 0;  // bytes of `text`
  std::optional<int> of;       // of how many: "12/40"
};

// Nothing: this is something else (words, a date, the number of a document). A label alone is one whose number is not printed.
[[nodiscard]] std::optional<SheetWording> sheet_wording(std::string_view text);

// "0012" is 12; nothing for 0, other signs, and more than 9999.
[[nodiscard]] std::optional<int> sheet_figures(std::string_view text);

}  // namespace sogoc::layout
