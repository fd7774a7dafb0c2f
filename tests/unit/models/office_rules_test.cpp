#include "models/office_rules.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace sogoc {
namespace {

namespace fs = std::filesystem;
const fs::path kModels = fs::path(SOGOC_SOURCE_DIR) / "models";

std::string problem_of(const char* file, const std::string& text) {
  const fs::path folder = fs::temp_directory_path() / ("sogoc-office-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  std::ofstream(folder / file) << text;
  std::string problem;
  if (std::string(file) == "calendar.toml") {
    const auto loaded = load_work_calendar(folder);
    if (!loaded) problem = loaded.error().message;
  } else {
    const auto loaded = load_book_series(folder);
    if (!loaded) problem = loaded.error().message;
  }
  fs::remove_all(folder);
  return problem;
}

TEST(OfficeRules, ShippedCalendarComputesWhatItKnowsAndNothingElse) {
  const auto calendar = load_work_calendar(kModels / "rules");
  ASSERT_TRUE(calendar) << to_string(calendar.error());
  const auto day = [](const char* text) { return *day_from_iso(text); };
  EXPECT_TRUE(is_working_day(*calendar, day("2026-11-25")).value());
  EXPECT_FALSE(is_working_day(*calendar, day("2026-11-28")).value());  // Saturday
  EXPECT_FALSE(is_working_day(*calendar, day("2027-01-01")).value());
  EXPECT_EQ(iso_day(next_working_day(*calendar, day("2026-12-31")).value()), "2027-01-04");
  EXPECT_EQ(is_working_day(*calendar, day("2027-02-08")).error().code, ErrorCode::undecidable);  // Tết
  EXPECT_EQ(is_working_day(*calendar, day("2028-03-01")).error().code, ErrorCode::undecidable);
  EXPECT_EQ(is_working_day(*calendar, day("2019-03-01")).error().code, ErrorCode::undecidable);
}

TEST(OfficeRules, ShippedBooksGiveEveryKindOneSeries) {
  const auto series = load_book_series(kModels / "copies");
  ASSERT_TRUE(series) << to_string(series.error());
  const Day day = *day_from_iso("2026-11-25");
  for (const auto& [kind, kind_name] : kCopyKindNames) {
    const auto found = series_of(*series, kind, day);
    ASSERT_TRUE(found) << kind_name;
    EXPECT_TRUE(number_text(found->format, {5, 1, 2026, *found->symbol_of(kind), found->organ})) << kind_name;
  }
  EXPECT_EQ(number_text(series_of(*series, CopyKind::certified_copy, day)->format, {5, 1, 2026, "SCT/BS", ""}).value(), "05/2026-SCT/BS");
  EXPECT_EQ(number_text(series_of(*series, CopyKind::sao_y, day)->format, {5, 1, 2026, "SY", "UBND"}).value(), "05/SY-UBND");
  EXPECT_TRUE(series_named(*series, kReplySeries, day));
}

TEST(OfficeRules, RefuseAFileThatIsWrongAndNameEveryProblem) {
  const std::string hours =
      "[[office_hours]]\neffective_from = \"2015-04-10\"\nevidence = \"R\"\nrest_days = [\"sunday\"]\ncutoff = \"15:00\"\ncloses = \"17:00\"\n";
  EXPECT_EQ(problem_of("calendar.toml", hours), "");
  for (const auto& [text, words] : std::vector<std::pair<std::string, std::string>>{
           {"", "no office_hours"},
           {hours + "x = 1\n", "unknown key 'x'"},
           {"[[office_hours]]\neffective_from = \"2015-04-10\"\nevidence = \"R\"\nrest_days = [\"chủ nhật\"]\ncutoff = \"15h\"\ncloses = \"17:00\"\n", "no weekday"},
           {hours + "[[year]]\nyear = 2026\nevidence = \"U\"\nholidays = [\"2027-01-01\"]\n", "which is not of 2026"},
           {hours + "[[year]]\nyear = 2026\nevidence = \"U\"\nholidays = [\"2026-02-30\"]\n", "no day"},
           {hours + "[[year]]\nyear = 2026\nevidence = \"U\"\nholidays = [\"2026-01-01\"]\nworking = [\"2026-01-01\"]\n", "a holiday and a working day"},
           {hours + "[[year]]\nyear = 2026\nevidence = \"U\"\n[[year]]\nyear = 2026\nevidence = \"U\"\n", "stands twice"},
           {hours + "[[year]]\nyear = 2026\nevidence = \"U\"\n[[year.unknown]]\nfrom = \"2026-03-02\"\nto = \"2026-03-01\"\nwhy = \"x\"\n", "in order"},
           {"year = [", "repair"}})
    EXPECT_NE(problem_of("calendar.toml", text).find(words), std::string::npos) << text << "\n" << problem_of("calendar.toml", text);
  const std::string series =
      "[[series]]\nkey = \"a\"\ntitle = \"A\"\neffective_from = \"2015-04-10\"\nevidence = \"U\"\nformat = \"{number}\"\n";
  EXPECT_EQ(problem_of("books.toml", series + "symbol = \"X\"\n"), "");
  for (const auto& [text, words] : std::vector<std::pair<std::string, std::string>>{
           {series, "either a 'symbol'"},
           {series + "[[series.kind]]\nkey = \"no_copy\"\nsymbol = \"X\"\nevidence = \"U\"\n", "no kind of copy"},
           {series + "[[series.kind]]\nkey = \"sao_y\"\nsymbol = \"X\"\nevidence = \"U\"\n[[series]]\nkey = \"b\"\ntitle = \"B\"\neffective_from = "
                     "\"2015-04-10\"\nevidence = \"U\"\nformat = \"{number}\"\n[[series.kind]]\nkey = \"sao_y\"\nsymbol = \"Y\"\nevidence = \"U\"\n",
            "stands in the series"},
           {"[[series]]\nkey = \"a\"\ntitle = \"A\"\neffective_from = \"2015-04-10\"\nevidence = \"U\"\nformat = \"{year}\"\nsymbol = \"X\"\n", "{number} is missing"}})
    EXPECT_NE(problem_of("books.toml", text).find(words), std::string::npos) << text << "\n" << problem_of("books.toml", text);
  EXPECT_EQ(load_work_calendar("/nowhere").error().code, ErrorCode::missing_model);
  EXPECT_EQ(load_book_series("/nowhere").error().code, ErrorCode::missing_model);
}

}  // namespace
}  // namespace sogoc
