#pragma once

// The issue book (sổ cấp bản sao): numbers from 01 each year, continuous over the books of the year,
// no gap, no re-use; closed with totals at year end (ND 23/2015 Điều 13, requirements §10.25).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/copies/copy_kind.hpp"
#include "pipeline/copies/vietnam_time.hpp"

namespace sogoc {

// The written reply "not found" has numbers of its own in a series like a copy's.
inline constexpr std::string_view kReplySeries = "reply";

// How numbers of one series are given: data of models/copies/books.toml, in force from a day.
struct BookSeries {
  std::string key;    // "register", "certified", "sao", "reader", "reply"
  std::string title;  // what stands on the cover
  std::string format;  // "{number:02}/{year}-{symbol}"
  // Which kinds take numbers here and by which symbol. Empty for the replies, with `symbol` alone.
  std::vector<std::pair<CopyKind, std::string>> symbols;
  std::string symbol;
  std::string organ;   // abbreviation of the body in a number such as 05/SY-UBND
  Day from{};
  std::string evidence;
  [[nodiscard]] std::optional<std::string> symbol_of(CopyKind kind) const;
};

// The series of a kind (or of the replies) on a day; not_found when the data has none.
[[nodiscard]] Result<BookSeries> series_of(const std::vector<BookSeries>& all, CopyKind kind, const Day& day);
[[nodiscard]] Result<BookSeries> series_named(const std::vector<BookSeries>& all, std::string_view key, const Day& day);

struct NumberParts {
  std::int64_t number = 0;
  std::int64_t book = 0;
  int year = 0;
  std::string symbol;
  std::string organ;
};
// Fills {number}, {book}, {year}, {symbol}, {organ}; {number:02} has at least two digits. Fails
// with invalid_input on anything else in braces, or when {number} is missing.
[[nodiscard]] Result<std::string> number_text(std::string_view format, const NumberParts& parts);

enum class BookState : std::uint8_t { open, closed };
inline constexpr NameTable<BookState, 2> kBookStateNames{{{BookState::open, "open"}, {BookState::closed, "closed"}}};
[[nodiscard]] constexpr std::string_view name(BookState state) { return name_in(kBookStateNames, state); }

struct BookTotals {
  std::int64_t numbers = 0;  // given
  std::int64_t issued = 0, replaced = 0, revoked = 0, voided = 0;
  std::int64_t unfinished = 0;  // numbered or signed: the book cannot be closed
  friend bool operator==(const BookTotals&, const BookTotals&) = default;
};

struct IssueBook {
  std::int64_t id = 0;
  std::string series;
  std::int64_t book = 0;  // "quyển số"
  int year = 0;
  BookState state = BookState::open;
  bool year_closed = false;        // closed as the last book of its year
  std::int64_t first_number = 1;   // the first it gives
  std::int64_t last_number = 0;    // the last it gave; first_number - 1 when none
  std::optional<std::int64_t> carried_from;
  UtcTime opened_at;
  std::string opened_by;
  std::optional<UtcTime> closed_at;
  std::string closed_by;
  BookTotals totals;
  friend bool operator==(const IssueBook&, const IssueBook&) = default;
};

// Which book may be opened for this year, given every book of the series: the first of the year
// starts at 01, a further one continues. `carry` takes the last book of the year before into this
// year: it keeps its book number and restarts at 01. Conflict says what must be done first.
[[nodiscard]] Result<IssueBook> next_book(const std::vector<IssueBook>& of_series, std::string_view series, int year,
                                          bool carry);
// The open book that gives today's numbers.
[[nodiscard]] Result<IssueBook> book_for(const std::vector<IssueBook>& of_series, std::string_view series, int year);
// May it be closed now? `year_end`: as the last of its year, from 31 December on.
[[nodiscard]] Done check_close(const IssueBook& book, bool year_end, const Day& today);

}  // namespace sogoc
