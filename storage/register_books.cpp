#include "storage/register_books.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "storage/book_rows.hpp"
#include "storage/capture_counts.hpp"
#include "storage/job_moves.hpp"
#include "storage/stored_text.hpp"

namespace sogoc {
namespace {

tl::unexpected<Error> no_such(const std::string& what) {
  return fail(ErrorCode::not_found, Retry::never, what, "does not exist");
}

std::string pages_to_text(const std::vector<PageId>& pages) { return nlohmann::json(pages).dump(); }

// The page, when it is one of the book.
Result<BookPageRow> page_of_book(Database& database, RegisterBookId book, PageId page, const std::string& code) {
  for (BookPageRow& row : load_book_pages(database, book))
    if (row.page == page) return std::move(row);
  return fail(ErrorCode::not_found, Retry::never, fmt::format("page with id {}", page), "is not of the book " + code);
}

}  // namespace

const EntryFieldDetails* EntryDetails::field(std::string_view key) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const EntryFieldDetails& one) { return one.machine.reading.key == key; });
  return found == fields.end() ? nullptr : &*found;
}

// ---- Books --------------------------------------------------------------------------------------

Done RegisterBooks::add(const NewRegisterBook& book, const std::string& by) {
  SOGOC_CHECK(needs_person_name(by));
  SOGOC_CHECK(check_register_book(book));
  return database_.write([&]() -> Done {
    if (register_book_id(database_, book.code))
      return fail(ErrorCode::already_exists, Retry::never, "book " + book.code, "exists already");
    const UtcTime now = clock_.now();
    database_.run(
        "INSERT INTO register_books (code, kind, number, year_from, year_to, body, layouts, first_page, declared_pages, "
        "first_entry, declared_entries, note, state, created_at, created_by) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 'open', ?13, ?14)",
        book.code, book.kind, book.number, book.year_from, book.year_to, book.body, list_to_text(book.layouts),
        book.first_page, book.declared_pages, book.first_entry, book.declared_entries, book.note, now, by);
    add_event_row(database_, now, by, "create_book", "book " + book.code, "");
    return {};
  });
}

Result<std::vector<RegisterBookRow>> RegisterBooks::books() {
  return database_.read([&]() -> Result<std::vector<RegisterBookRow>> { return load_register_books(database_, std::nullopt); });
}

Result<RegisterBookRow> RegisterBooks::book(const std::string& code) {
  return database_.read([&]() -> Result<RegisterBookRow> {
    auto found = load_register_books(database_, code);
    if (found.empty()) return no_such("book " + code);
    return std::move(found.front());
  });
}

Result<BookName> RegisterBooks::book_name(const std::string& code) {
  return database_.read([&]() -> Result<BookName> {
    auto query = database_.query("SELECT code, body FROM register_books WHERE code = ?1", code);
    if (!query.next()) return no_such("book " + code);
    return BookName{query.text(0), query.text(1)};
  });
}

Result<std::optional<BookName>> RegisterBooks::book_of_batch(BatchId batch) {
  return database_.read([&]() -> Result<std::optional<BookName>> {
    auto query = database_.query("SELECT k.code, k.body FROM register_batches r JOIN register_books k ON k.id = r.book WHERE r.batch = ?1", batch);
    if (!query.next()) return std::optional<BookName>{};
    return std::optional(BookName{query.text(0), query.text(1)});
  });
}

Result<std::vector<BookPageRow>> RegisterBooks::pages(const std::string& code) {
  return database_.read([&]() -> Result<std::vector<BookPageRow>> {
    SOGOC_TRY(const RegisterBookId id, register_book_id(database_, code));
    return load_book_pages(database_, id);
  });
}

Done RegisterBooks::move_page(const std::string& code, PageId page, std::optional<PageId> after, const std::string& by) {
  SOGOC_CHECK(needs_person_name(by));
  return database_.write([&]() -> Done {
    SOGOC_TRY(const RegisterBookId book, open_register_book(database_, code));
    SOGOC_TRY(const BookPageRow moved, page_of_book(database_, book, page, code));
    if (after && *after == page)
      return fail(ErrorCode::usage, Retry::never, moved.name, "cannot stand behind itself");
    if (after) SOGOC_CHECK(page_of_book(database_, book, *after, code));
    const UtcTime now = clock_.now();
    // Who stood behind it by a move stays where it is: behind the page before it.
    PageId before = 0;
    for (const BookPageRow& row : load_book_pages(database_, book)) {
      if (row.page == page) break;
      before = row.page;
    }
    database_.run("UPDATE register_pages SET after = ?2 WHERE after = ?1 AND book = ?3", page, before, book);
    database_.run(
        "INSERT INTO register_pages (page, book, after, at) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (page) DO UPDATE SET after = excluded.after, at = excluded.at",
        page, book, after.value_or(0), now);
    add_event_row(database_, now, by, "move_page", moved.name, "book " + code);
    return {};
  });
}

