#include "storage/review_store.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "storage/book_rows.hpp"
#include "storage/catalogue_rows.hpp"
#include "storage/job_moves.hpp"
#include "storage/stored_text.hpp"

namespace sogoc {
namespace {

constexpr std::size_t kMostNoteBytes = 4000;

std::string called(EntryId id) { return fmt::format("entry {}", id); }

tl::unexpected<Error> refuse(const std::string& what, std::string why) { return fail(ErrorCode::conflict, Retry::after_operator, what, std::move(why)); }

Result<EntryRow> entry_as_seen(Database& database, EntryId id, std::int64_t seen_revision) {
  const auto row = load_entry(database, id);
  if (!row || !row->present) return fail(ErrorCode::not_found, Retry::never, called(id), "does not exist");
  if (row->revision != seen_revision) return refuse(called(id), "was changed by somebody else meanwhile; look at it again");
  SOGOC_CHECK(open_register_book(database, row->book));
  if (row->source != "machine") return refuse(called(id), "was added by a person and is no row of the page; its fields can be changed");
  return *row;
}

std::int64_t add_mark(Database& database, const EntryRow& row, const RowMark& mark, EntryId entry, UtcTime now, const std::string& by) {
  database.run("INSERT INTO row_marks (book, kind, page, part, y, entry, at, by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", row.book_id,
               name(mark.kind), mark.page, mark.part, mark.y, entry, now, by);
  const std::int64_t id = database.last_id();
  database.run("UPDATE register_books SET taken = NULL WHERE id = ?1", row.book_id);
  return id;
}

// Where an entry stands is how its next reading is known again: whoever moves its edge says so at once.
void set_places(Database& database, EntryId id, const std::vector<EntryPlace>& places) {
  const BoxPx& box = places.front().box;
  database.run("UPDATE entries SET places = ?2, box_left = ?3, box_top = ?4, box_right = ?5, box_bottom = ?6 WHERE id = ?1", id, places_to_text(places), box.left,
               box.top, box.right, box.bottom);
}

// Its values are to be looked at again.
void row_changed(Database& database, EntryId id, UtcTime now, const std::string& by, const std::string& how) {
  database.run("UPDATE entries SET stage = 'entry' WHERE id = ?1", id);
  add_entry_change(database, id, "", now, by, how, {});
  add_event_row(database, now, by, how + "_entry", called(id), "");
}

// The entry that stands before this one, as the machine read the book.
std::optional<EntryRow> entry_before(Database& database, const EntryRow& row) {
  std::optional<EntryRow> before;
  for (EntryRow& one : load_entries(database, row.book_id, {})) {
    if (one.id == row.id) return before;
    if (one.source == "machine" && one.seen) before = std::move(one);
  }
  return std::nullopt;
}

bool person_decided(Database& database, EntryId id) {
  auto query = database.query("SELECT 1 FROM entry_fields WHERE entry = ?1 AND decided_state IS NOT NULL UNION ALL "
                              "SELECT 1 FROM entry_keyings WHERE entry = ?1 LIMIT 1", id);
  return query.next();
}

// What a person decided about a row that goes into another one goes along; two values for one field are for a person.
Done carry_decisions(Database& database, const EntryRow& from, const EntryRow& into, const std::string& by, UtcTime now) {
  const auto known = load_entry_fields(database, into.id);
  for (const EntryFieldDetails& field : load_entry_fields(database, from.id)) {
    if (!field.decided || field.decided->state == EntryValueState::empty) continue;
    const std::string& key = field.machine.reading.key;
    const auto other = std::find_if(known.begin(), known.end(), [&](const EntryFieldDetails& one) { return one.machine.reading.key == key; });
    const EntryValue stands = other == known.end() ? EntryValue{} : other->effective();
    if (stands == *field.decided) continue;
    const bool free = stands.state == EntryValueState::unread || stands.state == EntryValueState::empty;
    if (!free) return refuse(key, "has a value in both rows; say in one of them that nothing is written there, then join them");
    database.run(
        "INSERT INTO entry_fields (entry, key, position, decided_value, decided_state, decided_by, decided_at) "
        "VALUES (?1, ?2, 1000, ?3, ?4, ?5, ?6) ON CONFLICT (entry, key) DO UPDATE SET decided_value = excluded.decided_value, "
        "decided_state = excluded.decided_state, decided_by = excluded.decided_by, decided_at = excluded.decided_at",
        into.id, key, field.decided->text, name(field.decided->state), field.decided_by, now);
    add_entry_change(database, into.id, key, now, by, "set", *field.decided);
  }
  return {};
}

}  // namespace

// ---- Rows ---------------------------------------------------------------------------------------

Result<std::int64_t> ReviewStore::split_entry(EntryId id, PageId page, int y, const std::string& by, std::int64_t seen_revision) {
  SOGOC_CHECK(needs_person_name(by));
  return database_.write([&]() -> Result<std::int64_t> {
    SOGOC_TRY(const EntryRow row, entry_as_seen(database_, id, seen_revision));
    const auto place = std::find_if(row.places.begin(), row.places.end(), [&](const EntryPlace& one) {
      return one.page == page && y - one.box.top >= kLeastRowPixels && one.box.bottom - y >= kLeastRowPixels;
    });
    if (place == row.places.end()) return fail(ErrorCode::usage, Retry::never, "y", "is not inside of this row; point between its two lines");
    const UtcTime now = clock_.now();
    const std::int64_t mark = add_mark(database_, row, {0, RowMarkKind::cut, page, place->part, y}, id, now, by);
    std::vector<EntryPlace> above(row.places.begin(), std::next(place));
    above.back().box.bottom = y;
    set_places(database_, id, above);
    row_changed(database_, id, now, by, "split");
    return mark;
  });
}

Result<std::int64_t> ReviewStore::merge_entry(EntryId id, const std::string& by, std::int64_t seen_revision) {
  SOGOC_CHECK(needs_person_name(by));
  return database_.write([&]() -> Result<std::int64_t> {
    SOGOC_TRY(const EntryRow row, entry_as_seen(database_, id, seen_revision));
    const auto before = entry_before(database_, row);
    if (!before || !row.seen || row.places.empty()) return refuse(called(id), "has no row before it to be joined with");
    if (before->layout != row.layout) return refuse(called(id), "and the row before it are of different forms");
    const UtcTime now = clock_.now();
    SOGOC_CHECK(carry_decisions(database_, row, *before, by, now));
    const EntryPlace& place = row.places.front();
    const std::int64_t mark =
        add_mark(database_, row, {0, RowMarkKind::join, place.page, place.part, (place.box.top + place.box.bottom) / 2}, id, now, by);
    row_changed(database_, before->id, now, by, "merge");
    add_entry_change(database_, id, "", now, by, "merge", {});
    return mark;
  });
}

Done ReviewStore::undo_row_mark(const std::string& book, std::int64_t mark, const std::string& by) {
  SOGOC_CHECK(needs_person_name(by));
  return database_.write([&]() -> Done {
    SOGOC_TRY(const RegisterBookId book_id, open_register_book(database_, book));
    RowMark known;
    EntryId entry = 0;
    {
      auto query = database_.query("SELECT kind, page, part, y, entry FROM row_marks WHERE id = ?1 AND book = ?2 AND undone_at IS NULL", mark, book_id);
      if (!query.next()) return fail(ErrorCode::not_found, Retry::never, fmt::format("row mark {}", mark), "does not exist");
      known = {mark, stored_value(kRowMarkKindNames, query.text(0)), query.integer(1), static_cast<int>(query.integer(2)), static_cast<int>(query.integer(3))};
      entry = query.integer(4);
    }
    if (known.kind == RowMarkKind::cut) {
      const auto above = load_entry(database_, entry);
      for (const EntryRow& row : load_entries(database_, book_id, {})) {
        if (row.places.empty() || row.places.front().page != known.page || row.places.front().part != known.part || row.places.front().box.top != known.y) continue;
        if (person_decided(database_, row.id)) return refuse(called(row.id), "was decided on by a person meanwhile; join it with the row before it instead");
        if (!above || above->places.empty()) continue;
        std::vector<EntryPlace> whole = above->places;
        whole.back().box.bottom = row.places.front().box.bottom;
        whole.insert(whole.end(), std::next(row.places.begin()), row.places.end());
        set_places(database_, entry, whole);
      }
    }
    const UtcTime now = clock_.now();
    database_.run("UPDATE row_marks SET undone_at = ?2, undone_by = ?3 WHERE id = ?1", mark, now, by);
    database_.run("UPDATE register_books SET taken = NULL WHERE id = ?1", book_id);
    row_changed(database_, entry, now, by, "undo_row");
    return {};
  });
}

// ---- Notes --------------------------------------------------------------------------------------

Done ReviewStore::add_note(EntryId id, const std::string& text, const std::string& by) {
  SOGOC_CHECK(needs_person_name(by));
  SOGOC_TRY(const EntryValue stored, stored_form({EntryValueState::written, text}));
  if (stored.text.empty()) return fail(ErrorCode::usage, Retry::never, "text", "says nothing");
  if (stored.text.size() > kMostNoteBytes) return fail(ErrorCode::usage, Retry::never, "text", fmt::format("is longer than {} bytes", kMostNoteBytes));
  return database_.write([&]() -> Done {
    const auto row = load_entry(database_, id);
    if (!row) return fail(ErrorCode::not_found, Retry::never, called(id), "does not exist");
    const UtcTime now = clock_.now();
    database_.run("INSERT INTO person_notes (entry, at, by, text) VALUES (?1, ?2, ?3, ?4)", id, now, by, stored.text);
    add_event_row(database_, now, by, "note_entry", called(id), "");
    return {};
  });
}

Result<std::vector<PersonNote>> ReviewStore::notes(EntryId id) {
  return database_.read([&]() -> Result<std::vector<PersonNote>> {
    std::vector<PersonNote> list;
    auto query = database_.query("SELECT at, by, text FROM person_notes WHERE entry = ?1 ORDER BY id", id);
    while (query.next()) list.push_back({query.time(0), query.text(1), query.text(2)});
    return list;
  });
}

// ---- Words --------------------------------------------------------------------------------------

Done ReviewStore::correct_words(PageId page, const std::vector<NewCorrection>& words, const std::string& by) {
  SOGOC_CHECK(needs_person_name(by));
  return database_.write([&]() -> Done {
    const auto found = load_page(database_, page);
    if (!found) return fail(ErrorCode::not_found, Retry::never, fmt::format("page with id {}", page), "does not exist");
    if (!found->record) return refuse(found->name, "was not read yet; correct it when it was");
    if (found->state == PageState::restricted) return refuse(found->name, "bears a secrecy mark; an authorised person decides about it first");
    const UtcTime now = clock_.now();
    for (const NewCorrection& word : words) {
      SOGOC_TRY(const EntryValue text, stored_form({EntryValueState::written, word.text}));
      if (text.text.find_first_of(" \t\n") != std::string::npos)
        return fail(ErrorCode::usage, Retry::never, "text", "must be one word: without blanks");
      database_.run(
          "INSERT INTO word_corrections (page, box_left, box_top, box_right, box_bottom, before, text, at, by) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
          page, word.box.left, word.box.top, word.box.right, word.box.bottom, word.before, text.text, now, by);
    }
    add_event_row(database_, now, by, "correct_words", found->name, fmt::format("{} words", words.size()));
    // From here on the document is not shown until it is written anew.
    settle_document(database_, found->document, now);
    return {};
  });
}

Result<std::vector<WordCorrection>> ReviewStore::corrections(PageId page) {
  return database_.read([&]() -> Result<std::vector<WordCorrection>> { return load_corrections(database_, page); });
}

// ---- Blind keying -------------------------------------------------------------------------------

Result<std::map<std::pair<EntryId, std::string>, std::vector<Keying>>> ReviewStore::keyings(const std::string& book) {
  return database_.read([&]() -> Result<std::map<std::pair<EntryId, std::string>, std::vector<Keying>>> {
    SOGOC_TRY(const RegisterBookId id, register_book_id(database_, book));
    std::map<std::pair<EntryId, std::string>, std::vector<Keying>> all;
    auto query = database_.query(
        "SELECT k.entry, k.key, k.by, k.at, k.value, k.state FROM entry_keyings k JOIN entries e ON e.id = k.entry WHERE e.book = ?1 ORDER BY k.id", id);
    while (query.next())
      all[{query.integer(0), query.text(1)}].push_back({query.text(2), query.time(3), {stored_value(kEntryValueStateNames, query.text(5)), query.text(4)}});
    return all;
  });
}

}  // namespace sogoc
