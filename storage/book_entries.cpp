// Entries: taken from readings, decided by persons.

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "pipeline/core/names.hpp"
#include "pipeline/core/record_json.hpp"
#include "storage/book_rows.hpp"
#include "storage/copy_rows.hpp"
#include "storage/entry_index.hpp"
#include "storage/job_moves.hpp"
#include "storage/register_books.hpp"
#include "storage/stored_text.hpp"

namespace sogoc {
namespace {

std::string called(EntryId id) { return fmt::format("entry {}", id); }

tl::unexpected<Error> no_entry(EntryId id) { return fail(ErrorCode::not_found, Retry::never, called(id), "does not exist"); }

// ---- Readings into entries

void write_entry(Database& database, EntryId id, const ReadEntry& read) {
  const EntryPlace& begins = read.places.front();
  database.run(
      "UPDATE entries SET layout = ?2, page = ?3, part = ?4, box_left = ?5, box_top = ?6, box_right = ?7, box_bottom = ?8, "
      "places = ?9, notes = ?10, struck_out = ?11, seen = 1, present = 1 WHERE id = ?1",
      id, read.layout, begins.page, begins.part, begins.box.left, begins.box.top, begins.box.right, begins.box.bottom,
      places_to_text(read.places), notes_to_text(read.notes), read.struck_out);
}

EntryId new_entry(Database& database, RegisterBookId book, const std::string& source) {
  database.run(
      "INSERT INTO entries (book, place, page, part, box_left, box_top, box_right, box_bottom, source) "
      "VALUES (?1, 0, 0, 0, 0, 0, 0, 0, ?2)",
      book, source);
  return database.last_id();
}

void write_machine_field(Database& database, EntryId id, const EntryField& field, int position) {
  const FieldReading& reading = field.reading;
  database.run(
      "INSERT INTO entry_fields (entry, key, position, machine_value, machine_state, confidence, sure, source, places, "
      "alternatives, doubts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
      "ON CONFLICT (entry, key) DO UPDATE SET position = excluded.position, machine_value = excluded.machine_value, "
      "machine_state = excluded.machine_state, confidence = excluded.confidence, sure = excluded.sure, "
      "source = excluded.source, places = excluded.places, alternatives = excluded.alternatives, doubts = excluded.doubts",
      id, reading.key, position, reading.value, name(reading.state), reading.confidence.fraction(), reading.sure,
      reading.source, places_to_text(field.places), list_to_text(reading.alternatives), list_to_text(reading.doubts));
}

void write_machine_fields(Database& database, EntryId id, const ReadEntry& read, UtcTime now) {
  std::map<std::string, EntryFieldDetails> before;
  for (EntryFieldDetails& field : load_entry_fields(database, id)) {
    const std::string key = field.machine.reading.key;
    before.emplace(key, std::move(field));
  }
  int position = 0;
  for (const EntryField& field : read.fields) {
    write_machine_field(database, id, field, position++);
    const EntryValue now_read = value_of_reading(field.reading);
    const auto known = before.find(field.reading.key);
    const EntryValue was = known == before.end() ? EntryValue{} : value_of_reading(known->second.machine.reading);
    if (!(was == now_read)) add_entry_change(database, id, field.reading.key, now, "machine", "machine", now_read);
    if (known != before.end()) before.erase(known);
  }
  // What this reading has no longer is unread, not what an earlier one had.
  for (const auto& [key, field] : before) {
    if (value_of_reading(field.machine.reading).state == EntryValueState::unread) continue;
    EntryField gone;
    gone.reading.key = key;
    gone.reading.state = ValueState::failed;
    write_machine_field(database, id, gone, position++);
    add_entry_change(database, id, key, now, "machine", "machine", {});
  }
}

// A row that a person joined with another one is no entry of its own, whatever was decided about it.
bool was_joined(Database& database, EntryId id) {
  auto query = database.query("SELECT 1 FROM row_marks WHERE entry = ?1 AND kind = 'join' AND undone_at IS NULL LIMIT 1", id);
  return query.next();
}

bool has_decisions(Database& database, EntryId id) {
  if (was_joined(database, id)) return false;
  auto query = database.query(
      "SELECT 1 FROM entry_fields WHERE entry = ?1 AND decided_state IS NOT NULL UNION ALL "
      "SELECT 1 FROM entries WHERE id = ?1 AND source <> 'machine' UNION ALL "
      "SELECT 1 FROM entry_keyings WHERE entry = ?1 LIMIT 1",
      id);
  return query.next();
}

// Entries stand as their pages do; on a page, those the machine read first, as it read them.
void put_in_order(Database& database, RegisterBookId book, const std::vector<BookPageRow>& pages,
                  const std::vector<EntryId>& as_read) {
  std::unordered_map<PageId, std::size_t> page_rank;
  for (const BookPageRow& page : pages) page_rank.emplace(page.page, page_rank.size());
  std::unordered_map<EntryId, std::size_t> read_rank;
  for (const EntryId id : as_read) read_rank.emplace(id, read_rank.size());
  struct Rank {
    std::size_t page, read;
    EntryId id;
    auto operator<=>(const Rank&) const = default;
  };
  std::vector<Rank> ranks;
  {
    constexpr auto kLast = std::numeric_limits<std::size_t>::max();
    auto query = database.query("SELECT id, page FROM entries WHERE book = ?1", book);
    while (query.next()) {
      const auto page = page_rank.find(query.integer(1));
      const auto read = read_rank.find(query.integer(0));
      ranks.push_back({page == page_rank.end() ? kLast : page->second, read == read_rank.end() ? kLast : read->second,
                       query.integer(0)});
    }
  }
  std::sort(ranks.begin(), ranks.end());
  std::int64_t place = 0;
  for (const Rank& rank : ranks)
    database.run("UPDATE entries SET place = ?2 WHERE id = ?1 AND place <> ?2", rank.id, ++place);
}

struct LoadedPages {
  std::vector<BookPageRow> rows;
  std::vector<RowMark> marks;
  Sha256 mark;
  std::optional<Sha256> taken;
  bool unchecked = false;
  RegisterBookId book = 0;
};

Sha256 mark_of(const std::vector<BookPageRow>& pages, const std::vector<RowMark>& marks) {
  std::string text;
  for (const RowMark& mark : marks) text += fmt::format("{}:{}:{}:{}\n", name(mark.kind), mark.page, mark.part, mark.y);
  for (const BookPageRow& page : pages)
    text += fmt::format("{}:{}:{}:{}\n", page.page, name(page.role), name(page.state), page.record ? to_hex(*page.record) : "-");
  return sha256_of(std::as_bytes(std::span(text)));
}

// Only its own copies, and only when what counts changed.
void replace_copies_after(Database& database, const EntryRow& entry, const std::string& by, UtcTime now) {
  replace_copies_of_entry(database, entry.id, "a value of its entry was corrected", by, now);
}

}  // namespace

Result<Taken> RegisterBooks::take(const std::string& code) {
  LoadedPages loaded;
  SOGOC_CHECK(database_.read([&]() -> Done {
    SOGOC_TRY(loaded.book, register_book_id(database_, code));
    loaded.rows = load_book_pages(database_, loaded.book);
    loaded.marks = load_row_marks(database_, loaded.book);
    loaded.mark = mark_of(loaded.rows, loaded.marks);
    auto query = database_.query("SELECT taken, checked FROM register_books WHERE id = ?1 AND state = 'open'", loaded.book);
    const bool open = query.next();  // a closed book stays as it is
    loaded.taken = open ? query.digest_or_none(0) : std::optional(loaded.mark);
    loaded.unchecked = open && query.digest_or_none(1) != loaded.mark;
    return {};
  }));
  Taken taken;
  taken.pages = static_cast<std::int64_t>(loaded.rows.size());
  taken.changed = loaded.unchecked;
  if (loaded.taken == loaded.mark) return taken;

  std::vector<std::optional<RegisterPage>> readings(loaded.rows.size());
  std::vector<BookPageReading> pages;
  for (std::size_t i = 0; i < loaded.rows.size(); ++i) {
    const BookPageRow& row = loaded.rows[i];
    if (row.role == BookPageRole::evidence) continue;
    if (row.record && row.state != PageState::restricted) {
      SOGOC_TRY(const std::string text, blobs_.load(*row.record));
      SOGOC_TRY(PageRecord record, page_record_from_json(text));
      readings[i] = std::move(record.register_page);
    }
    pages.push_back({row.page, readings[i] ? &*readings[i] : nullptr});
  }
  const std::vector<ReadEntry> read = apply_row_marks(assemble_entries(pages), loaded.marks);

  SOGOC_CHECK(database_.write([&]() -> Done {
    SOGOC_TRY(const RegisterBookId book, open_register_book(database_, code));
    const UtcTime now = clock_.now();
    std::vector<KnownEntry> known;
    {
      EntryFilter all;
      all.with_absent = true;
      for (const EntryRow& row : load_entries(database_, book, all))
        if (row.source == "machine" && !row.places.empty()) known.push_back({row.id, row.places.front(), row.number});
    }
    std::vector<EntryId> ids = match_entries(read, known);
    std::set<EntryId> seen;
    for (std::size_t i = 0; i < read.size(); ++i) {
      if (ids[i] == 0) {
        ids[i] = new_entry(database_, book, "machine");
        ++taken.added;
      }
      seen.insert(ids[i]);
      write_entry(database_, ids[i], read[i]);
      write_machine_fields(database_, ids[i], read[i], now);
      renumber_entry(database_, ids[i]);
    }
    for (const KnownEntry& entry : known) {
      if (seen.count(entry.id) != 0) continue;
      database_.run("UPDATE entries SET seen = 0, present = ?2 WHERE id = ?1 AND (seen OR present <> ?2)", entry.id,
                    has_decisions(database_, entry.id));
      taken.vanished += database_.changes() > 0 ? 1 : 0;
    }
    put_in_order(database_, book, loaded.rows, ids);
    database_.run("UPDATE register_books SET taken = ?2 WHERE id = ?1", book, loaded.mark);
    index_changed_entries(database_);
    return {};
  }));
  taken.entries = static_cast<std::int64_t>(read.size());
  taken.changed = true;
  return taken;
}

// ---- Entries ------------------------------------------------------------------------------------

Result<std::vector<EntryDetails>> RegisterBooks::entries(const std::string& code, const EntryFilter& filter) {
  return database_.read([&]() -> Result<std::vector<EntryDetails>> {
    SOGOC_TRY(const RegisterBookId book, register_book_id(database_, code));
    std::vector<EntryDetails> list;
    for (EntryRow& row : load_entries(database_, book, filter)) {
      auto fields = load_entry_fields(database_, row.id);
      list.push_back({std::move(row), std::move(fields)});
    }
    return list;
  });
}

Result<EntryDetails> RegisterBooks::entry(EntryId id) {
  return database_.read([&]() -> Result<EntryDetails> {
    auto row = load_entry(database_, id);
    if (!row) return no_entry(id);
    auto fields = load_entry_fields(database_, id);
    return EntryDetails{std::move(*row), std::move(fields)};
  });
}

Result<std::vector<EntryChange>> RegisterBooks::history(EntryId id) {
  return database_.read([&]() -> Result<std::vector<EntryChange>> {
    if (!load_entry(database_, id)) return no_entry(id);
    std::vector<EntryChange> changes;
    auto query = database_.query("SELECT at, by, how, key, value, state FROM entry_history WHERE entry = ?1 ORDER BY id", id);
    while (query.next())
      changes.push_back({query.time(0), query.text(1), query.text(2), query.text(3),
                         {stored_value(kEntryValueStateNames, query.text(5)), query.text(4)}});
    return changes;
  });
}

Result<std::vector<EntrySnapshot>> RegisterBooks::snapshots(EntryId id) {
  return database_.read([&]() -> Result<std::vector<EntrySnapshot>> {
    std::vector<EntrySnapshot> list;
    auto query = database_.query("SELECT stage, at, by, fields FROM entry_snapshots WHERE entry = ?1 ORDER BY id", id);
    while (query.next())
      list.push_back({stored_value(kEntryStageNames, query.text(0)), query.time(1), query.text(2), values_from_text(query.text(3))});
    return list;
  });
}

Done RegisterBooks::decide(EntryId id, const std::vector<std::pair<std::string, EntryValue>>& values, const std::string& by,
                           const std::string& how, std::optional<std::int64_t> seen_revision) {
  SOGOC_CHECK(needs_person_name(by));
  return database_.write([&]() -> Done {
    const auto row = load_entry(database_, id);
    if (!row) return no_entry(id);
    if (seen_revision && *seen_revision != row->revision)
      return fail(ErrorCode::conflict, Retry::after_operator, called(id), "was changed by somebody else meanwhile; look at it again");
    SOGOC_CHECK(open_register_book(database_, row->book));
    const auto before = load_entry_fields(database_, id);
    const UtcTime now = clock_.now();
    bool corrected = false, changed = false;
    for (const auto& [key, given] : values) {
      SOGOC_TRY(const EntryValue value, stored_form(given));
      if (key.empty()) return fail(ErrorCode::usage, Retry::never, called(id), "say which field");
      if (value.state == EntryValueState::unread)
        return fail(ErrorCode::usage, Retry::never, key, "was not read: a person says what stands there");
      const auto known = std::find_if(before.begin(), before.end(),
                                      [&](const EntryFieldDetails& field) { return field.machine.reading.key == key; });
      const bool was_decided = known != before.end() && known->decided.has_value();
      if (was_decided && *known->decided == value && known->decided_by == by) continue;
      const bool other_value = known == before.end() || !(known->effective() == value);
      changed = changed || other_value;
      corrected = corrected || (was_decided && other_value);
      database_.run(
          "INSERT INTO entry_fields (entry, key, position, decided_value, decided_state, decided_by, decided_at) "
          "VALUES (?1, ?2, 1000, ?3, ?4, ?5, ?6) ON CONFLICT (entry, key) DO UPDATE SET decided_value = excluded.decided_value, "
          "decided_state = excluded.decided_state, decided_by = excluded.decided_by, decided_at = excluded.decided_at",
          id, key, value.text, name(value.state), by, now);
      add_entry_change(database_, id, key, now, by, how, value);
      // The value itself stands in the history of the entry, not in the log.
      add_event_row(database_, now, by, how + "_entry", called(id) + " " + key, "");
    }
    database_.run("UPDATE entries SET present = 1 WHERE id = ?1 AND NOT present", id);
    renumber_entry(database_, id);
    // Numbers say whether the volume is whole.
    if (std::any_of(values.begin(), values.end(), [](const auto& value) { return value.first == "so" || value.first == "stt"; }))
      database_.run("UPDATE register_books SET checked = NULL WHERE id = ?1", row->book_id);
    if (changed && row->stage != EntryStage::entry) {
      database_.run("UPDATE entries SET stage = 'entry' WHERE id = ?1", id);
      add_entry_change(database_, id, std::string(name(EntryStage::entry)), now, by, "stage", {});
    }
    if (corrected) replace_copies_after(database_, *row, by, now);
    index_changed_entries(database_);
    return {};
  });
}

Result<EntryId> RegisterBooks::add_entry(const std::string& code, const std::string& layout, PageId page,
                                         const std::vector<std::pair<std::string, EntryValue>>& values,
                                         const std::string& by, const std::string& how) {
  SOGOC_CHECK(needs_person_name(by));
  EntryId id = 0;
  SOGOC_CHECK(database_.write([&]() -> Done {
    SOGOC_TRY(const RegisterBookId book, open_register_book(database_, code));
    const auto pages = load_book_pages(database_, book);
    if (page != 0 && std::none_of(pages.begin(), pages.end(), [&](const BookPageRow& row) { return row.page == page; }))
      return fail(ErrorCode::not_found, Retry::never, fmt::format("page with id {}", page), "is not of the book " + code);
    id = new_entry(database_, book, how == "import" ? "import" : "person");
    database_.run("UPDATE entries SET layout = ?2, page = ?3, places = ?4 WHERE id = ?1", id, layout, page,
                  page == 0 ? std::string("[]") : places_to_text({{page, 0, {}}}));
    std::vector<EntryId> in_order;
    EntryFilter all;
    all.with_absent = true;
    for (const EntryRow& row : load_entries(database_, book, all))
      if (row.id != id) in_order.push_back(row.id);
    put_in_order(database_, book, pages, in_order);
    return {};
  }));
  SOGOC_CHECK(decide(id, values, by, how));
  return id;
}

Done RegisterBooks::move_stage(EntryId id, EntryStage to, const std::string& by, std::int64_t unreviewed) {
  SOGOC_CHECK(needs_person_name(by));
  return database_.write([&]() -> Done {
    const auto row = load_entry(database_, id);
    if (!row) return no_entry(id);
    SOGOC_CHECK(open_register_book(database_, row->book));
    StagePersons done;
    {
      auto query = database_.query("SELECT stage, by FROM entry_snapshots WHERE entry = ?1 ORDER BY id", id);
      while (query.next()) {
        const EntryStage stage = stored_value(kEntryStageNames, query.text(0));
        if (stage == EntryStage::check_1) done.check_1 = query.text(1);
        if (stage == EntryStage::check_2) done.check_2 = query.text(1);
      }
    }
    {
      auto query = database_.query(
          "SELECT by FROM entry_history WHERE entry = ?1 AND how IN ('set', 'confirm', 'import', 'keying') ORDER BY id DESC LIMIT 1", id);
      if (query.next()) done.entry = query.text(0);
    }
    SOGOC_CHECK(check_stage_move(called(id), row->stage, to, done, by, unreviewed));
    if (row->stage == to) return {};
    const UtcTime now = clock_.now();
    database_.run("UPDATE entries SET stage = ?2 WHERE id = ?1", id, name(to));
    database_.run("INSERT INTO entry_snapshots (entry, stage, at, by, fields) VALUES (?1, ?2, ?3, ?4, ?5)", id, name(to), now, by,
                  values_to_text(load_entry_fields(database_, id)));
    add_entry_change(database_, id, std::string(name(to)), now, by, "stage", {});
    add_event_row(database_, now, by, "entry_stage", called(id), std::string(name(to)));
    return {};
  });
}

// ---- Blind keying -------------------------------------------------------------------------------

Done RegisterBooks::key(EntryId id, const std::string& field, const EntryValue& value, const std::string& by) {
  SOGOC_CHECK(needs_person_name(by));
  return database_.write([&]() -> Done {
    const auto row = load_entry(database_, id);
    if (!row) return no_entry(id);
    SOGOC_CHECK(open_register_book(database_, row->book));
    {
      auto query = database_.query("SELECT 1 FROM entry_keyings WHERE entry = ?1 AND key = ?2 AND by = ?3", id, field, by);
      if (query.next())
        return fail(ErrorCode::conflict, Retry::never, called(id) + " " + field,
                    "was keyed by this person already; another person keys it now");
    }
    SOGOC_TRY(const EntryValue stored, stored_form(value));
    database_.run("INSERT INTO entry_keyings (entry, key, by, at, value, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", id, field, by,
                  clock_.now(), stored.text, name(stored.state));
    return {};
  });
}

Result<std::vector<Keying>> RegisterBooks::keyings(EntryId id, const std::string& field) {
  return database_.read([&]() -> Result<std::vector<Keying>> {
    std::vector<Keying> list;
    auto query = database_.query("SELECT by, at, value, state FROM entry_keyings WHERE entry = ?1 AND key = ?2 ORDER BY id", id, field);
    while (query.next())
      list.push_back({query.text(0), query.time(1), {stored_value(kEntryValueStateNames, query.text(3)), query.text(2)}});
    return list;
  });
}

}  // namespace sogoc
