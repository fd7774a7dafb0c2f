#pragma once

// What dates and numbers of a form may look like, as a judge for the search. Pure.

#include <string_view>

namespace sogoc::handwriting {

// Day and month in figures with one sign between (05/02/1972, 9.3.90, 05 - 02 - 1972), in words
// (ngày 05 tháng 02 năm 1972), month and year, or a year alone. Days 1..31, months 1..12, years
// 1850..2099 or two figures. Capitals and small letters alike.
[[nodiscard]] bool may_begin_date(std::u32string_view prefix);
[[nodiscard]] bool is_date(std::u32string_view text);

// A day, a month or a year in words, or several of them: "ngày mồng hai tháng giêng năm một nghìn chín trăm tám mươi
// lăm". The words that such dates are made of, in any order; a whole one ends with a word of them. Capitals and
// small letters alike.
[[nodiscard]] bool may_begin_date_in_words(std::u32string_view prefix);
[[nodiscard]] bool is_date_in_words(std::u32string_view text);

// Figures, with at most one sign or space at a time between them: 0316461166, 038 083 012 345,
// 128/2019, 1.250.000, 12,5.
[[nodiscard]] bool may_begin_number(std::u32string_view prefix);
[[nodiscard]] bool is_number(std::u32string_view text);

// The number of an entry: up to five figures, perhaps a letter, perhaps its year after / or -, in four
// figures (1800..2099) or two: 7, 12a, 05/1987, 128 - 98.
[[nodiscard]] bool may_begin_entry_number(std::u32string_view prefix);
[[nodiscard]] bool is_entry_number(std::u32string_view text);

}  // namespace sogoc::handwriting
