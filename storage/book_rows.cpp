#include "storage/book_rows.hpp"

#include <algorithm>
#include <unordered_map>

#include <nlohmann/json.hpp>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include "pipeline/core/utf8.hpp"
#include "storage/file_names.hpp"
#include "storage/job_moves.hpp"
#include "storage/stored_text.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::json;

constexpr const char* kEntryColumns =
    "SELECT e.id, e.book, b.code, e.place, e.number, e.layout, e.places, e.notes, e.struck_out, e.present, e.source, "
    "e.stage, e.page, p.batch, f.first_page, f.ordinal, p.idx, e.seen, "
    "(SELECT coalesce(max(id), 0) FROM entry_history WHERE entry = e.id) "
    "FROM entries e JOIN register_books b ON b.id = e.book LEFT JOIN pages p ON p.id = e.page "
    "LEFT JOIN files f ON f.id = p.file ";

Json parsed(const std::string& text) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) fail_stored("a text that is no JSON");
  return json;
}

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::vector<EntryPlace> places_from_text(const std::string& text) {
  std::vector<EntryPlace> places;
  for (const Json& one : parsed(text)) {
    if (!one.is_array() || one.size() != 6) fail_stored("a place that cannot be read");
    places.push_back({one[0].get<std::int64_t>(), one[1].get<int>(),
                      {one[2].get<int>(), one[3].get<int>(), one[4].get<int>(), one[5].get<int>()}});
  }
  return places;
}

EntryRow entry_row(const Query& query) {
  EntryRow row;
  row.id = query.integer(0);
  row.book_id = query.integer(1);
  row.book = query.text(2);
  row.place = query.integer(3);
  row.number = query.text(4);
  row.layout = query.text(5);
  row.places = places_from_text(query.text(6));
  for (const Json& note : parsed(query.text(7)))
    row.notes.push_back({note.at("kind").get<std::string>(), note.at("text").get<std::string>(),
                         {note.at("box")[0], note.at("box")[1], note.at("box")[2], note.at("box")[3]}});
  row.struck_out = query.integer(8) != 0;
  row.present = query.integer(9) != 0;
  row.source = query.text(10);
  row.stage = stored_value(kEntryStageNames, query.text(11));
  row.seen = query.integer(17) != 0;
  row.revision = query.integer(18);
  if (!query.null(13))
    row.page_name = page_name(query.integer(13), query.null(14) ? std::nullopt : std::optional(query.integer(14)),
                              query.integer(15), query.integer(16));
  return row;
}

// "07/2005" and "7" name the same entry when only figures are asked for.
bool is_number(const std::string& written, const std::string& asked) {
  if (written == asked) return true;
  const auto figures = [](const std::string& text) {
    std::size_t at = 0;
    while (at < text.size() && (text[at] == '0')) ++at;
    std::size_t end = at;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    return text.substr(at, end - at);
  };
  const std::string a = figures(written), b = figures(asked);
  if (a.empty() || a != b) return false;
  const auto slash = asked.find('/'), other = written.find('/');
  if (slash == std::string::npos || other == std::string::npos) return true;
  return asked.substr(slash) == written.substr(other);
}

}  // namespace

Result<EntryValue> stored_form(const EntryValue& value) {
  constexpr std::size_t kMostBytes = 20'000;
  const auto refuse = [](const char* why) { return fail(ErrorCode::invalid_input, Retry::never, "value", why); };
  if (value.text.size() > kMostBytes) return refuse("is too long for a field of a register");
  if (value.text.find('\0') != std::string::npos || code_points(value.text).find(U'\uFFFD') != std::u32string::npos)
    return refuse("is no Unicode text (UTF-8)");
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
  icu::UnicodeString text = nfc->normalize(icu::UnicodeString::fromUTF8(value.text), error);
  if (U_FAILURE(error) != 0) return refuse("is no Unicode text (UTF-8)");
  EntryValue stored{value.state, {}};
  text.trim().toUTF8String(stored.text);
  if (stored.state == EntryValueState::written && stored.text.empty()) stored.state = EntryValueState::empty;
  if (stored.state != EntryValueState::written) stored.text.clear();
  return stored;
}

