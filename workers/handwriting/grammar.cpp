#include "workers/handwriting/grammar.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <unicode/uchar.h>

namespace sogoc::handwriting {
namespace {

bool is_figure(char32_t c) { return c >= U'0' && c <= U'9'; }

// Signs of a form that stand for figures; everything else stands for itself.
constexpr char32_t kDay = U'\x01';  // one or two figures
constexpr char32_t kMonth = U'\x02';
constexpr char32_t kYear = U'\x03';       // four figures
constexpr char32_t kShortYear = U'\x04';  // two

const std::vector<std::u32string>& date_forms() {
  static const std::vector<std::u32string> forms = [] {
    std::vector<std::u32string> all;
    const std::u32string day(1, kDay);
    const std::u32string month(1, kMonth);
    const std::u32string year(1, kYear);
    const std::u32string short_year(1, kShortYear);
    for (const std::u32string sign : {U"/", U"-", U".", U" / ", U" - ", U" . ", U" "}) {
      for (const std::u32string& any_year : {year, short_year})
        all.push_back(day + sign + month + sign + any_year);
      all.push_back(month + sign + year);
    }
    for (const std::u32string& any_year : {year, short_year})
      all.push_back(U"ngày " + day + U" tháng " + month + U" năm " + any_year);
    all.push_back(day + U" tháng " + month + U" năm " + year);
    all.push_back(U"tháng " + month + U" năm " + year);
    all.push_back(U"năm " + year);
    all.push_back(year);
    return all;
  }();
  return forms;
}

char32_t small(char32_t c) {
  if (c >= U'A' && c <= U'Z') return c + 32;
  switch (c) {
    case U'À': return U'à';
    case U'Á': return U'á';
    case U'Ă': return U'ă';
    default: return c;
  }
}

enum class Fit { no, begins, whole };

Fit fit(std::u32string_view form, std::u32string_view text);

// The number at the front of `text` may have 1..width figures; every length is tried.
Fit fit_number(std::u32string_view rest, std::u32string_view text, int least, int most, int lowest,
               int highest) {
  Fit best = Fit::no;
  int value = 0;
  for (int n = 1; n <= most; ++n) {
    if (static_cast<int>(text.size()) < n) return best == Fit::no ? Fit::begins : best;
    const char32_t c = text[static_cast<std::size_t>(n - 1)];
    if (!is_figure(c)) break;
    value = value * 10 + static_cast<int>(c - U'0');
    if (value > highest) break;
    if (n < least || value < lowest) continue;
    const Fit then = fit(rest, text.substr(static_cast<std::size_t>(n)));
    if (then == Fit::whole) return then;
    if (then == Fit::begins) best = then;
  }
  return best;
}

Fit fit(std::u32string_view form, std::u32string_view text) {
  if (text.empty()) return form.empty() ? Fit::whole : Fit::begins;
  if (form.empty()) return Fit::no;
  const std::u32string_view rest = form.substr(1);
  switch (form.front()) {
    case kDay: return fit_number(rest, text, 1, 2, 1, 31);
    case kMonth: return fit_number(rest, text, 1, 2, 1, 12);
    case kShortYear: return fit_number(rest, text, 2, 2, 0, 99);
    case kYear: {
      // The first two figures already tell the century.
      const auto figures = std::min<std::size_t>(text.size(), 2);
      int century = 0;
      for (std::size_t i = 0; i < figures; ++i) {
        if (!is_figure(text[i])) return Fit::no;
        century = century * 10 + static_cast<int>(text[i] - U'0');
      }
      if (figures == 1 ? (century != 1 && century != 2) : (century < 18 || century > 20))
        return Fit::no;
      return fit_number(rest, text, 4, 4, 1850, 2099);
    }
    default: return small(text.front()) == form.front() ? fit(rest, text.substr(1)) : Fit::no;
  }
}

Fit fit_date(std::u32string_view text) {
  Fit best = Fit::no;
  for (const std::u32string& form : date_forms()) {
    const Fit here = fit(form, text);
    if (here == Fit::whole) return here;
    if (here == Fit::begins) best = here;
  }
  return best;
}

Fit fit_entry_number(std::u32string_view text) {
  std::size_t figures = 0;
  while (figures < text.size() && figures < 5 && is_figure(text[figures])) ++figures;
  if (figures == 0) return text.empty() ? Fit::begins : Fit::no;
  text.remove_prefix(figures);
  if (!text.empty() && ((text.front() >= U'A' && text.front() <= U'Z') ||
                        (text.front() >= U'a' && text.front() <= U'z')))
    text.remove_prefix(1);
  if (text.empty()) return Fit::whole;
  Fit best = Fit::no;
  for (const std::u32string sign : {U"/", U"-", U" / ", U" - "})
    for (const char32_t year : {kYear, kShortYear}) {
      const Fit here = fit(sign + year, text);
      if (here == Fit::whole) return here;
      if (here == Fit::begins) best = here;
    }
  return best;
}

constexpr std::array<std::u32string_view, 35> kDateWords{
    U"ngày", U"tháng", U"năm", U"không", U"một", U"mốt", U"hai", U"ba", U"bốn", U"tư", U"bẩy", U"bảy",
    U"lăm", U"nhăm", U"sáu", U"tám", U"chín", U"mười", U"mươi", U"mồng", U"mùng", U"giêng", U"chạp", U"nghìn",
    U"ngàn", U"trăm", U"linh", U"lẻ", U"lẽ", U"hăm", U"rằm", U"và", U"dương", U"âm", U"lịch"};

bool is_date_word(std::u32string_view word) {
  return std::find(kDateWords.begin(), kDateWords.end(), word) != kDateWords.end();
}

// Words parted by single blanks, perhaps a comma before one; `known`: all but the last are of dates.
struct WordsOfDate {
  explicit WordsOfDate(std::u32string_view text) {
    std::u32string word;
    char32_t before = 0;
    for (const char32_t c : text) {
      if (c == U' ' || c == U',') {
        if (word.empty() ? before != U',' || c == U',' : !is_date_word(word)) known = false;
        word.clear();
      } else {
        word.push_back(static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))));
      }
      before = c;
    }
    last = std::move(word);
  }
  bool known = true;
  std::u32string last;
};

