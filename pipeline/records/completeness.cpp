#include "pipeline/records/completeness.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace sogoc {
namespace {

using Numbers = std::vector<std::optional<std::int64_t>>;

constexpr double kLeastAgreement = 0.6;
constexpr double kMostBreaks = 0.25;  // of the pictures; more is no volume's fault but the reading's

// A series with the picture each of its places stands on.
struct Series {
  Numbers read;
  std::vector<std::size_t> picture;
  std::int64_t stride = 1;  // what one step of the fit is in numbers of the book
  std::int64_t shift = 0;   // number = stride * value + shift
  int year = 0;             // of entries
  FittedSeries fit{};
  [[nodiscard]] std::int64_t number(std::int64_t value) const { return stride * value + shift; }
};

// ---- Which places have a number

Series page_series(const std::vector<ScannedPage>& pages) {
  std::size_t with_second = 0, with_any = 0;
  for (const ScannedPage& page : pages) {
    if (page.reading == nullptr) continue;
    bool any = false, second = false;
    for (const PageNumberReading& number : page.reading->page_numbers) {
      any = any || number.number.state == ValueState::read;
      second = second || (number.number.state == ValueState::read && number.part > 0);
    }
    with_any += any ? 1u : 0u;
    with_second += second ? 1u : 0u;
  }
  const std::size_t halves = 3 * with_second >= with_any && with_second > 0 ? 2 : 1;
  // One number a spread may stand in either half.
  Series series;
  for (std::size_t i = 0; i < pages.size(); ++i)
    for (std::size_t half = 0; half < halves; ++half) {
      std::optional<std::int64_t> number;
      if (pages[i].reading != nullptr)
        for (const PageNumberReading& reading : pages[i].reading->page_numbers)
          if (!number && reading.number.state == ValueState::read && (halves == 1 || reading.part == static_cast<int>(half)))
            number = leading_number(reading.number.value);
      series.read.push_back(number);
      series.picture.push_back(i);
    }
  return series;
}

// Both sides of a leaf are numbered, or every second number is printed (a spread with one of its two
// numbers), or leaves are numbered and only every second picture has a number.
void find_stride(Series& series) {
  int by_one = 0, by_two = 0, by_half = 0;
  std::optional<std::size_t> last;
  for (std::size_t i = 0; i < series.read.size(); ++i) {
    if (!series.read[i]) continue;
    if (last) {
      const auto places = static_cast<std::int64_t>(i - *last);
      const std::int64_t grown = *series.read[i] - *series.read[*last];
      by_one += grown == places ? 1 : 0;
      by_two += grown == 2 * places ? 1 : 0;
      by_half += 2 * grown == places ? 1 : 0;
    }
    last = i;
  }
  if (by_two > by_one && by_two > by_half) {
    int odd = 0, all = 0;
    for (const auto& number : series.read)
      if (number) {
        ++all;
        odd += *number % 2 != 0 ? 1 : 0;
      }
    series.stride = 2;
    series.shift = 2 * odd > all ? 1 : 0;
    for (auto& number : series.read) {
      if (!number) continue;
      if ((*number - series.shift) % 2 != 0)
        number.reset();
      else
        number = (*number - series.shift) / 2;
    }
  } else if (by_half > by_one) {
    std::size_t even = 0, odd = 0;
    for (std::size_t i = 0; i < series.read.size(); ++i)
      if (series.read[i]) ++(i % 2 == 0 ? even : odd);
    Series thin;
    for (std::size_t i = odd > even ? 1 : 0; i < series.read.size(); i += 2) {
      thin.read.push_back(series.read[i]);
      thin.picture.push_back(series.picture[i]);
    }
    series = std::move(thin);
  }
}

const FieldReading* number_field(const EntryReading& entry) {
  const FieldReading* found = nullptr;
  for (const FieldReading& field : entry.fields) {
    if (field.key == "so") return &field;
    if (field.key == "stt") found = &field;
  }
  return found;
}

// One series a year: numbers begin again with each.
std::vector<Series> entry_series(const std::vector<ScannedPage>& pages) {
  Series all;
  std::vector<std::optional<int>> years;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    if (pages[i].reading == nullptr) continue;
    for (const EntryReading& entry : pages[i].reading->entries) {
      if (entry.continues_previous) continue;
      const FieldReading* field = number_field(entry);
      const bool read = field != nullptr && field->state == ValueState::read;
      all.read.push_back(read ? leading_number(field->value) : std::nullopt);
      all.picture.push_back(i);
      years.push_back(read ? trailing_year(field->value) : std::nullopt);
    }
  }
  const std::vector<int> fitted = fit_years(years);
  std::vector<Series> series;
  for (std::size_t i = 0; i < all.read.size(); ++i) {
    if (i == 0 || fitted[i] != fitted[i - 1]) {
      series.emplace_back();
      series.back().year = fitted[i];
    }
    series.back().read.push_back(all.read[i]);
    series.back().picture.push_back(all.picture[i]);
  }
  return series;
}