Done needs_person_name(const std::string& by) {
  if (!by.empty()) return {};
  return fail(ErrorCode::usage, Retry::never, "by", "say who decides");
}

Result<RegisterBookId> register_book_id(Database& database, const std::string& code) {
  auto query = database.query("SELECT id FROM register_books WHERE code = ?1", code);
  if (query.next()) return query.integer(0);
  return fail(ErrorCode::not_found, Retry::never, "book " + code, "does not exist; create it first");
}

Result<RegisterBookId> open_register_book(Database& database, const std::string& code) {
  SOGOC_TRY(const RegisterBookId id, register_book_id(database, code));
  auto query = database.query("SELECT state FROM register_books WHERE id = ?1", id);
  if (query.next() && query.text(0) == name(RegisterBookState::open)) return id;
  return fail(ErrorCode::conflict, Retry::after_operator, "book " + code, "is closed; nothing in it changes any more");
}

std::vector<RegisterBookRow> load_register_books(Database& database, const std::optional<std::string>& code) {
  std::vector<RegisterBookRow> rows;
  {
    auto query = database.query(
        "SELECT id, code, kind, number, year_from, year_to, body, layouts, first_page, declared_pages, first_entry, "
        "declared_entries, note, state, created_at, created_by, closed_at, closed_by, closing_reason "
        "FROM register_books WHERE ?1 IS NULL OR code = ?1 ORDER BY code",
        code);
    const auto count = [&](int column) {
      return query.null(column) ? std::nullopt : std::optional(static_cast<int>(query.integer(column)));
    };
    while (query.next()) {
      RegisterBookRow row;
      row.id = query.integer(0);
      row.about = {query.text(1), query.text(2), query.text(3), static_cast<int>(query.integer(4)),
                   static_cast<int>(query.integer(5)), query.text(6), list_from_text(query.text(7)),
                   count(8), count(9), count(10), count(11), query.text(12)};
      row.state = stored_value(kRegisterBookStateNames, query.text(13));
      row.created_at = query.time(14);
      row.created_by = query.text(15);
      row.closed_at = query.time_or_none(16);
      row.closed_by = query.text(17);
      row.closing_reason = query.text(18);
      rows.push_back(std::move(row));
    }
  }
  const auto number = [&](const char* sql, RegisterBookId book) {
    auto query = database.query(sql, book);
    return query.next() ? query.integer(0) : 0;
  };
  for (RegisterBookRow& row : rows) {
    row.counts.pages = number("SELECT count(*) FROM pages p JOIN register_batches r ON r.batch = p.batch WHERE r.book = ?1", row.id);
    row.counts.pages_open =
        number("SELECT count(*) FROM pages p JOIN register_batches r ON r.batch = p.batch "
               "WHERE r.book = ?1 AND p.state IN ('received', 'reading', 'quarantined')", row.id) +
        number("SELECT count(*) FROM files f JOIN register_batches r ON r.batch = f.batch "
               "WHERE r.book = ?1 AND f.state <> 'opened'", row.id);
    row.counts.entries = number("SELECT count(*) FROM entries WHERE book = ?1 AND present", row.id);
    row.counts.open_tickets = number("SELECT count(*) FROM book_tickets WHERE book = ?1 AND state = 'open'", row.id);
    row.fields_decided = number("SELECT count(*) FROM entry_fields f JOIN entries e ON e.id = f.entry "
                                "WHERE e.book = ?1 AND e.present AND f.decided_state IS NOT NULL", row.id);
  }
  return rows;
}

