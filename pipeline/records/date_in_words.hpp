#pragma once

// A date as registers write it in words beside the one in figures. Pure.

#include <optional>
#include <string_view>

namespace sogoc {

// 0: that part is not said.
struct SpokenDate {
  int day = 0, month = 0, year = 0;
  friend bool operator==(const SpokenDate&, const SpokenDate&) = default;
};

// "ngày mồng hai tháng giêng năm một nghìn chín trăm tám mươi lăm": each part after its own word (ngày, tháng,
// năm), capitals and small letters alike. Nothing where a word is none of a date's or no part is said.
[[nodiscard]] std::optional<SpokenDate> date_in_words(std::string_view text);

}  // namespace sogoc
