#include "tools/sogoc/book_desk.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "pipeline/core/record_json.hpp"
#include "pipeline/records/completeness.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {

namespace {

struct PageReadings {
  std::vector<BookPageRow> rows;
  std::vector<std::optional<PageRecord>> records;
};

Result<PageReadings> readings_of(Archive& archive, const std::string& book) {
  PageReadings read;
  SOGOC_TRY(read.rows, archive.books().pages(book));
  for (const BookPageRow& row : read.rows) {
    read.records.emplace_back();
    if (!row.record || row.state == PageState::restricted) continue;
    SOGOC_TRY(const std::string text, archive.blobs().load(*row.record));
    SOGOC_TRY(read.records.back(), page_record_from_json(text));
  }
  return read;
}

std::vector<ScannedPage> scanned_pages(const PageReadings& read, bool with_evidence) {
  std::vector<ScannedPage> pages;
  for (std::size_t i = 0; i < read.rows.size(); ++i) {
    if (read.rows[i].role == BookPageRole::evidence && !with_evidence) continue;
    const auto& record = read.records[i];
    pages.push_back({read.rows[i].page, read.rows[i].name,
                     record && record->register_page ? &*record->register_page : nullptr,
                     record ? record->quality.sharpness : 0});
  }
  return pages;
}

// The better scan of a page counts, the other is kept as evidence, and a person is told.
Result<std::vector<NewTicket>> put_second_scans_aside(Archive& archive, const std::string& book, PageReadings& read) {
  std::vector<NewTicket> tickets;
  const auto row_of = [&](PageId page) -> BookPageRow& {
    return *std::find_if(read.rows.begin(), read.rows.end(), [&](const BookPageRow& row) { return row.page == page; });
  };
  for (const SecondScan& second : find_second_scans(scanned_pages(read, true))) {
    PageId kept = second.kept, other = second.evidence;
    BookPageRow* aside = &row_of(other);
    // A person's word, or an earlier choice, stands.
    if (row_of(kept).role == BookPageRole::evidence) {
      std::swap(kept, other);
      aside = &row_of(other);
    }
    if (aside->role == BookPageRole::page && aside->role_by.empty()) {
      SOGOC_CHECK(archive.books().set_role(book, other, BookPageRole::evidence, kept, ""));
      aside->role = BookPageRole::evidence;
    }
    tickets.push_back({"second_scan", fmt::format("{}", other),
                       fmt::format("{} and {} are scans of one page: {} counts, the other is kept as evidence", row_of(kept).name,
                                   aside->name, row_of(kept).name),
                       {kept, other}});
  }
  return tickets;
}

// What a person decided about numbers counts more than what was read; entries a person added stand on their pages.
void put_in_decisions(PageReadings& read, const std::vector<EntryDetails>& entries) {
  std::map<PageId, RegisterPage*> page_of;
  for (std::size_t i = 0; i < read.rows.size(); ++i)
    if (read.records[i] && read.records[i]->register_page) page_of.emplace(read.rows[i].page, &*read.records[i]->register_page);
  for (const EntryDetails& entry : entries) {
    if (entry.row.places.empty()) continue;
    const EntryPlace& place = entry.row.places.front();
    const auto page = page_of.find(place.page);
    if (page == page_of.end()) continue;
    std::vector<FieldReading> numbers;
    for (const char* key : {"so", "stt"}) {
      const EntryFieldDetails* field = entry.field(key);
      if (field == nullptr || !field->decided) continue;
      FieldReading number;
      number.key = key;
      number.value = field->decided->text;
      number.state = number.value.empty() ? ValueState::illegible : ValueState::read;
      numbers.push_back(std::move(number));
    }
    if (numbers.empty()) continue;
    std::vector<EntryReading>& readings = page->second->entries;
    auto known = std::find_if(readings.begin(), readings.end(), [&](const EntryReading& one) { return one.part == place.part && one.box == place.box; });
    if (known == readings.end()) {
      if (entry.row.source == "machine") continue;
      // Where it stands among the others its number says.
      const auto number = leading_number(numbers.front().value);
      known = std::find_if(readings.begin(), readings.end(), [&](const EntryReading& one) {
        for (const FieldReading& field : one.fields)
          if (field.key == numbers.front().key && number && field.state == ValueState::read && leading_number(field.value).value_or(0) > *number) return true;
        return false;
      });
      known = readings.insert(known, EntryReading{});
    }
    for (FieldReading& number : numbers) {
      const auto field = std::find_if(known->fields.begin(), known->fields.end(), [&](const FieldReading& one) { return one.key == number.key; });
      if (field == known->fields.end())
        known->fields.push_back(std::move(number));
      else
        *field = std::move(number);
    }
  }
}

// What the page readers found, and entries that a later reading no longer shows.
void add_page_findings(const PageReadings& read, const std::vector<EntryDetails>& entries, std::vector<NewTicket>& tickets) {
  for (std::size_t i = 0; i < read.rows.size(); ++i) {
    if (!read.records[i] || !read.records[i]->register_page) continue;
    for (const std::string& finding : read.records[i]->register_page->findings)
      tickets.push_back({"page_finding", fmt::format("{} {}", read.rows[i].page, finding),
                         fmt::format("{}: {}", read.rows[i].name, finding), {read.rows[i].page}});
  }
  for (const EntryDetails& entry : entries)
    if (!entry.row.seen && entry.row.source == "machine")
      tickets.push_back({"entry_not_seen", fmt::format("{}", entry.row.id),
                         fmt::format("entry {} was decided on by a person, and the last reading of its page does not show it", entry.row.id),
                         {entry.row.places.empty() ? 0 : entry.row.places.front().page}});
}

}  // namespace