std::vector<BookPageRow> load_book_pages(Database& database, RegisterBookId book) {
  std::vector<BookPageRow> scanned;
  std::unordered_map<PageId, PageId> moved;  // page -> after
  {
    auto query = database.query(
        "SELECT p.id, p.batch, f.first_page, f.ordinal, p.idx, p.state, u.digest, r.after, r.role, r.evidence_of, r.role_by "
        "FROM register_batches b JOIN files f ON f.batch = b.batch JOIN pages p ON p.file = f.id "
        "LEFT JOIN uses u ON u.role = 'record' AND u.owner = p.id LEFT JOIN register_pages r ON r.page = p.id "
        "WHERE b.book = ?1 ORDER BY p.batch, f.ordinal, p.idx",
        book);
    while (query.next()) {
      BookPageRow row;
      row.page = query.integer(0);
      row.batch = query.integer(1);
      row.name = page_name(row.batch, query.null(2) ? std::nullopt : std::optional(query.integer(2)), query.integer(3),
                           query.integer(4));
      row.state = stored_value(kPageStateNames, query.text(5));
      row.record = query.digest_or_none(6);
      if (!query.null(7)) moved.emplace(row.page, query.integer(7));
      if (!query.null(8)) {
        row.role = stored_value(kBookPageRoleNames, query.text(8));
        if (!query.null(9)) row.evidence_of = query.integer(9);
        row.role_by = query.text(10);
      }
      scanned.push_back(std::move(row));
    }
  }
  if (moved.empty()) return scanned;
  std::vector<BookPageRow> ordered, waiting;
  for (BookPageRow& row : scanned) (moved.count(row.page) != 0 ? waiting : ordered).push_back(std::move(row));
  // Several behind one page stand in the order of scanning; a page may stand behind a moved one.
  for (bool placed = true; placed && !waiting.empty();) {
    placed = false;
    for (auto row = waiting.end(); row != waiting.begin();) {
      --row;
      const PageId after = moved.at(row->page);
      auto at = ordered.begin();
      if (after != 0) {
        at = std::find_if(ordered.begin(), ordered.end(), [&](const BookPageRow& known) { return known.page == after; });
        if (at == ordered.end()) continue;
        ++at;
      }
      ordered.insert(at, std::move(*row));
      row = waiting.erase(row);
      placed = true;
    }
  }
  // A circle of moves: the order of scanning is as good as any.
  for (BookPageRow& row : waiting) ordered.push_back(std::move(row));
  return ordered;
}

std::vector<EntryRow> load_entries(Database& database, RegisterBookId book, const EntryFilter& filter) {
  std::vector<EntryRow> rows;
  auto query = database.query(
      kEntryColumns + std::string("WHERE e.book = ?1 AND (e.present OR ?2) AND (?3 IS NULL OR e.page = ?3) ORDER BY e.place, e.id"),
      book, filter.with_absent, filter.page);
  std::int64_t skip = filter.offset;
  while (query.next() && static_cast<std::int64_t>(rows.size()) < filter.limit) {
    EntryRow row = entry_row(query);
    if (!filter.number.empty() && !is_number(row.number, filter.number)) continue;
    if (!filter.stages.empty() && std::find(filter.stages.begin(), filter.stages.end(), row.stage) == filter.stages.end()) continue;
    if (skip-- > 0) continue;
    rows.push_back(std::move(row));
  }
  return rows;
}

std::optional<EntryRow> load_entry(Database& database, EntryId id) {
  auto query = database.query(kEntryColumns + std::string("WHERE e.id = ?1"), id);
  if (!query.next()) return std::nullopt;
  return entry_row(query);
}

std::vector<EntryFieldDetails> load_entry_fields(Database& database, EntryId id) {
  std::vector<EntryFieldDetails> fields;
  auto query = database.query(
      "SELECT key, machine_value, machine_state, confidence, sure, source, places, alternatives, doubts, decided_value, "
      "decided_state, decided_by, decided_at FROM entry_fields WHERE entry = ?1 ORDER BY position, key",
      id);
  while (query.next()) {
    EntryFieldDetails field;
    FieldReading& reading = field.machine.reading;
    reading.key = query.text(0);
    reading.value = query.text(1);
    reading.state = stored_value(kValueStateNames, query.text(2));
    reading.confidence = Confidence::from_fraction(query.real(3));
    reading.sure = query.integer(4) != 0;
    reading.source = query.text(5);
    field.machine.places = places_from_text(query.text(6));
    if (!field.machine.places.empty()) reading.box = field.machine.places.front().box;
    reading.alternatives = list_from_text(query.text(7));
    reading.doubts = list_from_text(query.text(8));
    if (!query.null(10)) field.decided = EntryValue{stored_value(kEntryValueStateNames, query.text(10)), query.text(9)};
    field.decided_by = query.text(11);
    field.decided_at = query.time_or_none(12);
    fields.push_back(std::move(field));
  }
  return fields;
}