Done RegisterBooks::set_role(const std::string& code, PageId page, BookPageRole role, PageId evidence_of,
                             const std::string& by) {
  return database_.write([&]() -> Done {
    SOGOC_TRY(const RegisterBookId book, open_register_book(database_, code));
    SOGOC_TRY(const BookPageRow row, page_of_book(database_, book, page, code));
    if (by.empty() && !row.role_by.empty()) return {};  // a person said what it is
    if (row.role == role && row.evidence_of == evidence_of && row.role_by == by) return {};
    const UtcTime now = clock_.now();
    database_.run(
        "INSERT INTO register_pages (page, book, role, evidence_of, role_by, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
        "ON CONFLICT (page) DO UPDATE SET role = excluded.role, evidence_of = excluded.evidence_of, "
        "role_by = excluded.role_by, at = excluded.at",
        page, book, name(role), evidence_of == 0 ? std::nullopt : std::optional(evidence_of), by, now);
    add_event_row(database_, now, by.empty() ? "sogoc" : by, "page_role", row.name, std::string(name(role)));
    return {};
  });
}

Done RegisterBooks::close(const std::string& code, const BookCheck& check, const std::string& by, const std::string& reason) {
  SOGOC_CHECK(needs_person_name(by));
  return database_.write([&]() -> Done {
    SOGOC_TRY(const RegisterBookId id, open_register_book(database_, code));
    if (const auto open = open_captures(database_, "", code); !open.empty())
      return fail(ErrorCode::conflict, Retry::after_operator, "book " + code, fmt::format("cannot be closed: {}", fmt::join(open, "; ")));
    if (!check.agrees() && reason.empty())
      return fail(ErrorCode::conflict, Retry::after_operator, "book " + code,
                  fmt::format("cannot be closed: {}; settle them, or close it with a reason", fmt::join(check.reasons(), "; ")));
    const UtcTime now = clock_.now();
    database_.run("UPDATE register_books SET state = 'closed', closed_at = ?2, closed_by = ?3, closing_reason = ?4 WHERE id = ?1",
                  id, now, by, reason);
    add_event_row(database_, now, by, "close_book", "book " + code, reason);
    return {};
  });
}

// ---- Findings -----------------------------------------------------------------------------------

Done RegisterBooks::keep_findings(const std::string& code, const std::vector<std::string>& kinds,
                                  const std::vector<NewTicket>& found) {
  return database_.write([&]() -> Done {
    SOGOC_TRY(const RegisterBookId book, register_book_id(database_, code));
    const UtcTime now = clock_.now();
    std::set<std::pair<std::string, std::string>> holds;
    for (const NewTicket& ticket : found) {
      holds.insert({ticket.kind, ticket.mark});
      database_.run(
          "INSERT INTO book_tickets (book, kind, mark, text, pages, state, opened_at) VALUES (?1, ?2, ?3, ?4, ?5, 'open', ?6) "
          "ON CONFLICT (book, kind, mark) DO UPDATE SET text = excluded.text, pages = excluded.pages, "
          "state = CASE state WHEN 'gone' THEN 'open' ELSE state END",
          book, ticket.kind, ticket.mark, ticket.text, pages_to_text(ticket.pages), now);
    }
    for (const TicketRow& ticket : load_tickets(database_, book, true)) {
      if (std::find(kinds.begin(), kinds.end(), ticket.kind) == kinds.end() || holds.count({ticket.kind, ticket.mark}) != 0)
        continue;
      database_.run("UPDATE book_tickets SET state = 'gone', settled_at = ?2 WHERE id = ?1", ticket.id, now);
    }
    database_.run("UPDATE register_books SET checked = taken WHERE id = ?1", book);
    return {};
  });
}

Result<std::vector<TicketRow>> RegisterBooks::tickets(const std::string& code, bool only_open) {
  return database_.read([&]() -> Result<std::vector<TicketRow>> {
    SOGOC_TRY(const RegisterBookId book, register_book_id(database_, code));
    return load_tickets(database_, book, only_open);
  });
}

Done RegisterBooks::resolve(TicketId id, const std::string& by, const std::string& reason) {
  SOGOC_CHECK(needs_person_name(by));
  const std::string subject = fmt::format("ticket {}", id);
  if (reason.empty()) return fail(ErrorCode::usage, Retry::never, subject, "say why it is settled: --reason \"...\"");
  return database_.write([&]() -> Done {
    {
      auto query = database_.query("SELECT state FROM book_tickets WHERE id = ?1", id);
      if (!query.next()) return no_such(subject);
      if (query.text(0) != name(TicketState::open))
        return fail(ErrorCode::conflict, Retry::never, subject, "is settled already");
    }
    const UtcTime now = clock_.now();
    database_.run("UPDATE book_tickets SET state = 'resolved', settled_at = ?2, settled_by = ?3, reason = ?4 WHERE id = ?1", id,
                  now, by, reason);
    add_event_row(database_, now, by, "resolve_ticket", subject, reason);
    return {};
  });
}

}  // namespace sogoc
