#include "models/office_rules.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "models/toml_table_private.hpp"

namespace sogoc {
namespace {

const std::vector<std::string> kWeekdays{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};

Result<toml::table> parsed(const std::filesystem::path& path, const char* what) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored))
    return fail(ErrorCode::missing_model, Retry::after_operator, path.string(),
                fmt::format("the {} is not there: install the models folder again", what));
  try {  // Debian builds toml++ with exceptions; none leaves this adapter
    return toml::parse_file(path.string());
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::usage, Retry::after_operator, path.string(),
                fmt::format("repair line {}: {}", error.source().begin.line, error.description()));
  }
}

Done verdict(const std::filesystem::path& path, const Problems& problems) {
  if (problems.text().empty()) return {};
  return fail(ErrorCode::usage, Retry::after_operator, path.string(), "repair the file: " + problems.text());
}

// "15:00"
std::chrono::seconds hour_of(TableReader& table, const char* key) {
  const std::string text = table.text(key, true);
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() == 5 && text[2] == ':' && digit(0) && digit(1) && digit(3) && digit(4)) {
    const int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
    if (hour < 24 && minute < 60) return std::chrono::hours(hour) + std::chrono::minutes(minute);
  }
  if (!text.empty()) table.complain(fmt::format("'{}' must be an hour HH:MM", key));
  return {};
}

std::optional<Day> day_of(TableReader& table, const char* key, const std::string& text) {
  const auto day = day_from_iso(text);
  if (!day && !text.empty()) table.complain(fmt::format("'{}' holds '{}', which is no day YYYY-MM-DD", key, text));
  return day;
}

// Days of one year, each as "YYYY-MM-DD what it is".
std::vector<Day> days_of(TableReader& table, const char* key, int year) {
  std::vector<Day> days;
  if (!table.has(key)) return days;
  for (const std::string& text : table.texts(key, false)) {
    const auto day = day_of(table, key, text.substr(0, 10));
    if (!day) continue;
    if (int{day->year()} != year) table.complain(fmt::format("'{}' holds {}, which is not of {}", key, text, year));
    if (std::find(days.begin(), days.end(), *day) != days.end()) table.complain(fmt::format("'{}' holds {} twice", key, text));
    days.push_back(*day);
  }
  return days;
}

OfficeHours read_hours(TableReader& table) {
  OfficeHours hours;
  const RuleTerm term = table.term();
  if (const auto from = day_of(table, "effective_from", term.from)) hours.from = *from;
  for (const std::string& name : table.texts("rest_days", true)) {
    const auto found = std::find(kWeekdays.begin(), kWeekdays.end(), name);
    if (found == kWeekdays.end())
      table.complain("'rest_days' holds '" + name + "', which is no weekday in English");
    else
      hours.rest[static_cast<std::size_t>(found - kWeekdays.begin())] = true;
  }
  if (std::count(hours.rest.begin(), hours.rest.end(), true) == 7) table.complain("'rest_days' leaves no day to work");
  hours.cutoff = hour_of(table, "cutoff");
  hours.closes = hour_of(table, "closes");
  if (hours.closes < hours.cutoff) table.complain("'closes' is before 'cutoff'");
  return hours;
}

WorkYear read_year(const std::string& file, TableReader& table, Problems& problems) {
  WorkYear year;
  year.year = table.number("year", 1945, 9999);
  year.holidays = days_of(table, "holidays", year.year);
  year.working = days_of(table, "working", year.year);
  for (const Day& day : year.working)
    if (std::find(year.holidays.begin(), year.holidays.end(), day) != year.holidays.end())
      table.complain(iso_day(day) + " is a holiday and a working day");
  for (const toml::table* item : table.tables("unknown", false)) {
    TableReader range(file, *item, problems);
    UnknownDays unknown;
    const auto from = day_of(range, "from", range.text("from", true));
    const auto to = day_of(range, "to", range.text("to", true));
    unknown.why = range.text("why", true);
    range.finish();
    if (!from || !to) continue;
    unknown.from = *from;
    unknown.to = *to;
    if (unknown.to < unknown.from || int{from->year()} != year.year || int{to->year()} != year.year)
      range.complain("'from' and 'to' must be days of that year, in order");
    year.unknown.push_back(std::move(unknown));
  }
  (void)table.evidence();
  return year;
}