// A break inside a picture, before which nothing of the picture could be read: the picture as a whole
// stands elsewhere.
void settle_on_pictures(Series& series) {
  FittedSeries& fit = series.fit;
  for (std::size_t begin = 0; begin < fit.values.size();) {
    std::size_t end = begin;
    std::optional<std::size_t> speaks;
    for (; end < fit.values.size() && series.picture[end] == series.picture[begin]; ++end)
      if (!speaks && series.read[end] && !fit.misread[end]) speaks = end;
    if (speaks)
      for (std::size_t i = begin; i < *speaks; ++i) {
        fit.values[i] = fit.values[*speaks] - static_cast<std::int64_t>(*speaks - i);
        fit.misread[i] = series.read[i] && *series.read[i] != fit.values[i];
      }
    begin = end;
  }
}

// ---- What the numbers say together: too little each, enough when page and entries agree

// The first or last picture: one page number and one or two entries jump the same way.
void join_ends(Series& pages, Series& entries) {
  for (const bool last : {true, false}) {
    if (pages.read.empty() || entries.read.empty()) return;
    const std::size_t picture = last ? pages.picture.back() : pages.picture.front();
    const auto jump_of = [&](const Series& series) -> std::optional<std::int64_t> {
      std::optional<std::int64_t> jump;
      for (std::size_t i = 0; i < series.read.size(); ++i) {
        if (series.picture[i] != picture || !series.read[i]) continue;
        const std::int64_t here = *series.read[i] - series.fit.values[i];
        if (jump && *jump != here) return std::nullopt;
        jump = here;
      }
      return jump;
    };
    const auto a = jump_of(pages), b = jump_of(entries);
    if (!a || !b || *a == 0 || *b == 0 || (*a > 0) != (*b > 0) || (*a > 0) != last) continue;
    for (auto [series, jump] : {std::pair{&pages, *a}, std::pair{&entries, *b}})
      for (std::size_t i = 0; i < series->read.size(); ++i)
        if (series->picture[i] == picture) {
          series->fit.values[i] += jump;
          series->fit.misread[i] = false;
        }
  }
}

// ---- What is wrong

struct Wrong {
  std::vector<std::pair<std::int64_t, std::int64_t>> missing;  // numbers, both included
  std::vector<std::size_t> missing_after;                      // picture before each
  std::map<std::pair<std::size_t, std::size_t>, std::vector<std::int64_t>> repeated;  // pictures -> numbers
  std::set<std::size_t> displaced;                             // pictures out of order
};

// Pictures that are not in the longest run of growing numbers.
std::set<std::size_t> displaced_pictures(const std::map<std::size_t, std::int64_t>& key_of) {
  std::vector<std::pair<std::size_t, std::int64_t>> keys(key_of.begin(), key_of.end());
  std::vector<std::size_t> length(keys.size(), 1), before(keys.size(), keys.size());
  std::size_t best = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j)
      if (keys[j].second <= keys[i].second && length[j] + 1 > length[i]) {
        length[i] = length[j] + 1;
        before[i] = j;
      }
    if (length[i] > length[best]) best = i;
  }
  std::set<std::size_t> out;
  for (const auto& [picture, key] : keys) out.insert(picture);
  for (std::size_t i = best; i < keys.size(); i = before[i]) out.erase(keys[i].first);
  return out;
}

Wrong find_wrong(const Series& series) {
  Wrong wrong;
  const FittedSeries& fit = series.fit;
  std::map<std::int64_t, std::vector<std::size_t>> places;  // value -> places that were read as it
  std::map<std::int64_t, std::size_t> picture_of;           // value -> first picture with it
  std::map<std::size_t, std::int64_t> key_of;
  for (std::size_t i = 0; i < fit.values.size(); ++i) {
    if (series.read[i] && !fit.misread[i]) places[fit.values[i]].push_back(i);
    picture_of.emplace(fit.values[i], series.picture[i]);
    if (series.read[i] && !fit.misread[i]) key_of.emplace(series.picture[i], fit.values[i]);
  }
  for (const auto& [value, where] : places)
    for (std::size_t k = 1; k < where.size(); ++k)
      wrong.repeated[{series.picture[where[k - 1]], series.picture[where[k]]}].push_back(series.number(value));
  std::int64_t previous = picture_of.begin()->first;
  for (const auto& [value, picture] : picture_of) {
    if (value > previous + 1) {
      wrong.missing.emplace_back(series.number(previous + 1), series.number(value - 1) + series.stride - 1);
      wrong.missing_after.push_back(picture_of.at(previous));
    }
    previous = value;
  }
  wrong.displaced = displaced_pictures(key_of);
  return wrong;
}

