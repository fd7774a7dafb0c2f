// One entry: looking, deciding with the revision that was seen, keying blindly, moving it on.

#include <fmt/format.h>

#include "tools/server/api.hpp"
#include "tools/server/entry_json.hpp"
#include "tools/sogoc/book_desk.hpp"
#include "tools/sogoc/review_desk.hpp"

namespace sogoc::server {
namespace {

using web::Response;

constexpr std::size_t kMostFieldBytes = 4000;
constexpr std::size_t kMostFieldsAtOnce = 100;

std::string called(const EntryDetails& entry) { return fmt::format("entry {}", entry.row.id); }

Result<const EntryForm*> form_of(Call& call, const EntryDetails& entry) {
  SOGOC_TRY(const RegisterBookRow book, call.archive.books().book(entry.row.book));
  return call.office.forms.find(entry.row.layout, book.about.kind);
}

Result<Response> answer(Call& call, EntryId id) {
  SOGOC_TRY(const EntryDetails entry, call.archive.books().entry(id));
  SOGOC_TRY(const EntryForm* form, form_of(call, entry));
  return json_response(long_json_of(entry, form));
}

Result<Response> show(Call& call) {
  SOGOC_TRY(const EntryDetails entry, entry_in_scope(call, call.number("entry")));
  SOGOC_CHECK(call.looked_at("view_entry", called(entry)));
  return answer(call, entry.row.id);
}

Result<Response> history(Call& call) {
  SOGOC_TRY(const EntryDetails entry, entry_in_scope(call, call.number("entry")));
  SOGOC_TRY(const auto changes, call.archive.books().history(entry.row.id));
  SOGOC_CHECK(call.looked_at("view_entry", called(entry)));
  Json json = Json::array();
  for (const EntryChange& change : changes)
    json.push_back({{"at", local_time(change.at)}, {"by", change.by}, {"how", change.how}, {"key", change.key},
                    {"state", change.how == "stage" ? "" : name(change.value.state)}, {"value", change.value.text}});
  return json_response({{"entry", entry.row.id}, {"changes", std::move(json)}});
}

Result<EntryValue> value_in(const Json& json) {
  SOGOC_TRY(const std::string state_name, text_of(json, "state", 20));
  const auto state = sogoc::value_in(kEntryValueStateNames, state_name);
  if (!state || *state == EntryValueState::unread)
    return fail(ErrorCode::usage, Retry::never, "state", "must be one of: written, empty, illegible, unknown");
  if (*state != EntryValueState::written) return EntryValue{*state, ""};
  SOGOC_TRY(std::string text, text_of(json, "text", kMostFieldBytes));
  return written_value(std::move(text));
}

Result<Response> decide(Call& call) {
  SOGOC_TRY(const EntryDetails entry, entry_in_scope(call, call.number("entry")));
  SOGOC_TRY(const EntryForm* form, form_of(call, entry));
  SOGOC_TRY(const std::int64_t revision, number_of(call.body, "revision"));
  const auto given = call.body.find("values");
  if (given == call.body.end() || !given->is_array() || given->empty() || given->size() > kMostFieldsAtOnce)
    return fail(ErrorCode::usage, Retry::never, "values", "must be a list of what stands in fields");
  std::vector<std::pair<std::string, EntryValue>> values;
  for (const Json& one : *given) {
    if (!one.is_object()) return fail(ErrorCode::usage, Retry::never, "values", "must be a list of what stands in fields");
    SOGOC_TRY(std::string key, text_of(one, "key", 100));
    SOGOC_CHECK(check_field_key(form, key));
    SOGOC_TRY(EntryValue value, value_in(one));
    values.emplace_back(std::move(key), std::move(value));
  }
  SOGOC_CHECK(call.archive.books().decide(entry.row.id, values, call.name(), "set", revision));
  return answer(call, entry.row.id);
}

// What the machine read is what stands there: one field at a time, so that each was looked at.
Result<Response> confirm(Call& call) {
  SOGOC_TRY(const EntryDetails entry, entry_in_scope(call, call.number("entry")));
  SOGOC_TRY(const std::int64_t revision, number_of(call.body, "revision"));
  SOGOC_TRY(const std::string key, text_of(call.body, "key", 100));
  const EntryFieldDetails* field = entry.field(key);
  if (field == nullptr || field->effective().state == EntryValueState::unread)
    return fail(ErrorCode::conflict, Retry::after_operator, key, "was not read; say what stands there");
  SOGOC_CHECK(call.archive.books().decide(entry.row.id, {{key, field->effective()}}, call.name(), "confirm", revision));
  return answer(call, entry.row.id);
}

Result<Response> key(Call& call) {
  SOGOC_TRY(const EntryDetails entry, entry_in_scope(call, call.number("entry")));
  SOGOC_TRY(const EntryForm* form, form_of(call, entry));
  SOGOC_TRY(const std::string field, text_of(call.body, "key", 100));
  SOGOC_CHECK(check_field_key(form, field));
  SOGOC_TRY(const EntryValue value, value_in(call.body));
  SOGOC_TRY(const KeyedField keyed, key_blindly(call.archive, entry, field, value, call.name()));
  return json_response({{"entry", entry.row.id}, {"key", field}, {"state", name(keyed.outcome.state)}, {"persons", keyed.persons}});
}

Result<Response> move(Call& call) {
  SOGOC_TRY(const EntryDetails entry, entry_in_scope(call, call.number("entry")));
  SOGOC_TRY(const std::string stage, text_of(call.body, "to", 20));
  const auto to = sogoc::value_in(kEntryStageNames, stage);
  if (!to) return fail(ErrorCode::usage, Retry::never, "to", "must be one of: entry, check_1, check_2, final");
  SOGOC_TRY(const EntryForm* form, form_of(call, entry));
  const auto unreviewed = unreviewed_binding(entry, form);
  SOGOC_CHECK(call.archive.books().move_stage(entry.row.id, *to, call.name(), static_cast<std::int64_t>(unreviewed.size())));
  return answer(call, entry.row.id);
}

}  // namespace

std::vector<Route> entry_routes() {
  using web::Method;
  return {
      {Method::get, "/api/entries/{entry}", "showEntry", "One entry with its fields and where each of them stands", show, false, Right::read_records, {}, "", "Entry"},
      {Method::get, "/api/entries/{entry}/history", "entryHistory", "Who changed what, and when", history, false, Right::read_records, {}, "", "History"},
      {Method::post, "/api/entries/{entry}/fields", "decideFields", "A person says what stands in fields; 409 when the entry changed since it was looked at", decide, false, Right::key_fields, {}, "Decide", "Entry"},
      {Method::post, "/api/entries/{entry}/confirm", "confirmField", "A person says that a field was read rightly; 409 when the entry changed since it was looked at", confirm, false, Right::key_fields, {}, "Confirm", "Entry"},
      {Method::post, "/api/entries/{entry}/keyings", "keyField", "Key a field without seeing what others keyed; two who agree settle it", key, false, Right::key_fields, {}, "Key", "Keyed"},
      {Method::post, "/api/entries/{entry}/stage", "moveEntry", "Move an entry on, or back to entry", move, false, Right::check_records, {}, "Move", "Entry"},
  };
}

}  // namespace sogoc::server
