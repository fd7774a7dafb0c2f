#include "pipeline/records/register_book.hpp"

#include <fmt/format.h>

#include "pipeline/records/document_names.hpp"

namespace sogoc {

Done check_register_book(const NewRegisterBook& book) {
  const auto refuse = [&](std::string why) {
    return fail(ErrorCode::usage, Retry::never, "book " + book.code, std::move(why));
  };
  if (!is_name_safe(book.code))
    return refuse("its code may hold letters, digits, '.', '-' and '_' only, 100 at most, and no '.' at an end");
  if (book.kind.empty()) return refuse("say its kind, for example KS");
  if (book.body.size() > 500 || book.number.size() > 100 || book.note.size() > 10'000 || book.kind.size() > 100)
    return refuse("a text of it is too long");
  constexpr int kFirstYear = 1800, kLastYear = 2200;
  if (book.year_from < kFirstYear || book.year_to > kLastYear || book.year_to < book.year_from)
    return refuse("say its years, for example --year 2005 or --year 1999-2001");
  for (const auto& count : {book.first_page, book.declared_pages, book.first_entry, book.declared_entries})
    if (count && (*count < 0 || *count > 1'000'000)) return refuse("a count of it is out of range");
  return {};
}

std::vector<std::string> BookCheck::reasons() const {
  std::vector<std::string> why;
  if (pages_open > 0) why.push_back(fmt::format("{} pages are not read", pages_open));
  if (open_tickets > 0) why.push_back(fmt::format("{} findings are open", open_tickets));
  if (binding_unreviewed > 0) why.push_back(fmt::format("{} binding fields were seen by no person", binding_unreviewed));
  return why;
}

}  // namespace sogoc
