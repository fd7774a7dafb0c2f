// Looking for an entry while one types.

#include "tools/server/api.hpp"
#include "tools/server/entry_json.hpp"

namespace sogoc::server {
namespace {

using web::Response;

// Where the words were found: the fields of the entry that a clerk tells people apart by.
Json facts_of(const EntryDetails& entry, const EntryForm* form) {
  Json facts = Json::array();
  if (form == nullptr) return facts;
  for (const FormField& known : form->fields) {
    if (known.kind != FieldKind::name && known.kind != FieldKind::date && known.kind != FieldKind::place) continue;
    const EntryFieldDetails* field = entry.field(known.key);
    if (field == nullptr || field->effective().text.empty()) continue;
    facts.push_back({{"label", known.label}, {"value", field->effective().text}, {"decided", field->decided.has_value()}});
    if (facts.size() == 6) break;
  }
  return facts;
}

Result<Response> find(Call& call) {
  EntrySearch search;
  search.text = call.text("q");
  search.number = call.text("number");
  search.person = call.text("person");
  search.date = call.text("date");
  search.place = call.text("place");
  search.kind = call.text("kind");
  search.scope = call.scope();
  search.limit = call.number("limit", 20);
  search.offset = call.number("offset");
  Json hits = Json::array();
  const auto answer = call.archive.books().search_entries(search);
  // Nothing to look for yet: somebody has just begun to type.
  if (!answer && answer.error().code == ErrorCode::usage) return json_response({{"total", 0}, {"most", false}, {"hits", std::move(hits)}});
  if (!answer) return tl::unexpected<Error>(answer.error());
  // What was asked for is in nobody's log: words of a search are names of people.
  SOGOC_CHECK(call.looked_at("search", "entries"));
  for (const EntryHit& hit : answer->hits) {
    const EntryForm* form = call.office.forms.find(hit.entry.row.layout, hit.book.kind);
    Json json = short_json_of(hit.entry, form);
    json["book"] = hit.book.code;
    json["kind"] = hit.book.kind;
    json["title"] = form == nullptr ? "" : form->title;
    json["body"] = hit.book.body;
    json["book_number"] = hit.book.number;
    json["exact"] = hit.exact;
    json["open"] = unreviewed_binding(hit.entry, form).size();
    json["facts"] = facts_of(hit.entry, form);
    hits.push_back(std::move(json));
  }
  return json_response({{"total", answer->total}, {"most", answer->total >= EntrySearchAnswer::kMostCounted}, {"hits", std::move(hits)}});
}

}  // namespace

std::vector<Route> find_routes() {
  using web::Method;
  return {
      {Method::get, "/api/entries", "findEntries", "Entries of all books, found while one types; words with or without diacritics", find, false, Right::read_records,
       {{"q", ParameterType::text, "words anywhere in the entry"}, {"number", ParameterType::text, "number of the entry or of a paper"}, {"person", ParameterType::text, "a name"},
        {"date", ParameterType::text, "a date as people write it: 5/9/2005"}, {"place", ParameterType::text, "a place"}, {"kind", ParameterType::text, "kind of book: KS"},
        {"limit", ParameterType::number, "how many at most", {}, 1, 200}, {"offset", ParameterType::number, "how many to skip"}}, "", "FoundEntries"},
  };
}

}  // namespace sogoc::server
