#pragma once

// What an office goes by when it issues copies, as data: working days (models/rules/calendar.toml) and
// issue books (models/copies/books.toml).

#include <filesystem>
#include <vector>

#include "pipeline/copies/issue_book.hpp"
#include "pipeline/copies/work_calendar.hpp"

namespace sogoc {

// Both are strict: one message names every problem of the file. Fail with missing_model when it is
// absent, with usage when it is wrong.
[[nodiscard]] Result<WorkCalendar> load_work_calendar(const std::filesystem::path& rules_folder);
[[nodiscard]] Result<std::vector<BookSeries>> load_book_series(const std::filesystem::path& copies_folder);

}  // namespace sogoc