bool usable(const Series& series, std::size_t pictures) {
  if (series.fit.readings < 2 || series.fit.agreement < kLeastAgreement) return false;
  const Wrong wrong = find_wrong(series);
  const double breaks = static_cast<double>(wrong.missing.size() + wrong.repeated.size() + wrong.displaced.size());
  return breaks <= std::max(3.0, kMostBreaks * static_cast<double>(pictures));
}

// One misread page number that happens to be its neighbour's moves no page when the page's entries are in order.
void drop_contradicted(Wrong& wrong, const Series& series, const std::vector<Series>& entries, std::size_t pictures) {
  for (auto picture = wrong.displaced.begin(); picture != wrong.displaced.end();) {
    const auto readings_on = [&](const Series& one) {
      int count = 0;
      for (std::size_t i = 0; i < one.read.size(); ++i) count += one.picture[i] == *picture && one.read[i] && !one.fit.misread[i] ? 1 : 0;
      return count;
    };
    bool contradicted = false;
    for (const Series& other : entries) {
      if (readings_on(other) < readings_on(series) || !usable(other, pictures)) continue;
      const Wrong told = find_wrong(other);
      contradicted = told.displaced.count(*picture) == 0 && told.displaced.count(*picture + 1) == 0 &&
                     (*picture == 0 || told.displaced.count(*picture - 1) == 0);
    }
    picture = contradicted ? wrong.displaced.erase(picture) : std::next(picture);
  }
}

std::string range_text(std::int64_t from, std::int64_t to) { return from == to ? fmt::format("{}", from) : fmt::format("{}-{}", from, to); }

class Report {
 public:
  Report(const std::vector<ScannedPage>& pages, std::vector<BookFinding>& findings) : pages_(pages), findings_(findings) {}

  void add(const Wrong& wrong, bool entries, const std::string& year) {
    for (std::size_t i = 0; i < wrong.missing.size(); ++i) {
      const std::size_t after = wrong.missing_after[i];
      const std::string numbers = range_text(wrong.missing[i].first, wrong.missing[i].second);
      // Entries that went with a sheet: the sheet is the finding.
      // Where page numbers could not be read, entries know better between which pictures it was.
      constexpr std::size_t kNear = 2;
      const auto gap = entries ? gaps_.lower_bound(after < kNear ? 0 : after - kNear) : gaps_.end();
      if (gap != gaps_.end() && gap->first <= after + kNear) {
        BookFinding& finding = findings_[gap->second];
        finding.pages = {pages_[after].page};
        finding.text = fmt::format("pages {} are not there, after {}; with the entries {}{}", finding.mark, pages_[after].name, numbers, year);
        gaps_.erase(gap);
        continue;
      }
      if (!entries) gaps_.emplace(after, findings_.size());
      add_finding(entries ? "missing_entries" : "missing_pages", numbers + year,
                  entries ? fmt::format("entries {}{} are not there, after {}", numbers, year, pages_[after].name)
                          : fmt::format("pages {} are not there, after {}", numbers, pages_[after].name),
                  {after});
    }
    for (const auto& [pictures, numbers] : wrong.repeated) {
      if (entries && !repeats_.insert(pictures).second) continue;
      if (!entries) repeats_.insert(pictures);
      const std::string text = range_text(numbers.front(), numbers.back());
      add_finding(entries ? "repeated_entry" : "repeated_page", text + year,
                  entries ? fmt::format("the entry number {}{} stands on {} and on {}", text, year, pages_[pictures.first].name, pages_[pictures.second].name)
                          : fmt::format("the page number {} stands on {} and on {}", text, pages_[pictures.first].name, pages_[pictures.second].name),
                  {pictures.first, pictures.second});
    }
    // A picture whose number another one has is doubled, not displaced.
    std::set<std::size_t> doubled;
    for (const auto& [pictures, numbers] : wrong.repeated) doubled.insert({pictures.first, pictures.second});
    for (const std::size_t picture : wrong.displaced) {
      if (doubled.count(picture) != 0 || near_displaced(picture)) continue;
      displaced_.insert(picture);
      add_finding("wrong_order", fmt::format("{}", pages_[picture].page),
                  fmt::format("{} is not in its place: its {} do not follow", pages_[picture].name, entries ? "entry numbers" : "page numbers"), {picture});
    }
  }

