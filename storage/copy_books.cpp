// Requests, replies and issue books of SqliteCopyStore.

#include <fmt/format.h>

#include "storage/copy_rows.hpp"
#include "storage/copy_store.hpp"
#include "storage/log_rows.hpp"

namespace sogoc {
namespace {

std::string called(RequestId id) { return fmt::format("request {}", id); }

auto no_such(std::string what) {
  return fail(ErrorCode::not_found, Retry::never, std::move(what), "does not exist");
}

// A copy of it that is neither handed out nor given up.
bool has_open_copies(Database& database, RequestId id) {
  auto query = database.query(
      "SELECT 1 FROM copies WHERE request = ?1 AND state IN ('requested', 'approved', 'numbered', 'signed') LIMIT 1", id);
  return query.next();
}

}  // namespace

// ---- Requests ------------------------------------------------------------------------------------------

Result<RequestDetails> SqliteCopyStore::add_request(const NewRequest& request, const Actor& by) {
  SOGOC_CHECK(check_may(by, CopyAct::receive_request));
  SOGOC_CHECK(check_request(request.request));
  SOGOC_TRY(const std::string data, request_to_json(request.request));
  return database_.write([&]() -> Result<RequestDetails> {
    const UtcTime now = clock_.now();
    SOGOC_CHECK(check_log_clock(database_, now));
    if (!request.client_token.empty()) {
      auto known = database_.query("SELECT id FROM requests WHERE client_token = ?1", request.client_token);
      if (known.next()) return load_request(database_, known.integer(0)).value();
    }
    database_.run(
        "INSERT INTO requests (client_token, data, received_at, deadline, received_by, state, state_at, state_by) "
        "VALUES (?1, ?2, ?3, ?4, ?5, 'received', ?6, ?5)",
        request.client_token.empty() ? std::nullopt : std::optional(request.client_token), data, request.received_at,
        request.deadline, by.name, now);
    const RequestId id = database_.last_id();
    log_request(database_, id, now);
    return load_request(database_, id).value();
  });
}

Result<RequestDetails> SqliteCopyStore::request(RequestId id) {
  return database_.read([&]() -> Result<RequestDetails> {
    auto found = load_request(database_, id);
    if (!found) return no_such(called(id));
    return std::move(*found);
  });
}

Result<std::vector<RequestDetails>> SqliteCopyStore::requests(const RequestFilter& filter) {
  return database_.read([&]() -> Result<std::vector<RequestDetails>> { return load_requests(database_, filter); });
}

Result<RequestDetails> SqliteCopyStore::end_request(RequestId id, RequestState state, const std::string& note, const Actor& by) {
  SOGOC_CHECK(check_may(by, CopyAct::receive_request));
  if (state == RequestState::not_found)
    return fail(ErrorCode::usage, Retry::never, called(id), "not found is answered by a numbered reply");
  return database_.write([&]() -> Result<RequestDetails> {
    const UtcTime now = clock_.now();
    SOGOC_CHECK(check_log_clock(database_, now));
    auto found = load_request(database_, id);
    if (!found) return no_such(called(id));
    if (found->state == state) return std::move(*found);
    if (!may_move(found->state, state))
      return fail(ErrorCode::conflict, Retry::never, called(id), fmt::format("is {} already", name(found->state)));
    if (has_open_copies(database_, id))
      return fail(ErrorCode::conflict, Retry::never, called(id), "has copies that are not finished: issue, void or refuse them first");
    database_.run("UPDATE requests SET state = ?2, state_at = ?3, state_by = ?4, note = ?5 WHERE id = ?1", id, name(state), now,
                  by.name, note);
    log_request(database_, id, now);
    return load_request(database_, id).value();
  });
}

Result<RequestReply> SqliteCopyStore::answer_not_found(RequestId id, const std::string& searched, const BookSeries& series,
                                                       const Actor& by) {
  SOGOC_CHECK(check_may(by, CopyAct::answer_not_found));
  if (searched.find_first_not_of(" \t\r\n") == std::string::npos)
    return fail(ErrorCode::usage, Retry::never, "searched", "say in which registers it was looked for");
  return database_.write([&]() -> Result<RequestReply> {
    const UtcTime now = clock_.now();
    SOGOC_CHECK(check_log_clock(database_, now));
    const auto found = load_request(database_, id);
    if (!found) return no_such(called(id));
    if (auto known = load_reply(database_, id)) return std::move(*known);  // asked again
    if (!may_move(found->state, RequestState::not_found))
      return fail(ErrorCode::conflict, Retry::never, called(id), fmt::format("is {} already", name(found->state)));
    if (has_open_copies(database_, id))
      return fail(ErrorCode::conflict, Retry::never, called(id), "has copies that are not finished: so something was found");
    SOGOC_TRY(const IssueBook open, book_for(load_books(database_, series.key), series.key, vietnam_year(now)));
    const auto row = load_book(database_, open.id);
    const std::int64_t number = open.last_number + 1;
    SOGOC_TRY(const std::string text, number_text(row->format, {number, open.book, open.year, series.symbol, row->organ}));
    database_.run("UPDATE issue_books SET last_number = ?2 WHERE id = ?1", open.id, number);
    database_.run(
        "INSERT INTO replies (request, book, number, year, reply_number, searched, at, by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        id, open.id, number, open.year, text, searched, now, by.name);
    RequestReply reply = load_reply(database_, id).value();
    append_leaf(database_, now, LogSubject::reply, reply.id, "numbered", private_part_of(reply), KeepPrivate::in_its_row);
    database_.run("UPDATE requests SET state = 'not_found', state_at = ?2, state_by = ?3 WHERE id = ?1", id, now, by.name);
    log_request(database_, id, now);
    return reply;
  });
}

Result<std::optional<RequestReply>> SqliteCopyStore::reply_to(RequestId id) {
  return database_.read([&]() -> Result<std::optional<RequestReply>> { return load_reply(database_, id); });
}

// ---- Issue books ---------------------------------------------------------------------------------------

Result<IssueBook> SqliteCopyStore::open_book(const BookSeries& series, bool carry, const Actor& by) {
  SOGOC_CHECK(check_may(by, CopyAct::open_book));
  // A template that cannot be filled must not be found out at the first copy.
  SOGOC_CHECK(number_text(series.format, {1, 1, 2000, series.symbol, series.organ}).map([](const std::string&) {}));
  return database_.write([&]() -> Result<IssueBook> {
    const UtcTime now = clock_.now();
    SOGOC_CHECK(check_log_clock(database_, now));
    SOGOC_TRY(const IssueBook next, next_book(load_books(database_, series.key), series.key, vietnam_year(now), carry));
    database_.run(
        "INSERT INTO issue_books (series, book, year, state, first_number, last_number, format, organ, carried_from, opened_at, "
        "opened_by) VALUES (?1, ?2, ?3, 'open', ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        next.series, next.book, next.year, next.first_number, next.last_number, series.format, series.organ, next.carried_from, now,
        by.name);
    const BookId id = database_.last_id();
    log_book(database_, id, now);
    return load_book(database_, id)->book;
  });
}

Result<IssueBook> SqliteCopyStore::close_book(BookId id, bool year_end, const Actor& by) {
  SOGOC_CHECK(check_may(by, CopyAct::close_book));
  return database_.write([&]() -> Result<IssueBook> {
    const UtcTime now = clock_.now();
    SOGOC_CHECK(check_log_clock(database_, now));
    const auto found = load_book(database_, id);
    if (!found) return no_such(fmt::format("issue book {}", id));
    SOGOC_CHECK(check_close(found->book, year_end, vietnam_time(now).day));
    const BookTotals& totals = found->book.totals;
    database_.run(
        "UPDATE issue_books SET state = 'closed', year_closed = ?2, closed_at = ?3, closed_by = ?4, issued = ?5, replaced = ?6, "
        "revoked = ?7, voided = ?8 WHERE id = ?1",
        id, year_end, now, by.name, totals.issued, totals.replaced, totals.revoked, totals.voided);
    log_book(database_, id, now);
    return load_book(database_, id)->book;
  });
}

Result<std::vector<IssueBook>> SqliteCopyStore::books() {
  return database_.read([&]() -> Result<std::vector<IssueBook>> { return load_books(database_, std::nullopt); });
}

Result<IssueBook> SqliteCopyStore::book(BookId id) {
  return database_.read([&]() -> Result<IssueBook> {
    auto found = load_book(database_, id);
    if (!found) return no_such(fmt::format("issue book {}", id));
    return std::move(found->book);
  });
}

}  // namespace sogoc
