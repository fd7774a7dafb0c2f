#pragma once

// Is the volume whole? Page numbers and entry numbers, as read, are fitted to what an unbroken book
// would have; where the fit breaks, and enough readings say so, something is missing, doubled or out of
// order. One misread number is never a finding. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/register.hpp"
#include "pipeline/records/register_book.hpp"

namespace sogoc {

// A picture of the book, in its order.
struct ScannedPage {
  std::int64_t page = 0;                  // PageId
  std::string name;                       // for people
  const RegisterPage* reading = nullptr;  // null: not read, blank or withheld
  double sharpness = 0;                   // of its picture; to choose between two scans
};

struct BookFinding {
  // "missing_pages", "repeated_page", "wrong_order", "missing_entries", "repeated_entry", "second_scan", "short_book",
  // "numbers_unclear"
  std::string kind;
  std::string mark;                 // the same for the same finding
  std::string text;                 // one sentence
  std::vector<std::int64_t> pages;  // PageIds it is about
  friend bool operator==(const BookFinding&, const BookFinding&) = default;
};

struct SecondScan {
  std::int64_t kept = 0;      // PageId of the better one
  std::int64_t evidence = 0;  // PageId of the other
};

// What of a number is a number: "07/2005" -> 7, "số 12" -> 12; nothing when there is no figure or
// more than seven.
[[nodiscard]] std::optional<std::int64_t> leading_number(std::string_view text);
// The year of "07/2005"; nothing when there is none from 1800 to 2199.
[[nodiscard]] std::optional<int> trailing_year(std::string_view text);

// Pictures of the same page: they look alike and hold the same.
[[nodiscard]] std::vector<SecondScan> find_second_scans(const std::vector<ScannedPage>& pages);

// `pages` without second scans.
[[nodiscard]] std::vector<BookFinding> check_completeness(const NewRegisterBook& book, const std::vector<ScannedPage>& pages);

// ---- The fit, for itself ------------------------------------------------------------------------

// A series that grows by one: what was read at each place (nothing: illegible or absent).
struct FittedSeries {
  std::vector<std::int64_t> values;  // what must stand at each place
  std::vector<bool> misread;         // read, but as something else
  double agreement = 0;              // share of readings that fit
  std::size_t readings = 0;
};
[[nodiscard]] FittedSeries fit_series(const std::vector<std::optional<std::int64_t>>& read);
// Years, as they were read, to years that change seldom; 0 where none was read at all.
[[nodiscard]] std::vector<int> fit_years(const std::vector<std::optional<int>>& read);
// What each entry's number must be by those before and after it, written as theirs are ("07/2005"); "" where
// they do not say. `read`: the numbers as they are known, in the order of the book, "" = none.
[[nodiscard]] std::vector<std::string> numbers_by_neighbours(const std::vector<std::string>& read);

}  // namespace sogoc