Done bring_up_to_date(Archive& archive, const std::string& book) {
  SOGOC_TRY(const RegisterBookRow row, archive.books().book(book));
  if (row.state == RegisterBookState::closed) return {};
  SOGOC_TRY(const Taken taken, archive.books().take(book));
  if (!taken.changed) return {};
  SOGOC_TRY(PageReadings read, readings_of(archive, book));
  SOGOC_TRY(const auto before, archive.books().entries(book, {}));
  put_in_decisions(read, before);
  SOGOC_TRY(std::vector<NewTicket> tickets, put_second_scans_aside(archive, book, read));
  for (BookFinding& finding : check_completeness(row.about, scanned_pages(read, false)))
    tickets.push_back({std::move(finding.kind), std::move(finding.mark), std::move(finding.text), std::move(finding.pages)});
  SOGOC_CHECK(archive.books().take(book));  // without what was put aside
  SOGOC_TRY(const auto entries, archive.books().entries(book, {}));
  add_page_findings(read, entries, tickets);
  return archive.books().keep_findings(book,
                                       {"missing_pages", "repeated_page", "wrong_order", "missing_entries", "repeated_entry", "second_scan",
                                        "short_book", "numbers_unclear", "page_finding", "entry_not_seen"},
                                       tickets);
}

Done bring_books_up_to_date(Archive& archive) {
  SOGOC_TRY(const auto books, archive.books().books());
  for (const RegisterBookRow& book : books) SOGOC_CHECK(bring_up_to_date(archive, book.about.code));
  return {};
}

Result<EntryDetails> find_entry(Archive& archive, const std::string& name) {
  EntryId id = 0;
  const char* const end = name.data() + name.size();
  const auto parsed = std::from_chars(name.data(), end, id);
  if (parsed.ec == std::errc() && parsed.ptr == end) return archive.books().entry(id);
  const std::size_t colon = name.find(':');
  if (colon == std::string::npos || colon + 1 == name.size())
    return fail(ErrorCode::usage, Retry::never, name,
                "an entry is named by its id or BOOK:NUMBER, for example KS.2005.01:7; `sogoc entry list` lists them");
  const std::string book = name.substr(0, colon);
  SOGOC_CHECK(bring_up_to_date(archive, book));
  EntryFilter filter;
  filter.number = name.substr(colon + 1);
  SOGOC_TRY(std::vector<EntryDetails> found, archive.books().entries(book, filter));
  if (found.empty()) return fail(ErrorCode::not_found, Retry::never, "entry " + name, "does not exist");
  // "7/2005" may also stand for a misread "72/2005" elsewhere: as written wins.
  const auto exact = std::partition(found.begin(), found.end(), [&](const EntryDetails& entry) { return entry.row.number == filter.number; });
  if (found.size() > 1 && exact - found.begin() != 1)
    return fail(ErrorCode::conflict, Retry::never, "entry " + name,
                "stands more than once in the book; name it by its id: `sogoc entry list`");
  return std::move(found.front());
}

