#include "workers/metadata/number_line.hpp"

#include <algorithm>
#include <optional>
#include <cstdlib>

#include <fmt/format.h>

#include "workers/metadata/folded_text.hpp"

namespace sogoc::metadata {
namespace {

// A number is believed to be printed when the engine is this sure of its word ...
constexpr double kSurePrinted = 0.85;
// ... or when it is one word with the printed notation ("58/NQ-HĐND") and at least so sure.
constexpr double kSureJoined = 0.55;
// A place name below this is compared with the known places.
constexpr double kSurePlace = 0.93;
constexpr double kKnownPlace = 0.75;
// What the digit reader must reach for handwriting.
constexpr double kSureByHand = 0.96;
// A figure by hand is so wide for its height; two that were read as one are wider.
constexpr double kNarrowFigure = 0.25, kWideFigure = 0.95;

// One character of a row: its folded form and the word it belongs to.
struct Glyph {
  char folded = ' ';
  bool upper = false;
  std::size_t word = 0;
  std::string text;
};

std::vector<Glyph> glyphs_of(const Row& row) {
  std::vector<Glyph> glyphs;
  for (std::size_t w = 0; w < row.words.size(); ++w) {
    if (w > 0) glyphs.push_back({' ', false, w, " "});
    const std::string text = nfc(row.words[w].text);
    for (std::size_t at = 0; at < text.size();) {
      std::size_t end = at + 1;
      while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
      Glyph glyph;
      glyph.text = text.substr(at, end - at);
      if (glyph.text == "\xC3\x90") glyph.text = "\xC4\x90";  // U+00D0 is an engine's Đ
      if (glyph.text == "\xC3\xB0") glyph.text = "\xC4\x91";
      const std::string f = fold(glyph.text, Keep::punctuation).text;
      glyph.folded = f.empty() ? '~' : f.front();
      glyph.upper = count_letters(glyph.text).upper > 0;
      glyph.word = w;
      glyphs.push_back(std::move(glyph));
      at = end;
    }
  }
  return glyphs;
}

std::string folded_text(const std::vector<Glyph>& glyphs) {
  std::string text;
  for (const Glyph& glyph : glyphs) text += glyph.folded;
  return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

struct Neighbours {
  int left = 0;            // where the slot may begin and end
  int right = 0;
  int digit_height = 0;    // of printed digits near by; 0 = not known
  FigureSize figure;       // of the printed year
  double joined = kSurePrinted;  // how sure a word must be that holds more than the slot
};

// A reader that looks for pens sometimes takes print for one. Print of the year's own size, read
// with confidence, is print; a pen keeps neither to its height nor to its width.
bool is_print_after_all(const Region& region, const std::string& digits, FigureSize figure) {
  if (figure.height <= 0 || digits.empty() || region.confidence.fraction() < kSurePrinted) return false;
  const double height = region.box.height() / figure.height;
  const double width = region.box.width() / (figure.width * static_cast<double>(digits.size()));
  if (width < 0.8 || width > 1.15) return false;
  // Ink of a rule above may stand on the box of print; then the width must agree well.
  return (height > 0.85 && height < 1.15) || (height < 1.8 && width > 0.88 && width < 1.1 && height > 1);
}

Slot read_slot(const Sheet& sheet, const Row& row, const std::vector<Glyph>& glyphs,
               std::size_t begin, std::size_t end, const Neighbours& near) {
  Slot slot;
  std::string digits, other;
  bool shares_word = false;
  double least = 1;
  BoxPx touched;  // the words the slot lies in, with what else they hold
  std::vector<std::size_t> words;
  for (std::size_t i = begin; i < end && i < glyphs.size(); ++i) {
    const char c = glyphs[i].folded;
    if (c == ' ' || c == '.' || c == '_' || c == ',' || c == ':') continue;  // leaders
    (is_digit(c) ? digits : other) += c;
    if (words.empty() || words.back() != glyphs[i].word) words.push_back(glyphs[i].word);
  }
  for (const std::size_t w : words) {
    const Word& word = row.words[w];
    least = std::min(least, word.confidence.fraction());
    for (std::size_t i = 0; i < glyphs.size(); ++i)
      if (glyphs[i].word == w && glyphs[i].folded != ' ' && (i < begin || i >= end) &&
          (is_letter(glyphs[i].folded) || glyphs[i].folded == '/' || is_digit(glyphs[i].folded)))
        shares_word = true;
    if (!shares_word) slot.box = united(slot.box, word.box);
    touched = united(touched, word.box);
  }
  if (slot.box.empty()) slot.box = {near.left, row.box.top, near.right, row.box.bottom};
  if (slot.box.empty()) slot.box = touched;
  slot.confidence = least;

  BoxPx room{std::min(near.left, slot.box.left), row.box.top, std::max(near.right, slot.box.right),
             row.box.bottom};
  if (room.width() <= 0) room = slot.box;
  // The ink of handwriting stands for itself, whatever the engine made of it. A region that
  // covers the whole row or more says nothing about this slot.
  for (const Region& region : sheet.hand) {
    const BoxPx common = intersection(region.box, room);
    if (common.empty() || common.area() * 10 < region.box.area() * 3 ||
        region.box.width() > 3 * std::max(room.width(), row.box.height()))
      continue;
    slot.ink = SlotInk::by_hand;
    slot.box = region.box;
    std::string read;
    for (const TextLine& line : region.lines)
      for (const Word& word : line.words) read += word.text;
    const bool all_digits =
        !read.empty() && std::all_of(read.begin(), read.end(), is_digit);
    const double shape = region.box.height() > 0 && !read.empty()
                             ? static_cast<double>(region.box.width()) /
                                   (static_cast<double>(region.box.height()) * static_cast<double>(read.size()))
                             : 0;
    if (all_digits && is_print_after_all(region, read, near.figure)) {
      slot.ink = SlotInk::printed;
      slot.digits = read;
      slot.confidence = region.confidence.fraction();
    } else if (all_digits && region.confidence.fraction() >= kSureByHand && shape >= kNarrowFigure &&
        shape <= kWideFigure) {
      slot.ink = SlotInk::read_by_hand;
      slot.digits = read;
      slot.confidence = region.confidence.fraction();
    }
    return slot;
  }

  if (digits.empty() && other.empty()) return slot;
  slot.ink = SlotInk::by_hand;
  if (digits.empty() || !other.empty()) return slot;
  if (least < (shares_word ? near.joined : kSurePrinted)) return slot;
  if (!shares_word && near.digit_height > 0) {
    // Printed figures have one height; a pen does not keep to it.
    const double ratio = static_cast<double>(slot.box.height()) / near.digit_height;
    if (ratio < 0.75 || ratio > 1.2) return slot;
  }
  slot.ink = SlotInk::printed;
  slot.digits = digits;
  return slot;
}

// Where "Số" ends in a folded number line; npos when it does not begin so.
std::size_t after_label(const std::string& f, const RuleWords& words) {
  std::size_t begin = 0;
  while (begin < f.size() && begin < 4 && !is_letter(f[begin]) && !is_digit(f[begin])) ++begin;
  std::size_t best = std::string::npos;
  for (const std::string& label : words.list("number_labels").folded_items()) {
    std::string zero = label;  // "S0:" for "Số:"
    if (zero.ends_with('o')) zero.back() = '0';
    for (const std::string& known : {label, zero}) {
      if (f.compare(begin, known.size(), known) != 0) continue;
      const std::size_t end = begin + known.size();
      if (end < f.size() && is_letter(f[end])) continue;
      if (best == std::string::npos || end > best) best = end;
    }
  }
  return best;
}

// The slash between number and notation: an upper-case letter or a year stands after it.
std::optional<std::size_t> find_slash(const std::vector<Glyph>& g, std::size_t from) {
  for (std::size_t i = from; i + 1 < g.size(); ++i) {
    if (g[i].folded != '/') continue;
    std::size_t next = i + 1;
    while (next < g.size() && g[next].folded == ' ') ++next;
    if (next >= g.size()) break;
    if (is_letter(g[next].folded) && g[next].upper) return i;
    std::size_t year = next;
    while (year < g.size() && is_digit(g[year].folded)) ++year;
    // "15/2023/HĐ-BQL", also where the second slash was lost
    if (year - next == 4 && year < g.size() &&
        (g[year].folded == '/' || (is_letter(g[year].folded) && g[year].upper)))
      return i;
  }
  return std::nullopt;
}

bool may_be_in_notation(char c) {
  return is_letter(c) || is_digit(c) || c == '/' || c == '-' || c == '.' || c == '&';
}

// "Tà Nội": the one known place that is a letter away, else the name as it is.
std::string nearest_place(const std::string& name, const Wordings& places) {
  const std::string letters = folded(name);
  const std::string* near = nullptr;
  bool tie = false;
  for (std::size_t i = 0; i < places.items().size(); ++i) {
    const std::string& known = places.folded_items()[i];
    if (known == letters) return name;
    if (known.size() < 6 || edit_distance(known, letters) > 1) continue;
    tie = near != nullptr;
    near = &places.items()[i];
  }
  return near != nullptr && !tie ? *near : name;
}

}  // namespace

bool looks_like_number_line(std::string_view text, const RuleWords& words) {
  const std::string f = fold(text, Keep::punctuation).text;
  const std::size_t end = after_label(f, words);
  if (end == std::string::npos) return false;
  // "SỞ LAO ĐỘNG" folds to the same two letters: a colon, a digit or a slash must follow.
  for (std::size_t i = end; i < f.size() && i < end + 3; ++i)
    if (f[i] == ':' || f[i] == ';' || is_digit(f[i])) return true;
  const std::size_t slash = f.find('/', end);
  return slash != std::string::npos && slash + 1 < f.size() && f.find('(', end) == std::string::npos;
}

NumberLine parse_number_line(const Sheet& sheet, const Row& row, const RuleWords& words,
                             FigureSize figure) {
  NumberLine line;
  const std::vector<Glyph> g = glyphs_of(row);
  const std::string f = folded_text(g);
  std::size_t begin = after_label(f, words);
  if (begin == std::string::npos) begin = 0;
  while (begin < g.size() && (f[begin] == ':' || f[begin] == ';' || f[begin] == '.' || f[begin] == ' '))
    ++begin;

  std::size_t slot_end = g.size(), notation_begin = g.size();
  if (const auto slash = find_slash(g, begin)) {
    slot_end = *slash;
    notation_begin = *slash + 1;
  } else {
    // "05-CT/TW" of the Party, and lines whose slash was lost.
    std::size_t i = begin;
    while (i < g.size() && !(is_letter(g[i].folded) && g[i].upper && i + 1 < g.size() &&
                             is_letter(g[i + 1].folded)))
      ++i;
    if (i < g.size()) {
      slot_end = i;
      notation_begin = i;
    }
  }
  // The Party writes "05-CT/TW": the dash comes before the slash that find_slash saw.
  for (std::size_t i = begin; i < slot_end; ++i) {
    if (f[i] != '-' || i + 2 >= slot_end) continue;
    std::size_t next = i + 1;
    while (next < slot_end && f[next] == ' ') ++next;
    if (next + 1 < slot_end && g[next].upper && is_letter(f[next + 1])) {
      slot_end = i;
      notation_begin = next;
      break;
    }
  }
  while (notation_begin < g.size() && (f[notation_begin] == ' ' || f[notation_begin] == '-'))
    ++notation_begin;

  // The notation: one run; a blank inside it only beside a sign.
  std::size_t end = notation_begin;
  for (; end < g.size(); ++end) {
    if (may_be_in_notation(f[end])) continue;
    const bool beside_sign =
        f[end] == ' ' && end > notation_begin && end + 1 < g.size() &&
        (f[end - 1] == '-' || f[end - 1] == '/' || f[end + 1] == '-' || f[end + 1] == '/') &&
        (row.words[g[end + 1].word].box.left - row.words[g[end - 1].word].box.right) <
            sheet.line_height;
    if (!beside_sign) break;
  }
  std::string notation;
  std::vector<Word> used;
  for (std::size_t i = notation_begin; i < end; ++i) {
    if (f[i] == ' ') continue;
    notation += g[i].text;
    const Word& word = row.words[g[i].word];
    if (used.empty() || used.back().box != word.box) used.push_back(word);
  }
  notation = trimmed(notation, ".-/&");
  if (notation.size() > 5 && std::all_of(notation.begin(), notation.begin() + 4, is_digit) &&
      !is_digit(notation[4]) && notation[4] != '/')
    notation.insert(4, "/");
  if (count_letters(notation).letters() >= 2 && count_letters(notation).upper >= 1) {
    line.notation = notation;
    line.notation_box = row_of(used).box;
    line.notation_confidence = confidence_of(used);
  }

  Neighbours near;
  near.left = row.box.left;
  for (std::size_t i = begin; i-- > 0;)
    if (f[i] != ' ') {
      near.left = row.words[g[i].word].box.right;
      break;
    }
  near.right = notation_begin < g.size() ? row.words[g[notation_begin].word].box.left : row.box.right;
  if (near.right < near.left) near.right = near.left;
  near.joined = kSureJoined;
  near.figure = figure;
  if (!line.notation_box.empty() && !used.empty()) near.digit_height = used.front().box.height();
  line.number = read_slot(sheet, row, g, begin, slot_end, near);
  if (line.number.digits.size() > 7) line.number.digits.clear();
  line.by_hand_or_blank = near.right - near.left > 2 * sheet.line_height;
  return line;
}

bool looks_like_date_line(std::string_view text) {
  const std::string f = fold(text).text;
  const std::size_t day = f.find("ngay"), month = f.find("thang"), year = f.find("nam");
  const int named = (day != std::string::npos) + (month != std::string::npos) + (year != std::string::npos);
  if (named == 3) return day < month;
  if (named == 2 && f.size() < 60) return true;
  if (day == std::string::npos) return false;
  int digits = 0;
  for (std::size_t i = day; i < f.size(); ++i) digits += is_digit(f[i]);
  return digits >= 6 && f.size() < 60;  // "ngày 5/2/2025"
}

std::size_t date_line_begins(const Row& row, int gap) {
  std::size_t day = row.words.size();
  for (std::size_t i = 0; i < row.words.size(); ++i) {
    const std::string f = folded(row.words[i].text);
    if (f.starts_with("ngay") || f.ends_with("ngay")) {
      day = i;
      break;
    }
    if (f.starts_with("thang") && day == row.words.size()) {
      day = i;
      break;
    }
  }
  if (day == row.words.size()) return 0;
  std::size_t first = day;
  while (first > 0 && row.words[first].box.left - row.words[first - 1].box.right <= gap) --first;
  return first;
}

DateLine parse_date_line(const Sheet& sheet, const Row& row, const RuleWords& words) {
  DateLine line;
  const std::vector<Glyph> g = glyphs_of(row);
  const std::string f = folded_text(g);
  std::size_t day = f.find("ngay");
  const std::size_t month = f.find("thang", day == std::string::npos ? 0 : day);
  const std::size_t year =
      f.find("nam", month != std::string::npos ? month + 5 : (day != std::string::npos ? day + 4 : 0));
  std::size_t place_end = day;
  if (place_end == std::string::npos) {  // "Hà Nội, ??? tháng 4 năm 2026"
    const std::size_t comma = f.find(',');
    place_end = comma == std::string::npos ? 0 : comma;
  }

  std::vector<Word> place;
  for (std::size_t i = 0; i < place_end && i < g.size(); ++i) {
    if (f[i] == ' ') continue;
    const Word& word = row.words[g[i].word];
    if (place.empty() || place.back().box != word.box) place.push_back({"", word.box, word.confidence});
    place.back().text += g[i].text;
  }
  while (!place.empty() && count_letters(place.front().text).letters() == 0) place.erase(place.begin());
  if (!place.empty()) {
    restore_tones(place, words.list("places"));
    const Row placed = row_of(place);
    std::string name = trimmed(text_of(placed), ",.;:-~_");
    if (cautious_confidence_of(place) < kSurePlace) name = nearest_place(name, words.list("places"));
    const LetterCount count = count_letters(name);
    if (count.upper >= 1 && count.letters() >= 2 && count.digits <= 2 && name.size() <= 80) {
      line.place = name;
      line.place_confidence = cautious_confidence_of(place);
      // A name that the rules know is surer than its worst letter.
      const std::vector<std::string>& known = words.list("places").items();
      if (std::find(known.begin(), known.end(), name) != known.end())
        line.place_confidence = std::max(line.place_confidence, kKnownPlace);
      line.place_box = placed.box;
    }
  }

  const std::size_t first = day != std::string::npos ? day : place_end;
  for (std::size_t i = first; i < g.size(); ++i)
    if (f[i] != ' ') line.box = united(line.box, row.words[g[i].word].box);

  // "ngày 5/2/2025": one printed run.
  if (day != std::string::npos && month == std::string::npos && year == std::string::npos) {
    std::vector<std::string> parts(1);
    double least = 1;
    for (std::size_t i = day + 4; i < g.size(); ++i) {
      if (is_digit(f[i])) {
        parts.back() += f[i];
        least = std::min(least, row.words[g[i].word].confidence.fraction());
      } else if (f[i] == '/' || f[i] == '-' || f[i] == '.') {
        if (!parts.back().empty()) parts.emplace_back();
      } else if (f[i] != ' ') {
        least = 0;
      }
    }
    Slot* slots[] = {&line.day, &line.month, &line.year};
    for (std::size_t i = 0; i < 3; ++i) {
      slots[i]->box = line.box;
      slots[i]->confidence = least;
      slots[i]->ink = least >= kSurePrinted && parts.size() >= 3 ? SlotInk::printed : SlotInk::by_hand;
      if (slots[i]->ink == SlotInk::printed) slots[i]->digits = parts[i];
    }
    return line;
  }

  const auto right_of = [&](std::size_t glyph) { return row.words[g[glyph].word].box.right; };
  const auto left_of = [&](std::size_t glyph) { return row.words[g[glyph].word].box.left; };
  Neighbours near;
  near.joined = kSurePrinted;
  if (year != std::string::npos) {
    near.left = right_of(year);
    near.right = row.box.right + sheet.line_height;
    line.year = read_slot(sheet, row, g, year + 3, g.size(), near);
    if (line.year.ink == SlotInk::printed && line.year.digits.size() == 4 &&
        !line.year.box.empty() && line.year.box.width() < 4 * line.year.box.height()) {
      near.digit_height = line.year.box.height();
      line.figure = {line.year.box.width() / 4.0, static_cast<double>(line.year.box.height())};
      near.figure = line.figure;
    }
    if (line.year.digits.size() != 4) {
      if (!line.year.digits.empty()) line.year.ink = SlotInk::by_hand;
      line.year.digits.clear();
    }
  }
  const auto short_number = [](Slot& slot) {
    if (slot.digits.size() <= 2) return;
    slot.digits.clear();
    slot.ink = SlotInk::by_hand;
  };
  if (month != std::string::npos) {
    near.left = right_of(month);
    near.right = year != std::string::npos ? left_of(year) : near.left + 4 * sheet.line_height;
    line.month = read_slot(sheet, row, g, month + 5, std::min(year, g.size()), near);
    short_number(line.month);
    near.left = day != std::string::npos ? right_of(day)
                                         : (place_end < g.size() ? right_of(place_end) : row.box.left);
    near.right = std::max(near.left, left_of(month));
    line.day = read_slot(sheet, row, g, day != std::string::npos ? day + 4 : place_end, month, near);
    short_number(line.day);
  } else {
    // Without "tháng" day and month cannot be told apart.
    line.day.ink = line.month.ink = SlotInk::by_hand;
    line.day.box = line.month.box = line.box;
  }
  return line;
}

std::string iso_day(const std::string& day, const std::string& month, const std::string& year) {
  const auto number = [](const std::string& text) {
    if (text.empty() || text.size() > 4 || !std::all_of(text.begin(), text.end(), is_digit)) return 0;
    return std::atoi(text.c_str());
  };
  const int y = number(year), m = number(month), d = number(day);
  static constexpr int kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year.size() != 4 || y < 1900 || m < 1 || m > 12 || d < 1 || d > kDays[m - 1]) return {};
  const bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
  if (m == 2 && d == 29 && !leap) return {};
  return fmt::format("{:04}-{:02}-{:02}", y, m, d);
}

}  // namespace sogoc::metadata