std::vector<TicketRow> load_tickets(Database& database, RegisterBookId book, bool only_open) {
  std::vector<TicketRow> rows;
  auto query = database.query(
      "SELECT t.id, b.code, t.kind, t.mark, t.text, t.pages, t.state, t.opened_at, t.settled_at, t.settled_by, t.reason "
      "FROM book_tickets t JOIN register_books b ON b.id = t.book "
      "WHERE t.book = ?1 AND (NOT ?2 OR t.state = 'open') ORDER BY t.id",
      book, only_open);
  while (query.next()) {
    TicketRow row{query.integer(0), query.text(1), query.text(2), query.text(3), query.text(4), {},
                  stored_value(kTicketStateNames, query.text(6)), query.time(7), query.time_or_none(8), query.text(9),
                  query.text(10)};
    for (const Json& page : parsed(query.text(5))) row.pages.push_back(page.get<PageId>());
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<RowMark> load_row_marks(Database& database, RegisterBookId book) {
  std::vector<RowMark> marks;
  auto query = database.query("SELECT id, kind, page, part, y FROM row_marks WHERE book = ?1 AND undone_at IS NULL ORDER BY id", book);
  while (query.next())
    marks.push_back({query.integer(0), stored_value(kRowMarkKindNames, query.text(1)), query.integer(2), static_cast<int>(query.integer(3)),
                     static_cast<int>(query.integer(4))});
  return marks;
}

std::vector<WordCorrection> load_corrections(Database& database, PageId page) {
  std::vector<WordCorrection> list;
  auto query = database.query("SELECT box_left, box_top, box_right, box_bottom, text, before FROM word_corrections WHERE page = ?1 ORDER BY id", page);
  const auto side = [&](int column) { return static_cast<int>(query.integer(column)); };
  while (query.next()) {
    // Where nothing was read before, the word was added; correcting it later does not change that.
    const WordCorrection one{0, {side(0), side(1), side(2), side(3)}, query.text(4), query.text(5).empty()};
    const auto known = std::find_if(list.begin(), list.end(), [&](const WordCorrection& other) { return other.box == one.box; });
    if (known == list.end()) list.push_back(one);
    else known->text = one.text;
  }
  return list;
}

void add_entry_change(Database& database, EntryId id, const std::string& key, UtcTime at, const std::string& by,
                      const std::string& how, const EntryValue& value) {
  database.run("INSERT INTO entry_history (entry, key, at, by, how, value, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", id,
               key, at, by, how, value.text, name(value.state));
}

void renumber_entry(Database& database, EntryId id) {
  std::string number;
  for (const EntryFieldDetails& field : load_entry_fields(database, id)) {
    const std::string& key = field.machine.reading.key;
    if (key != "so" && (key != "stt" || !number.empty())) continue;
    if (const std::string text = field.effective().text; !text.empty() || key == "so") number = text;
  }
  database.run("UPDATE entries SET number = ?2 WHERE id = ?1", id, number);
}

std::string places_to_text(const std::vector<EntryPlace>& places) {
  Json list = Json::array();
  for (const EntryPlace& place : places)
    list.push_back({place.page, place.part, place.box.left, place.box.top, place.box.right, place.box.bottom});
  return dumped(list);
}

std::string notes_to_text(const std::vector<EntryNote>& notes) {
  Json list = Json::array();
  for (const EntryNote& note : notes)
    list.push_back({{"kind", note.kind}, {"text", note.text}, {"box", {note.box.left, note.box.top, note.box.right, note.box.bottom}}});
  return dumped(list);
}

std::string values_to_text(const std::vector<EntryFieldDetails>& fields) {
  Json list = Json::array();
  for (const EntryFieldDetails& field : fields) {
    const EntryValue value = field.effective();
    list.push_back({field.machine.reading.key, name(value.state), value.text});
  }
  return dumped(list);
}

std::vector<std::pair<std::string, EntryValue>> values_from_text(const std::string& text) {
  std::vector<std::pair<std::string, EntryValue>> values;
  for (const Json& one : parsed(text))
    values.emplace_back(one.at(0).get<std::string>(),
                        EntryValue{stored_value(kEntryValueStateNames, one.at(1).get<std::string>()), one.at(2).get<std::string>()});
  return values;
}

}  // namespace sogoc
