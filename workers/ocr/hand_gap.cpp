#include "workers/ocr/hand_gap.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace sogoc::ocr {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

bool is_capital(const std::string& symbol) {
  return u_isupper(icu::UnicodeString::fromUTF8(symbol).char32At(0)) != 0;
}

bool all_digits(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Index of the symbol after `pattern`, read over word borders without blanks, from `from` on.
std::size_t after(const std::vector<SymbolPlace>& symbols, const std::vector<std::string>& pattern,
                  std::size_t from) {
  for (std::size_t i = from; i + pattern.size() <= symbols.size(); ++i) {
    bool same = true;
    for (std::size_t k = 0; same && k < pattern.size(); ++k) {
      same = pattern[k] == symbols[i + k].text;
    }
    if (same) return i + pattern.size();
  }
  return kNone;
}

struct Span {
  GapKind kind;
  double left, right;
  double form_left, form_right;
  std::string year = {};
};

// "Số: ___ /TTr-UBND". The network often misreads the first letters when pen strokes follow them
// closely, so any short word with S will do, if a notation follows the stroke; but a capital after
// the S without a colon is a body's name ("SỞ TÀI CHÍNH").
std::optional<Span> number_span(const std::vector<SymbolPlace>& s) {
  if (s.size() < 6 || (s[0].text != "S" && s[0].text != "s")) return std::nullopt;
  const auto capital = [&](std::size_t i) {
    return (s[i].text >= "A" && s[i].text <= "Z") || s[i].text == "Đ";
  };
  std::size_t start = 2;
  for (std::size_t i = 2; i < std::min<std::size_t>(5, s.size()); ++i) {
    if (s[i].text == ":" || s[i].text == "." || s[i].text == ";") start = i + 1;
  }
  if (start == 2 && is_capital(s[1].text)) return std::nullopt;
  const auto number_of = [&](std::size_t from, std::size_t to) {
    constexpr std::size_t kOfTheNotation = 4;  // enough of it to know where the number ends
    return Span{GapKind::number, s[from - 1].right, s[to].left, s[0].left,
                s[std::min(to + kOfTheNotation, s.size() - 1)].right};
  };
  for (std::size_t i = start; i + 2 < s.size() && i < start + 12; ++i) {
    // The Party writes "Số ___ -KH/TU": the notation begins before the stroke.
    if (i > start && s[i].text == "-" && capital(i + 1)) {
      for (std::size_t k = i + 2; k < std::min(i + 6, s.size()); ++k) {
        if (s[k].text == "/") return number_of(start, i);
      }
    }
    // The stroke itself may be misread where a pen touches it.
    const bool code =
        capital(i + 1) &&
        (s[i].text == "/" ||
         (capital(i + 2) && (s[i].text == "," || s[i].text == "I" || s[i].text == "l")));
    if (code) return number_of(start, i);
  }
  return std::nullopt;
}

void date_spans(const std::vector<SymbolPlace>& s, std::vector<Span>& spans) {
  // Place and date begin with the place and a comma; dates inside sentences are not forms.
  std::size_t day = after(s, {"n", "g", "à", "y"}, 0);
  std::size_t letters = 4;
  if (day == kNone) {
    day = after(s, {"n", "g", "à"}, 0);  // the y swallowed by a stroke
    letters = 3;
    if (day != kNone && day < s.size() && !(s[day].text >= "0" && s[day].text <= "9")) {
      ++day;
      ++letters;
    }
  }
  if (day == kNone || day > 40) return;
  bool comma = false;
  for (std::size_t i = 0; i < day; ++i) comma = comma || s[i].text == "," || s[i].text == ".";
  const std::size_t month = after(s, {"t", "h", "á", "n", "g"}, day);
  if (!comma || month == kNone || month >= s.size()) return;
  const std::size_t year = after(s, {"n", "ă", "m"}, month);
  if (year == kNone || month - day > 14 || year - month > 10) return;
  std::size_t last = year - 1;  // of the year's four figures
  while (last + 1 < s.size() && last + 1 < year + 4 && all_digits(s[last + 1].text)) ++last;
  const double left = s[day - letters].left, right = s[last].right;
  std::string printed_year;
  for (std::size_t i = year; i <= last; ++i) printed_year += s[i].text;
  if (printed_year.size() != 4) printed_year.clear();
  spans.push_back({GapKind::day, s[day - 1].right, s[month - 5].left, left, right, printed_year});
  spans.push_back({GapKind::month, s[month - 1].right, s[year - 3].left, left, right, printed_year});
}

double stroke_width(const Ink& ink, const Component& c) {
  std::vector<int> widths;
  for (std::size_t r = c.first_run; r < c.first_run + c.run_count; ++r) {
    widths.push_back(ink.runs[r].right - ink.runs[r].left);
  }
  if (widths.empty()) return 0;
  std::nth_element(widths.begin(), widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2),
                   widths.end());
  return widths[widths.size() / 2];
}

