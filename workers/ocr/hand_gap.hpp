#pragma once

// Gaps of a printed form that a pen fills: the number before /CODE, the day and the month of the
// place-and-date line. Finds them, and tells pen from print by the ink. Pure.

#include <optional>
#include <string>
#include <vector>

#include "workers/ocr/figure_reader.hpp"
#include "workers/ocr/read_line.hpp"

namespace sogoc::ocr {

enum class GapKind { number, day, month };

struct HandGap {
  GapKind kind = GapKind::number;
  double left = 0;  // page pixels, between the printed neighbours
  double right = 0;
  double form_left = 0;  // of the whole place: "ngày ... năm 2025", "Số: ... /TTr"
  double form_right = 0;
  std::string year;  // of a date: the printed year as the line reads it, "" = not four figures
  std::vector<std::size_t> components;  // its ink
  BoxPx box;                            // around that ink
  bool by_hand = false;
  std::string read_as;    // what the line's own reading has there
  Confidence confidence;  // of that
};

// `loose` is ink near the line that no line took: pen strokes often are too high for letters.
[[nodiscard]] std::vector<HandGap> find_gaps(const Ink& ink, const ReadLine& line,
                                             const std::vector<std::size_t>& loose);

// A pen writes larger than the print beside it, and the network then sees the print too small. The
// line without the ink that is too large for its type or off its baseline; nothing when there is
// none. For lines that begin like "Số".
[[nodiscard]] std::optional<InkLine> without_pen(const Ink& ink, const ReadLine& line);

// Does the line read "Số: ___ /CODE"?
[[nodiscard]] bool has_number_gap(const ReadLine& line);

// Could the gap's ink be these digits? A figure is no wider than high, a day no later than the
// 31st.
[[nodiscard]] bool can_be(const HandGap& gap, const std::string& digits);

// The figures of the gap in a date that was read whole, "ngày 05 tháng 02 năm 2025"; "" when it is no
// such date or has another year than the line.
[[nodiscard]] std::string figures_of(const HandGap& gap, const std::string& date);

// The same number, or the same day or month: "05" is "5".
[[nodiscard]] bool same_figures(const HandGap& gap, const std::string& a, const std::string& b);

// One reading from three views of a gap: its ink alone, its place with the print around it, and what
// the engine for print made of the line. The first two see the pen with other eyes than the last, and
// the last two see what a wrongly cut gap hides from the first: either pair that reads alike is
// believed. Views that differ leave little.
[[nodiscard]] Figures agreed(const HandGap& gap, const Figures& alone, const Figures& place,
                             const Figures& line);

// Takes the gap's characters out of the line and puts `digits` there, when not empty.
void fill_gap(ReadLine& line, const HandGap& gap, const std::string& digits, Confidence confidence);

}  // namespace sogoc::ocr