bool is_sign(char32_t c) { return c == U'.' || c == U',' || c == U'/' || c == U'-' || c == U' '; }

}  // namespace

bool may_begin_date(std::u32string_view prefix) { return fit_date(prefix) != Fit::no; }
bool is_date(std::u32string_view text) { return fit_date(text) == Fit::whole; }

bool may_begin_date_in_words(std::u32string_view prefix) {
  const WordsOfDate words(prefix);
  return words.known && std::any_of(kDateWords.begin(), kDateWords.end(), [&](std::u32string_view known) {
    return known.substr(0, words.last.size()) == words.last;
  });
}

bool is_date_in_words(std::u32string_view text) {
  const WordsOfDate words(text);
  return words.known && is_date_word(words.last);
}

bool may_begin_number(std::u32string_view prefix) {
  constexpr std::size_t kLongest = 24;
  if (prefix.size() > kLongest) return false;
  bool figure_before = false;
  for (const char32_t c : prefix) {
    if (is_figure(c)) {
      figure_before = true;
    } else if (is_sign(c) && figure_before) {
      figure_before = false;
    } else {
      return false;
    }
  }
  return true;
}

bool is_number(std::u32string_view text) {
  return !text.empty() && is_figure(text.back()) && may_begin_number(text);
}

bool may_begin_entry_number(std::u32string_view prefix) {
  return fit_entry_number(prefix) != Fit::no;
}
bool is_entry_number(std::u32string_view text) { return fit_entry_number(text) == Fit::whole; }

}  // namespace sogoc::handwriting