double median_of(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), half, values.end());
  return *half;
}

// Printed figures stand on the baseline and are all as high as the capitals beside them. A pen
// keeps neither rule, and its strokes are not the type's.
bool looks_handwritten(const Ink& ink, const ReadLine& line, const HandGap& gap) {
  std::vector<double> heights, strokes;
  for (const SymbolPlace& symbol : line.symbols) {
    const double middle = (symbol.left + symbol.right) / 2;
    if (middle > gap.left && middle < gap.right) continue;
    const bool figure = symbol.text.size() == 1 && ((symbol.text >= "0" && symbol.text <= "9") ||
                                                    (symbol.text >= "A" && symbol.text <= "Z"));
    if (!figure) continue;
    for (std::size_t i = 0; i < line.ink.letters; ++i) {
      const Component& c = ink.components[line.ink.components[i]];
      if (middle < c.box.left || middle >= c.box.right) continue;
      heights.push_back(c.box.height());
      strokes.push_back(stroke_width(ink, c));
      break;
    }
  }
  if (heights.empty()) return false;  // nothing printed to compare with
  const double capital = median_of(heights);
  const double stroke = median_of(strokes);
  int odd = 0, figures = 0;
  for (const std::size_t c : gap.components) {
    const BoxPx& box = ink.components[c].box;
    if (box.height() < 0.5 * capital) continue;
    ++figures;
    const double base = line.ink.baseline_at((box.left + box.right) / 2.0);
    const bool height = std::abs(box.height() - capital) > 0.14 * capital;
    const bool foot = std::abs(box.bottom - base) > 0.14 * capital;
    const bool wide = box.width() > 0.95 * capital;  // figures written in one stroke
    const bool pen = stroke > 0 && (stroke_width(ink, ink.components[c]) > 1.6 * stroke + 1);
    odd += (height || foot || wide || pen) ? 1 : 0;
  }
  if (figures == 0) return !gap.components.empty() && gap.box.height() > 0.5 * capital;
  return odd * 2 >= figures;
}

// The network's borders between letters are off by part of a letter, so the n of "năm" can fall
// into the gap of the month. Where the gap was read as figures and holds more marks than figures,
// small letters that stand on the baseline at its ends belong to the neighbours.
void drop_neighbours(const Ink& ink, const ReadLine& line, HandGap& gap) {
  if (!all_digits(gap.read_as)) return;
  std::vector<std::size_t>& marks = gap.components;
  std::ranges::sort(marks, {}, [&](std::size_t c) { return ink.components[c].box.left; });
  const double unit = line.ink.x_height;
  const auto small_letter = [&](std::size_t c) {
    const BoxPx& box = ink.components[c].box;
    const double base = line.ink.baseline_at((box.left + box.right) / 2.0);
    return box.height() < 1.25 * unit && std::abs(box.bottom - base) < 0.25 * unit;
  };
  while (marks.size() > gap.read_as.size() && small_letter(marks.back())) marks.pop_back();
  while (marks.size() > gap.read_as.size() && small_letter(marks.front()))
    marks.erase(marks.begin());
  gap.box = {};
  for (const std::size_t c : marks) gap.box = united(gap.box, ink.components[c].box);
}

}  // namespace