Result<std::pair<std::string, EntryValue>> assignment_in(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    return fail(ErrorCode::usage, Retry::never, text, "write a field as KEY=VALUE, for example nksHoTen=\"Nguyễn Văn A\"");
  return std::pair(text.substr(0, equals), written_value(text.substr(equals + 1)));
}

Done check_field_key(const EntryForm* form, const std::string& key) {
  if (form == nullptr || form->field(key) != nullptr) return {};
  std::string known;
  for (const FormField& field : form->fields) known += (known.empty() ? "" : ", ") + field.key;
  return fail(ErrorCode::usage, Retry::never, key, "is no field of this register; its fields are: " + known);
}

Result<BookCheck> check_book(Archive& archive, const EntryForms& forms, const std::string& code) {
  SOGOC_TRY(const RegisterBookRow book, archive.books().book(code));
  SOGOC_TRY(const std::vector<EntryDetails> entries, archive.books().entries(code, {}));
  BookCheck check = book.counts;
  for (const EntryDetails& entry : entries)
    check.binding_unreviewed +=
        static_cast<std::int64_t>(unreviewed_binding(entry, forms.find(entry.row.layout, book.about.kind)).size());
  return check;
}

OrderedJson json_of(const EntryValue& value) { return {{"state", name(value.state)}, {"value", value.text}}; }

namespace {

OrderedJson json_of_places(const std::vector<EntryPlace>& places) {
  OrderedJson list = OrderedJson::array();
  for (const EntryPlace& place : places) {
    if (place.page == 0) continue;
    list.push_back({{"page", place.page},
                    {"part", place.part},
                    {"box", {place.box.left, place.box.top, place.box.right, place.box.bottom}}});
  }
  return list;
}

}  // namespace

OrderedJson json_of(const EntryDetails& entry, const EntryForm* form) {
  OrderedJson fields = OrderedJson::object();
  for (const EntryFieldDetails& field : entry.fields) {
    const FieldReading& reading = field.machine.reading;
    const FormField* known = form == nullptr ? nullptr : form->field(reading.key);
    OrderedJson one = json_of(field.effective());
    one["decided"] = field.decided.has_value();
    if (field.decided) {
      one["by"] = field.decided_by;
      one["at"] = local_time(*field.decided_at);
    }
    one["binding"] = known == nullptr || known->binding;
    one["machine"] = {{"state", name(value_of_reading(reading).state)},
                      {"value", reading.value},
                      {"confidence", reading.confidence.fraction()},
                      {"sure", reading.sure},
                      {"source", reading.source},
                      {"alternatives", reading.alternatives},
                      {"doubts", reading.doubts}};
    one["places"] = json_of_places(field.machine.places);
    fields[reading.key] = std::move(one);
  }
  OrderedJson notes = OrderedJson::array();
  for (const EntryNote& note : entry.row.notes)
    notes.push_back({{"kind", note.kind}, {"text", note.text}, {"box", {note.box.left, note.box.top, note.box.right, note.box.bottom}}});
  return {{"id", entry.row.id},
          {"book", entry.row.book},
          {"number", entry.row.number},
          {"place", entry.row.place},
          {"layout", entry.row.layout},
          {"stage", name(entry.row.stage)},
          {"struck_out", entry.row.struck_out},
          {"seen", entry.row.seen},
          {"source", entry.row.source},
          {"page", entry.row.page_name},
          {"places", json_of_places(entry.row.places)},
          {"fields", std::move(fields)},
          {"notes", std::move(notes)}};
}

OrderedJson json_of(const TicketRow& ticket) {
  OrderedJson json = {{"id", ticket.id},     {"kind", ticket.kind},           {"text", ticket.text},
                      {"pages", ticket.pages}, {"state", name(ticket.state)}, {"opened_at", local_time(ticket.opened_at)}};
  if (ticket.settled_at) json["settled_at"] = local_time(*ticket.settled_at);
  if (!ticket.settled_by.empty()) json["settled_by"] = ticket.settled_by;
  if (!ticket.reason.empty()) json["reason"] = ticket.reason;
  return json;
}

std::string shown(const EntryValue& value) {
  switch (value.state) {
    case EntryValueState::written: return value.text;
    case EntryValueState::empty: return tr("(nothing is written)");
    case EntryValueState::illegible: return tr("(illegible)");
    case EntryValueState::unknown: return tr("(not known)");
    case EntryValueState::unread: break;
  }
  return tr("(not read)");
}

}  // namespace sogoc
