// Blind keying of a whole book: what to key next, without a word of what was read or keyed; and what three persons
// keyed differently, side by side, for a fourth.

#include <algorithm>

#include <fmt/format.h>

#include "storage/review_store.hpp"
#include "tools/server/api.hpp"
#include "tools/server/entry_json.hpp"
#include "tools/sogoc/book_desk.hpp"
#include "tools/sogoc/review_desk.hpp"

namespace sogoc::server {
namespace {

using web::Response;

bool keyed_by(const std::vector<Keying>& keyings, const std::string& person) {
  return std::any_of(keyings.begin(), keyings.end(), [&](const Keying& one) { return one.by == person; });
}

KeyingOutcome outcome_of(const std::vector<Keying>& keyings) {
  std::vector<KeyedValue> keyed;
  for (const Keying& one : keyings) keyed.push_back({one.by, one.value});
  return settle_keying(keyed);
}

// Every binding field of the book that no person has decided, with what was keyed of it.
struct OpenField {
  const EntryDetails* entry;
  const EntryFieldDetails* field;  // null: the machine saw none
  const FormField* known;
  const std::vector<Keying>* keyings;
};

struct BookKeying {
  std::vector<EntryDetails> entries;
  std::map<std::pair<EntryId, std::string>, std::vector<Keying>> keyings;
  std::vector<OpenField> open;
};

Result<BookKeying> keying_of(Call& call, const std::string& code) {
  static const std::vector<Keying> kNone;
  SOGOC_CHECK(bring_up_to_date(call.archive, code));
  SOGOC_TRY(const RegisterBookRow book, call.archive.books().book(code));
  BookKeying all;
  SOGOC_TRY(all.entries, call.archive.books().entries(code, {}));
  SOGOC_TRY(all.keyings, call.archive.review().keyings(code));
  for (const EntryDetails& entry : all.entries) {
    const EntryForm* form = call.office.forms.find(entry.row.layout, book.about.kind);
    if (form == nullptr || entry.row.struck_out) continue;
    for (const FormField& known : form->fields) {
      if (!known.binding || known.kind == FieldKind::signature) continue;
      const EntryFieldDetails* field = entry.field(known.key);
      if (field != nullptr && field->decided) continue;
      const auto keyed = all.keyings.find({entry.row.id, known.key});
      all.open.push_back({&entry, field, &known, keyed == all.keyings.end() ? &kNone : &keyed->second});
    }
  }
  return all;
}

Json json_of_open(const OpenField& one) {
  Json json = {{"entry", one.entry->row.id},
               {"key", one.known->key},
               {"label", one.known->label},
               {"page_name", one.entry->row.page_name},
               {"places", one.field == nullptr || one.field->machine.places.empty() ? json_of_places(one.entry->row.places) : json_of_places(one.field->machine.places)},
               {"row", json_of_places(one.entry->row.places)}};
  Json codes = Json::array();
  for (const CodeListEntry& code : one.known->codes) codes.push_back(code.name);
  json["codes"] = std::move(codes);
  return json;
}

// Fields that lack one person come before those that nobody has keyed; a book is keyed from its first row on.
Result<Response> next_fields(Call& call) {
  const std::string code = call.text("book");
  SOGOC_CHECK(check_book_scope(call, code));
  SOGOC_TRY(BookKeying all, keying_of(call, code));
  std::erase_if(all.open, [&](const OpenField& one) {
    const KeyingState state = outcome_of(*one.keyings).state;
    return keyed_by(*one.keyings, call.name()) || state == KeyingState::agreed || state == KeyingState::split;
  });
  std::stable_sort(all.open.begin(), all.open.end(), [](const OpenField& a, const OpenField& b) { return a.keyings->size() > b.keyings->size(); });
  const auto limit = static_cast<std::size_t>(call.number("limit", 50));
  Json fields = Json::array();
  for (std::size_t i = 0; i < all.open.size() && i < limit; ++i) fields.push_back(json_of_open(all.open[i]));
  SOGOC_CHECK(call.looked_at("key_book", "book " + code));
  return json_response({{"book", code}, {"waiting", all.open.size()}, {"fields", std::move(fields)}});
}

// Who keyed a field does not decide about it.
Result<Response> disputes(Call& call) {
  const std::string code = call.text("book");
  SOGOC_CHECK(check_book_scope(call, code));
  SOGOC_TRY(const BookKeying all, keying_of(call, code));
  Json fields = Json::array();
  for (const OpenField& one : all.open) {
    if (outcome_of(*one.keyings).state != KeyingState::split || keyed_by(*one.keyings, call.name())) continue;
    Json json = json_of_open(one), keyed = Json::array();
    for (const Keying& keying : *one.keyings) keyed.push_back({{"by", keying.by}, {"state", name(keying.value.state)}, {"text", keying.value.text}});
    json["keyed"] = std::move(keyed);
    json["revision"] = one.entry->row.revision;
    json["number"] = one.entry->row.number;
    fields.push_back(std::move(json));
  }
  SOGOC_CHECK(call.looked_at("disputes_book", "book " + code));
  return json_response({{"book", code}, {"fields", std::move(fields)}});
}

}  // namespace

std::vector<Route> keying_routes() {
  using web::Method;
  return {
      {Method::get, "/api/books/{book}/keying", "keyingQueue", "Fields that this person may key blindly: where they stand, and nothing of what they say", next_fields, false, Right::key_fields,
       {{"limit", ParameterType::number, "how many at most", {}, 1, 500}}, "", "KeyingQueue"},
      {Method::get, "/api/books/{book}/disputes", "listDisputes", "Fields that three persons keyed differently, with what each of them keyed", disputes, false, Right::check_records, {}, "", "Disputes"},
  };
}

}  // namespace sogoc::server
