#include "pipeline/copies/issue_book.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace sogoc {
namespace {

std::string subject_of(std::string_view series, int year) { return fmt::format("issue book {} {}", series, year); }

}  // namespace

std::optional<std::string> BookSeries::symbol_of(CopyKind kind) const {
  for (const auto& [known, text] : symbols)
    if (known == kind) return text;
  return std::nullopt;
}

Result<BookSeries> series_of(const std::vector<BookSeries>& all, CopyKind kind, const Day& day) {
  const BookSeries* found = nullptr;
  for (const BookSeries& series : all)
    if (series.from <= day && series.symbol_of(kind) && (found == nullptr || found->from <= series.from)) found = &series;
  if (found != nullptr) return *found;
  return fail(ErrorCode::not_found, Retry::after_operator, std::string(name(kind)),
              "no issue book gives numbers to this kind of copy: add it to models/copies/books.toml");
}

Result<BookSeries> series_named(const std::vector<BookSeries>& all, std::string_view key, const Day& day) {
  const BookSeries* found = nullptr;
  for (const BookSeries& series : all)
    if (series.key == key && series.from <= day && (found == nullptr || found->from <= series.from)) found = &series;
  if (found != nullptr) return *found;
  return fail(ErrorCode::not_found, Retry::after_operator, std::string(key),
              "is no series of issue books in models/copies/books.toml");
}

Result<std::string> number_text(std::string_view format, const NumberParts& parts) {
  const auto bad = [&](std::string why) {
    return fail(ErrorCode::invalid_input, Retry::after_operator, std::string(format), std::move(why));
  };
  std::string text;
  bool has_number = false;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == '}') return bad("has a brace that nothing opened");
    if (format[i] != '{') {
      text += format[i];
      continue;
    }
    const auto end = format.find('}', i);
    if (end == std::string_view::npos) return bad("has a brace that nothing closes");
    std::string_view key = format.substr(i + 1, end - i - 1);
    int width = 0;
    if (const auto colon = key.find(':'); colon != std::string_view::npos) {
      const std::string_view digits = key.substr(colon + 1);
      key = key.substr(0, colon);
      const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), width);
      if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() || width < 1 || width > 9 ||
          (key != "number" && key != "book"))
        return bad("has a width that is none: write {number:02}");
    }
    if (key == "number") {
      text += fmt::format("{:0{}}", parts.number, width);
      has_number = true;
    } else if (key == "book") {
      text += fmt::format("{:0{}}", parts.book, width);
    } else if (key == "year") {
      text += std::to_string(parts.year);
    } else if (key == "symbol") {
      text += parts.symbol;
    } else if (key == "organ") {
      text += parts.organ;
    } else {
      return bad(fmt::format("'{{{}}}' is not known: there are number, book, year, symbol and organ", key));
    }
    i = end;
  }
  if (!has_number) return bad("gives every copy the same number: {number} is missing");
  return text;
}

Result<IssueBook> next_book(const std::vector<IssueBook>& of_series, std::string_view series, int year, bool carry) {
  const auto conflict = [&](std::string why) {
    return fail(ErrorCode::conflict, Retry::after_operator, subject_of(series, year), std::move(why));
  };
  const IssueBook* last_of_year = nullptr;
  const IssueBook* last_before = nullptr;
  for (const IssueBook& book : of_series) {
    if (book.state == BookState::open)
      return conflict(fmt::format("book {}/{} is still open: close it first", book.book, book.year));
    if (book.year > year) return conflict(fmt::format("books of {} were opened already", book.year));
    if (book.year == year && book.year_closed) return conflict("the year is closed: its books are read-only");
    if (book.year == year && (last_of_year == nullptr || last_of_year->last_number < book.last_number ||
                              (last_of_year->last_number == book.last_number && last_of_year->id < book.id)))
      last_of_year = &book;
    if (book.year < year && (last_before == nullptr || std::pair(last_before->year, last_before->id) < std::pair(book.year, book.id)))
      last_before = &book;
  }
  if (last_before != nullptr && last_of_year == nullptr && !last_before->year_closed)
    return conflict(fmt::format("the year {} was not closed: close its last book with --year-end first", last_before->year));
  IssueBook book;
  book.series = series;
  book.year = year;
  if (carry) {
    if (last_of_year != nullptr) return conflict("only the first book of a year can be carried over from the year before");
    if (last_before == nullptr || last_before->year != year - 1) return conflict("there is no book of the year before to carry over");
    book.book = last_before->book;
    book.carried_from = last_before->id;
  } else {
    for (const IssueBook& known : of_series)
      if (known.year == year) book.book = std::max(book.book, known.book);
    ++book.book;
  }
  book.first_number = last_of_year == nullptr ? 1 : last_of_year->last_number + 1;
  book.last_number = book.first_number - 1;
  return book;
}

Result<IssueBook> book_for(const std::vector<IssueBook>& of_series, std::string_view series, int year) {
  for (const IssueBook& book : of_series) {
    if (book.state != BookState::open) continue;
    if (book.year == year) return book;
    return fail(ErrorCode::conflict, Retry::after_operator, subject_of(series, year),
                fmt::format("book {}/{} is still open: close it with --year-end and open the book of {}", book.book,
                            book.year, year));
  }
  return fail(ErrorCode::not_found, Retry::after_operator, subject_of(series, year),
              fmt::format("no book is open: sogoc copy book open {}", series));
}

Done check_close(const IssueBook& book, bool year_end, const Day& today) {
  const auto conflict = [&](std::string why) {
    return fail(ErrorCode::conflict, Retry::after_operator, fmt::format("issue book {} {}/{}", book.series, book.book, book.year),
                std::move(why));
  };
  using namespace std::chrono;
  if (book.state == BookState::closed) return conflict("is closed already");
  if (book.totals.unfinished > 0)
    return conflict(fmt::format("{} copies have a number and are not issued: issue or void them first", book.totals.unfinished));
  const Day last{year(book.year), December, day(31)};
  if (year_end && today < last) return conflict("a year is closed from 31 December on; without --year-end the next book continues the number");
  if (!year_end && int{today.year()} > book.year) return conflict("its year is over: close it with --year-end");
  return {};
}

}  // namespace sogoc