std::vector<HandGap> find_gaps(const Ink& ink, const ReadLine& line,
                               const std::vector<std::size_t>& loose) {
  std::vector<Span> spans;
  // Head lines stand in a column; a line across the page is running text.
  if (line.ink.core.width() * 9 > ink.size.width * 5) return {};
  if (const auto number = number_span(line.symbols)) spans.push_back(*number);
  date_spans(line.symbols, spans);

  std::vector<HandGap> gaps;
  for (const Span& span : spans) {
    HandGap gap{.kind = span.kind,
                .left = span.left,
                .right = span.right,
                .form_left = span.form_left,
                .form_right = span.form_right,
                .year = span.year,
                .components = {},
                .box = {},
                .by_hand = false,
                .read_as = {},
                .confidence = Confidence::from_fraction(1)};
    for (const SymbolPlace& symbol : line.symbols) {
      const double middle = (symbol.left + symbol.right) / 2;
      if (middle <= span.left || middle >= span.right) continue;
      gap.read_as += symbol.text;
      gap.confidence = std::min(gap.confidence, line.text.words[symbol.word].confidence);
    }
    const double unit = line.ink.x_height;
    const auto take = [&](std::size_t c, bool own) {
      const BoxPx& box = ink.components[c].box;
      const double x = (box.left + box.right) / 2.0, y = (box.top + box.bottom) / 2.0;
      if (x <= span.left || x >= span.right) return;
      const double base = line.ink.baseline_at(x);
      if (!own && (y < base - 2.5 * unit || y > base + unit || box.height() > 5 * unit ||
                   box.height() < 0.5 * unit)) {
        return;
      }
      if (std::max(box.width(), box.height()) < 0.35 * unit) return;  // dots of a leader
      gap.components.push_back(c);
      gap.box = united(gap.box, box);
    };
    for (const std::size_t c : line.ink.components) take(c, true);
    for (const std::size_t c : loose) take(c, false);
    if (gap.components.empty()) continue;
    drop_neighbours(ink, line, gap);
    gap.by_hand = looks_handwritten(ink, line, gap);
    gaps.push_back(std::move(gap));
  }
  return gaps;
}

std::optional<InkLine> without_pen(const Ink& ink, const ReadLine& line) {
  if (line.symbols.size() < 5 || (line.symbols[0].text != "S" && line.symbols[0].text != "s"))
    return std::nullopt;
  std::vector<double> heights;
  for (std::size_t i = 0; i < line.ink.letters; ++i)
    heights.push_back(ink.components[line.ink.components[i]].box.height());
  const double usual = median_of(heights);
  InkLine print = line.ink;
  print.components.clear();
  print.letters = 0;
  print.box = print.core = {};
  for (std::size_t i = 0; i < line.ink.components.size(); ++i) {
    const std::size_t c = line.ink.components[i];
    const BoxPx& box = ink.components[c].box;
    const bool letter = i < line.ink.letters;
    const double foot = box.bottom - line.ink.baseline_at((box.left + box.right) / 2.0);
    const bool behind_label = box.left > line.symbols[1].right;
    if (behind_label && letter &&
        (box.height() > 1.3 * usual || (box.height() > 0.7 * usual && foot < -0.2 * usual)))
      continue;
    print.components.push_back(c);
    print.letters += letter ? 1 : 0;
    print.box = united(print.box, box);
    if (letter) print.core = united(print.core, box);
  }
  if (print.components.size() == line.ink.components.size() || print.letters < 4)
    return std::nullopt;
  return print;
}

bool has_number_gap(const ReadLine& line) { return number_span(line.symbols).has_value(); }

