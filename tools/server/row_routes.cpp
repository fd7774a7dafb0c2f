// Rows of a book as a person sees them: split, joined, taken back; notes for colleagues.

#include <fmt/format.h>

#include "storage/review_store.hpp"
#include "tools/server/api.hpp"
#include "tools/server/entry_json.hpp"
#include "tools/sogoc/book_desk.hpp"

namespace sogoc::server {
namespace {

using web::Response;

constexpr std::size_t kMostNoteBytes = 4000;

// The entries as they are after a change of rows: the one that was changed, and those beside it on its pages.
Result<Response> rows_now(Call& call, const std::string& book, std::int64_t mark) {
  SOGOC_CHECK(bring_up_to_date(call.archive, book));
  SOGOC_TRY(const auto all, call.archive.books().entries(book, {}));
  Json entries = Json::array();
  for (const EntryDetails& entry : all) entries.push_back({{"id", entry.row.id}, {"number", entry.row.number}, {"places", json_of_places(entry.row.places)}});
  return json_response({{"book", book}, {"mark", mark}, {"entries", std::move(entries)}});
}

Result<Response> split(Call& call) {
  SOGOC_TRY(const EntryDetails entry, entry_in_scope(call, call.number("entry")));
  SOGOC_TRY(const std::int64_t revision, number_of(call.body, "revision"));
  SOGOC_TRY(const std::int64_t page, number_of(call.body, "page"));
  SOGOC_TRY(const std::int64_t y, number_of(call.body, "y"));
  if (y < 0 || y > 1'000'000) return fail(ErrorCode::usage, Retry::never, "y", "is no line of the page");
  SOGOC_TRY(const std::int64_t mark, call.archive.review().split_entry(entry.row.id, page, static_cast<int>(y), call.name(), revision));
  return rows_now(call, entry.row.book, mark);
}

Result<Response> merge(Call& call) {
  SOGOC_TRY(const EntryDetails entry, entry_in_scope(call, call.number("entry")));
  SOGOC_TRY(const std::int64_t revision, number_of(call.body, "revision"));
  SOGOC_TRY(const std::int64_t mark, call.archive.review().merge_entry(entry.row.id, call.name(), revision));
  return rows_now(call, entry.row.book, mark);
}

Result<Response> undo(Call& call) {
  const std::string book = call.text("book");
  SOGOC_CHECK(check_book_scope(call, book));
  SOGOC_CHECK(call.archive.review().undo_row_mark(book, call.number("mark"), call.name()));
  return rows_now(call, book, call.number("mark"));
}

Result<Response> notes(Call& call) {
  SOGOC_TRY(const EntryDetails entry, entry_in_scope(call, call.number("entry")));
  SOGOC_TRY(const auto all, call.archive.review().notes(entry.row.id));
  Json json = Json::array();
  for (const PersonNote& note : all) json.push_back({{"at", local_time(note.at)}, {"by", note.by}, {"text", note.text}});
  return json_response({{"entry", entry.row.id}, {"notes", std::move(json)}});
}

Result<Response> add_note(Call& call) {
  SOGOC_TRY(const EntryDetails entry, entry_in_scope(call, call.number("entry")));
  SOGOC_TRY(const std::string text, text_of(call.body, "text", kMostNoteBytes));
  SOGOC_CHECK(call.archive.review().add_note(entry.row.id, text, call.name()));
  return notes(call);
}

}  // namespace

std::vector<Route> row_routes() {
  using web::Method;
  return {
      {Method::post, "/api/entries/{entry}/split", "splitEntry", "The row ends at a line of its page, and another begins there", split, false, Right::key_fields, {}, "Split", "Rows"},
      {Method::post, "/api/entries/{entry}/merge", "mergeEntry", "The row belongs to the one before it", merge, false, Right::key_fields, {}, "Merge", "Rows"},
      {Method::post, "/api/books/{book}/rows/{mark}/undo", "undoRow", "Takes a split or a merge back", undo, false, Right::key_fields, {}, "Any", "Rows"},
      {Method::get, "/api/entries/{entry}/notes", "listNotes", "What colleagues remarked about an entry", notes, false, Right::read_records, {}, "", "Notes"},
      {Method::post, "/api/entries/{entry}/notes", "addNote", "A remark about an entry, for colleagues", add_note, false, Right::key_fields, {}, "NewNote", "Notes"},
  };
}

}  // namespace sogoc::server