  void add_finding(std::string kind, std::string mark, std::string text, const std::vector<std::size_t>& pictures) {
    BookFinding finding{std::move(kind), std::move(mark), std::move(text), {}};
    for (const std::size_t picture : pictures) finding.pages.push_back(pages_[picture].page);
    findings_.push_back(std::move(finding));
  }

 private:
  // Of two that changed places page and entry numbers may each name the other one.
  [[nodiscard]] bool near_displaced(std::size_t picture) const {
    return displaced_.count(picture) != 0 || displaced_.count(picture + 1) != 0 || (picture > 0 && displaced_.count(picture - 1) != 0);
  }

  const std::vector<ScannedPage>& pages_;
  std::vector<BookFinding>& findings_;
  std::map<std::size_t, std::size_t> gaps_;  // picture before -> finding
  std::set<std::pair<std::size_t, std::size_t>> repeats_;
  std::set<std::size_t> displaced_;
};

// Against what a person said of the book.
void check_ends(const Series& series, std::optional<int> first, std::optional<int> count, const char* what, Report& report) {
  const auto [least, most] = std::minmax_element(series.fit.values.begin(), series.fit.values.end());
  const std::int64_t from = series.number(*least), to = series.number(*most) + series.stride - 1;
  if (first && from > *first)
    report.add_finding("short_book", fmt::format("{} first", what),
                       fmt::format("{} {} to {} are not there: the first one found is {}", what, *first, from - 1, from), {series.picture.front()});
  const std::int64_t expected = first.value_or(static_cast<int>(from)) + count.value_or(0) - 1;
  if (count && to < expected)
    report.add_finding("short_book", fmt::format("{} last", what),
                       fmt::format("{} {} to {} are not there: the last one found is {}", what, to + 1, expected, to), {series.picture.back()});
}

}  // namespace

std::optional<std::int64_t> leading_number(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  text = text.substr(0, text.find('/'));
  const auto begin = std::find_if(text.begin(), text.end(), is_digit);
  const auto end = std::find_if_not(begin, text.end(), is_digit);
  constexpr auto kMostDigits = 7;
  if (begin == end || end - begin > kMostDigits) return std::nullopt;
  std::int64_t number = 0;
  for (auto c = begin; c != end; ++c) number = 10 * number + (*c - '0');
  return number;
}

std::optional<int> trailing_year(std::string_view text) {
  constexpr std::size_t kDigits = 4;
  if (text.size() <= kDigits) return std::nullopt;
  const std::string_view tail = text.substr(text.size() - kDigits);
  int year = 0;
  for (const char c : tail) {
    if (c < '0' || c > '9') return std::nullopt;
    year = 10 * year + (c - '0');
  }
  const char before = text[text.size() - kDigits - 1];
  if ((before >= '0' && before <= '9') || year < 1800 || year > 2199) return std::nullopt;
  return year;
}

std::vector<BookFinding> check_completeness(const NewRegisterBook& book, const std::vector<ScannedPage>& pages) {
  std::vector<BookFinding> findings;
  Report report(pages, findings);
  Series numbered = page_series(pages);
  find_stride(numbered);
  numbered.fit = fit_series(numbered.read);
  settle_on_pictures(numbered);
  std::vector<Series> entries = entry_series(pages);
  for (Series& series : entries) {
    series.fit = fit_series(series.read);
    settle_on_pictures(series);
  }
  if (!numbered.fit.values.empty() && !entries.empty() && !entries.front().fit.values.empty() && entries.size() == 1)
    join_ends(numbered, entries.front());

  bool any = false;
  if (usable(numbered, pages.size())) {
    any = true;
    Wrong wrong = find_wrong(numbered);
    drop_contradicted(wrong, numbered, entries, pages.size());
    report.add(wrong, false, "");
    check_ends(numbered, book.first_page, book.declared_pages, "pages", report);
  }
  for (const Series& series : entries) {
    if (!usable(series, pages.size())) continue;
    any = true;
    report.add(find_wrong(series), true, entries.size() > 1 ? fmt::format("/{}", series.year) : std::string());
  }
  if (entries.size() == 1 && usable(entries.front(), pages.size()))
    check_ends(entries.front(), book.first_entry, book.declared_entries, "entries", report);
  constexpr std::size_t kEnoughToSay = 3;
  const auto read = std::count_if(pages.begin(), pages.end(), [](const ScannedPage& page) { return page.reading != nullptr; });
  if (!any && read >= static_cast<std::ptrdiff_t>(kEnoughToSay))
    report.add_finding("numbers_unclear", "all",
                       "neither page numbers nor entry numbers could be followed: compare the volume with its pictures by hand", {});
  return findings;
}

}  // namespace sogoc
