#pragma once

// "Số: 22/TTr-UBND" and "Quảng Ngãi, ngày 05 tháng 02 năm 2025": lines with places that are
// filled in later, by print or by hand.

#include <string>

#include "workers/metadata/rule_words.hpp"
#include "workers/metadata/sheet.hpp"

namespace sogoc::metadata {

enum class SlotInk {
  none,         // nothing stands there
  printed,      // digits of the type face
  read_by_hand, // handwriting that the digit reader read with confidence
  by_hand,      // handwriting, or something that is no number
};

// A place for a number.
struct Slot {
  SlotInk ink = SlotInk::none;
  std::string digits;       // only for printed and read_by_hand
  double confidence = 0;
  BoxPx box;                // upright pixels: the ink, or the gap where it would stand
  [[nodiscard]] bool has_digits() const { return !digits.empty(); }
};

// How large the printed figures of a head are, taken from its printed year; 0 = not known.
struct FigureSize {
  double width = 0;   // of one figure with its space
  double height = 0;
};

struct NumberLine {
  Slot number;
  std::string notation;     // "TTr-UBND", "2019/TT-BTC", "CT/TW"; "" = not read
  double notation_confidence = 0;
  BoxPx notation_box;
  bool by_hand_or_blank = false;  // the form left room between "Số:" and the slash
};
[[nodiscard]] bool looks_like_number_line(std::string_view text, const RuleWords& words);
[[nodiscard]] NumberLine parse_number_line(const Sheet& sheet, const Row& row,
                                           const RuleWords& words, FigureSize figure = {});

struct DateLine {
  std::string place;
  double place_confidence = 0;
  BoxPx place_box;
  Slot day, month, year;
  FigureSize figure;        // of the printed year
  BoxPx box;                // of the date without the place
};
[[nodiscard]] bool looks_like_date_line(std::string_view text);
[[nodiscard]] DateLine parse_date_line(const Sheet& sheet, const Row& row, const RuleWords& words);
// Index of the first word of "<place>, ngày ..." in a row that may hold other text before it.
[[nodiscard]] std::size_t date_line_begins(const Row& row, int gap);

// "2025-02-05" when the three numbers are a day of the calendar, else "".
[[nodiscard]] std::string iso_day(const std::string& day, const std::string& month,
                                  const std::string& year);

}  // namespace sogoc::metadata
