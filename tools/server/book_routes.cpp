// Register books: lists, pages, the queue of doubtful fields, findings.

#include <algorithm>

#include <fmt/format.h>

#include "tools/server/api.hpp"
#include "tools/server/entry_json.hpp"
#include "tools/sogoc/book_desk.hpp"
#include "tools/sogoc/review_desk.hpp"
#include "tools/sogoc/sentences.hpp"

namespace sogoc::server {
namespace {

using web::Response;

Json json_of_book(const Call& call, const RegisterBookRow& book) {
  const EntryForm* form = call.office.forms.find("", book.about.kind);
  return {{"code", book.about.code},
          {"kind", book.about.kind},
          {"title", form == nullptr ? "" : form->title},
          {"number", book.about.number},
          {"year_from", book.about.year_from},
          {"year_to", book.about.year_to},
          {"body", book.about.body},
          {"state", name(book.state)},
          {"pages", book.counts.pages},
          {"pages_open", book.counts.pages_open},
          {"entries", book.counts.entries},
          {"open_tickets", book.counts.open_tickets},
          {"fields_decided", book.fields_decided}};
}

Result<Response> list(Call& call) {
  SOGOC_TRY(const auto books, call.archive.books().books());
  Json json = Json::array();
  for (const RegisterBookRow& book : books)
    if (covers_book(call.scope(), book.about.code, book.about.body)) json.push_back(json_of_book(call, book));
  return json_response({{"books", std::move(json)}});
}

Result<Response> show(Call& call) {
  SOGOC_CHECK(check_book_scope(call, call.text("book")));
  SOGOC_TRY(const RegisterBookRow book, call.archive.books().book(call.text("book")));
  return json_response(json_of_book(call, book));
}

Result<Response> pages(Call& call) {
  const std::string code = call.text("book");
  SOGOC_CHECK(check_book_scope(call, code));
  SOGOC_TRY(const auto rows, call.archive.books().pages(code));
  Json json = Json::array();
  for (const BookPageRow& row : rows)
    json.push_back({{"page", row.page}, {"name", row.name}, {"state", name(row.state)}, {"role", name(row.role)}});
  return json_response({{"pages", std::move(json)}});
}

Result<Response> entries(Call& call) {
  const std::string code = call.text("book");
  SOGOC_CHECK(check_book_scope(call, code));
  SOGOC_CHECK(bring_up_to_date(call.archive, code));
  SOGOC_TRY(const RegisterBookRow book, call.archive.books().book(code));
  EntryFilter filter;
  filter.number = call.text("number");
  if (const std::string stage = call.text("stage"); !stage.empty()) filter.stages = {*value_in(kEntryStageNames, stage)};
  if (const std::int64_t page = call.number("page"); page > 0) filter.page = page;
  filter.limit = call.number("limit", 100);
  filter.offset = call.number("offset");
  SOGOC_TRY(const auto found, call.archive.books().entries(code, filter));
  SOGOC_CHECK(call.looked_at("list_entries", "book " + code));
  Json json = Json::array();
  for (const EntryDetails& entry : found) json.push_back(short_json_of(entry, call.office.forms.find(entry.row.layout, book.about.kind)));
  return json_response({{"book", code}, {"entries", std::move(json)}});
}

Result<Response> review(Call& call) {
  const std::string code = call.text("book");
  SOGOC_CHECK(check_book_scope(call, code));
  SOGOC_CHECK(bring_up_to_date(call.archive, code));
  SOGOC_TRY(const RegisterBookRow book, call.archive.books().book(code));
  SOGOC_TRY(const BookReview all, review_of(call.archive, call.office.forms, book));
  const std::vector<WaitingField> queue = queue_of(all, call.office.forms, book);
  const std::size_t limit = static_cast<std::size_t>(call.number("limit", 50));
  Json json = Json::array();
  for (std::size_t i = 0; i < queue.size() && i < limit; ++i) {
    const WaitingField& one = queue[i];
    json.push_back({{"entry", one.entry->row.id},
                    {"number", one.entry->row.number},
                    {"revision", one.entry->row.revision},
                    {"key", one.known->key},
                    {"label", one.known->label},
                    {"binding", one.known->binding},
                    {"value", sogoc::json_of(one.field->effective())},
                    {"weight", one.weight},
                    {"doubt", one.hint.doubt},
                    {"tone_marks", one.hint.tone_marks},
                    {"why", translated_list(one.hint.why)},
                    {"alternatives", one.hint.alternatives},
                    {"places", json_of_places(one.field->machine.places)}});
  }
  SOGOC_CHECK(call.looked_at("review_book", "book " + code));
  return json_response({{"book", code}, {"waiting", queue.size()}, {"fields", std::move(json)}});
}

Result<Response> tickets(Call& call) {
  const std::string code = call.text("book");
  SOGOC_CHECK(check_book_scope(call, code));
  SOGOC_TRY(const auto all, call.archive.books().tickets(code, call.text("open") == "true"));
  Json json = Json::array();
  for (const TicketRow& ticket : all) {
    Json one = sogoc::json_of(ticket);
    one["text"] = translated(ticket.text);
    json.push_back(std::move(one));
  }
  return json_response({{"book", code}, {"tickets", std::move(json)}});
}

Result<Response> settle(Call& call) {
  const std::string code = call.text("book");
  const TicketId id = call.number("ticket");
  SOGOC_CHECK(check_book_scope(call, code));
  SOGOC_TRY(const auto all, call.archive.books().tickets(code, false));
  if (std::none_of(all.begin(), all.end(), [id](const TicketRow& ticket) { return ticket.id == id; }))
    return fail(ErrorCode::not_found, Retry::never, fmt::format("ticket {}", id), "does not exist");
  SOGOC_TRY(const std::string reason, text_of(call.body, "reason", 1000));
  SOGOC_CHECK(call.archive.books().resolve(id, call.name(), reason));
  return no_content();
}

}  // namespace

std::vector<Route> book_routes() {
  using web::Method;
  const Parameter limit{"limit", ParameterType::number, "how many at most", {}, 1, 1000};
  const Parameter offset{"offset", ParameterType::number, "how many to leave out"};
  return {
      {Method::get, "/api/books", "listBooks", "Register books that this person may see", list, false, Right::read_records, {}, "", "Books"},
      {Method::get, "/api/books/{book}", "showBook", "One register book", show, false, Right::read_records, {}, "", "Book"},
      {Method::get, "/api/books/{book}/pages", "listBookPages", "Its pages, in the order of the book", pages, false, Right::read_records, {}, "", "BookPages"},
      {Method::get, "/api/books/{book}/entries", "listEntries", "Its entries, in the order of the book", entries, false, Right::read_records,
       {{"number", ParameterType::text, "as written, or only its figures"},
        {"stage", ParameterType::text, "only at this stage", {"entry", "check_1", "check_2", "final"}},
        {"page", ParameterType::number, "only those that begin on this page", {}, 1}, limit, offset},
       "", "Entries"},
      {Method::get, "/api/books/{book}/review", "reviewQueue", "Fields that no person has decided, weightiest first", review, false, Right::read_records, {limit}, "", "ReviewQueue"},
      {Method::get, "/api/books/{book}/tickets", "listTickets", "What was found about the volume: missing, doubled, exchanged pages and numbers", tickets, false, Right::see_work,
       {{"open", ParameterType::flag, "only those that wait"}}, "", "Tickets"},
      {Method::post, "/api/books/{book}/tickets/{ticket}/settle", "settleTicket", "A person says why a finding is settled", settle, false, Right::check_records, {}, "Settle"},
  };
}

}  // namespace sogoc::server