BookSeries read_series(const std::string& file, TableReader& table, Problems& problems) {
  BookSeries series;
  const RuleTerm term = table.term();
  if (const auto from = day_of(table, "effective_from", term.from)) series.from = *from;
  series.evidence = term.evidence;
  series.key = table.text("key", true);
  series.title = table.text("title", true);
  series.format = table.text("format", true);
  if (table.has("organ")) series.organ = table.text("organ", true);
  if (table.has("symbol")) series.symbol = table.text("symbol", true);
  for (const toml::table* item : table.tables("kind", false)) {
    TableReader kind(file, *item, problems);
    const std::string key = kind.text("key", true), symbol = kind.text("symbol", true);
    (void)kind.evidence();
    kind.finish();
    const auto known = value_in(kCopyKindNames, key);
    if (!known && !key.empty()) kind.complain("'" + key + "' is no kind of copy");
    if (known && series.symbol_of(*known)) kind.complain("'" + key + "' stands twice");
    if (known) series.symbols.emplace_back(*known, symbol);
  }
  if (series.symbols.empty() == series.symbol.empty())
    table.complain("a series has either a 'symbol' of its own or a 'kind' with one");
  if (const auto filled = number_text(series.format, {1, 1, 2000, "X", "X"}); !filled && !series.format.empty())
    table.complain("'format' " + filled.error().message);
  return series;
}

// Every table of an array of tables, with its reader finished.
template <typename Read>
void each_table(const toml::node& node, const std::string& file, Problems& problems, Read read) {
  const auto* tables = node.as_array();
  if (tables == nullptr || !tables->is_homogeneous<toml::table>()) {
    problems.add(file, node.source(), "must be written as [[...]]");
    return;
  }
  for (const toml::node& item : *tables) {
    TableReader table(file, *item.as_table(), problems);
    read(table);
    table.finish();
  }
}

}  // namespace

Result<WorkCalendar> load_work_calendar(const std::filesystem::path& rules_folder) {
  const auto path = rules_folder / "calendar.toml";
  SOGOC_TRY(const toml::table root, parsed(path, "calendar of working days"));
  const std::string file = path.filename().string();
  WorkCalendar calendar;
  Problems problems;
  for (const auto& [key, node] : root) {
    if (key.str() == "office_hours")
      each_table(node, file, problems, [&](TableReader& table) { calendar.hours.push_back(read_hours(table)); });
    else if (key.str() == "year")
      each_table(node, file, problems, [&](TableReader& table) { calendar.years.push_back(read_year(file, table, problems)); });
    else
      problems.add(file, node.source(), fmt::format("unknown key '{}'", key.str()));
  }
  std::sort(calendar.hours.begin(), calendar.hours.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
  if (calendar.hours.empty()) problems.add(file, "no office_hours");
  for (std::size_t i = 0; i < calendar.years.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (calendar.years[i].year == calendar.years[k].year) problems.add(file, fmt::format("the year {} stands twice", calendar.years[i].year));
  SOGOC_CHECK(verdict(path, problems));
  return calendar;
}

Result<std::vector<BookSeries>> load_book_series(const std::filesystem::path& copies_folder) {
  const auto path = copies_folder / "books.toml";
  SOGOC_TRY(const toml::table root, parsed(path, "list of issue books"));
  const std::string file = path.filename().string();
  std::vector<BookSeries> all;
  Problems problems;
  for (const auto& [key, node] : root) {
    if (key.str() == "series")
      each_table(node, file, problems, [&](TableReader& table) { all.push_back(read_series(file, table, problems)); });
    else
      problems.add(file, node.source(), fmt::format("unknown key '{}'", key.str()));
  }
  // A kind takes its numbers in one series on any day: else two copies could bear one number.
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = 0; k < all.size(); ++k)
      for (const auto& [kind, symbol] : all[i].symbols)
        if (all[i].key != all[k].key && all[k].symbol_of(kind))
          problems.add(file, fmt::format("{} stands in the series {} and {}", name(kind), all[i].key, all[k].key));
  SOGOC_CHECK(verdict(path, problems));
  return all;
}

}  // namespace sogoc