std::string figures_of(const HandGap& gap, const std::string& date) {
  std::vector<std::string> runs;
  bool open = false;
  for (const char c : date) {
    const bool digit = c >= '0' && c <= '9';
    if (digit && !open) runs.emplace_back();
    if (digit) runs.back() += c;
    open = digit;
  }
  if (runs.size() != 3 || gap.year.empty() || runs[2] != gap.year) return {};
  return gap.kind == GapKind::day ? runs[0] : gap.kind == GapKind::month ? runs[1] : std::string();
}

bool same_figures(const HandGap& gap, const std::string& a, const std::string& b) {
  if (!all_digits(a) || !all_digits(b) || a.size() > 6 || b.size() > 6) return false;
  return gap.kind == GapKind::number ? a == b : std::stoi(a) == std::stoi(b);  // "05", "5"
}

Figures agreed(const HandGap& gap, const Figures& alone, const Figures& place,
                    const Figures& line) {
  const auto both = [](const Figures& a, const Figures& b) {
    return Figures{a.text, 1 - (1 - a.confidence) * (1 - b.confidence)};
  };
  if (same_figures(gap, alone.text, place.text)) return both(alone, place);
  if (same_figures(gap, line.text, place.text)) return both(line, place);
  // Strokes of a day often touch the print beside it; a date whose printed year was read rightly may
  // stand alone.
  if (alone.text.empty() && gap.kind != GapKind::number) return place;
  Figures best, next;
  for (const Figures& one : {alone, place, line}) {
    if (one.confidence > best.confidence) {
      next = best;
      best = one;
    } else if (one.confidence > next.confidence) {
      next = one;
    }
  }
  best.confidence -= next.confidence;
  return best;
}

bool can_be(const HandGap& gap, const std::string& digits) {
  if (digits.empty() || digits.size() > 6) return false;
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  if (value == 0) return false;
  if (gap.kind == GapKind::day && (value > 31 || digits.size() > 2)) return false;
  if (gap.kind == GapKind::month && (value > 12 || digits.size() > 2)) return false;
  return gap.box.width() <= static_cast<int>(digits.size()) * gap.box.height();
}

void fill_gap(ReadLine& line, const HandGap& gap, const std::string& digits,
              Confidence confidence) {
  // Words again from the symbols outside the gap; a word that the gap cuts keeps both halves.
  TextLine out;
  std::vector<std::vector<std::size_t>> ink;
  std::vector<SymbolPlace> symbols;
  bool filled = digits.empty();
  std::size_t last_word = kNone;
  const auto put_digits = [&] {
    if (filled) return;
    out.words.push_back({digits, gap.box, confidence});
    ink.push_back(gap.components);
    filled = true;
    last_word = kNone;
  };
  for (const SymbolPlace& symbol : line.symbols) {
    const double middle = (symbol.left + symbol.right) / 2;
    if (middle > gap.left && middle < gap.right) {
      last_word = kNone;
      continue;
    }
    if (middle >= gap.right) put_digits();
    const Word& word = line.text.words[symbol.word];
    if (last_word != symbol.word) {
      BoxPx box = word.box;
      if (middle < gap.left) box.right = std::min(box.right, static_cast<int>(gap.left) + 1);
      if (middle > gap.right) box.left = std::max(box.left, static_cast<int>(gap.right));
      if (box.empty()) box = word.box;
      out.words.push_back({"", box, word.confidence});
      ink.push_back(line.word_ink[symbol.word]);
      last_word = symbol.word;
    }
    out.words.back().text += symbol.text;
    symbols.push_back({symbol.text, symbol.left, symbol.right, out.words.size() - 1});
  }
  put_digits();
  out.baseline = line.text.baseline;
  for (const Word& word : out.words) out.box = united(out.box, word.box);
  line.text = std::move(out);
  line.word_ink = std::move(ink);
  line.symbols = std::move(symbols);
}

}  // namespace sogoc::ocr
