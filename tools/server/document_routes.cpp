// Search, dossiers, documents and their pages.

#include <fmt/format.h>

#include "storage/search/search_most.hpp"
#include "tools/server/api.hpp"
#include "tools/server/entry_json.hpp"
#include "tools/sogoc/command.hpp"

namespace sogoc::server {
namespace {

using web::Response;

// The text between marks as parts, so that no page has to read markup: [["Nguyễn", true], [" sinh ngày", false]].
Json snippet_parts(const std::string& snippet) {
  Json parts = Json::array();
  std::string text;
  bool found = false;
  const auto end_part = [&] {
    if (!text.empty()) parts.push_back({text, found});
    text.clear();
  };
  for (const char c : snippet) {
    if (c == SearchHit::kMarkOn || c == SearchHit::kMarkOff) {
      end_part();
      found = c == SearchHit::kMarkOn;
    } else {
      text += c;
    }
  }
  end_part();
  return parts;
}

Result<Response> search(Call& call) {
  SearchQuery query;
  query.text = call.text("q");
  const bool words = query.text.find_first_not_of(" \t\n") != std::string::npos;
  // Somebody is typing: the last word may go on, until something stands behind it.
  if (!query.text.empty() && std::string_view(" \t\n\"*").find(query.text.back()) == std::string_view::npos) query.text += '*';
  query.type = call.text("type");
  query.from = call.text("from");
  query.to = call.text("to");
  query.body = call.text("body");
  query.dossier = call.text("dossier");
  query.limit = static_cast<int>(call.number("limit", 20));
  query.offset = static_cast<int>(call.number("offset"));
  query.scope = call.scope();
  SOGOC_TRY(const SearchAnswer answer, call.archive.catalogue().search(query));
  // What was asked for is in nobody's log: words of a search are names of people.
  SOGOC_CHECK(call.looked_at("search", "documents"));
  Json hits = Json::array();
  for (const SearchHit& hit : answer.hits)
    hits.push_back({{"document", hit.document},
                    {"identifier", hit.identifier},
                    {"page", hit.page_of_document},
                    {"exact", hit.exact},
                    {"snippet", snippet_parts(hit.snippet)},
                    {"type", hit.type_name},
                    {"number", hit.number},
                    {"notation", hit.notation},
                    {"issued", hit.issued_date},
                    {"organ", hit.organ_name},
                    {"subject", hit.subject}});
  return json_response({{"total", answer.total}, {"most", words && answer.total >= kMostFoundPages}, {"hits", std::move(hits)}});
}

Result<Response> dossiers(Call& call) {
  SOGOC_TRY(const auto all, call.archive.catalogue().dossiers());
  Json json = Json::array();
  for (const Dossier& dossier : all) {
    if (!covers_dossier(call.scope(), dossier.about.code)) continue;
    json.push_back({{"code", dossier.about.code}, {"title", dossier.about.title}, {"state", name(dossier.state)},
                    {"created_at", local_time(dossier.created_at)}});
  }
  return json_response({{"dossiers", std::move(json)}});
}

Json json_of_row(const DocumentRow& row) {
  return {{"id", row.id},
          {"identifier", row.identifier},
          {"dossier", row.dossier},
          {"batch", row.batch},
          {"state", name(row.state)},
          {"pages", row.pages},
          {"pages_need_person", row.pages_need_person},
          {"type", row.type_name},
          {"number", row.number},
          {"notation", row.notation},
          {"issued", row.issued_date},
          {"organ", row.organ_name},
          {"subject", row.subject}};
}

Result<Response> documents(Call& call) {
  DocumentFilter filter;
  filter.dossier = call.text("dossier");
  if (const std::int64_t batch = call.number("batch"); batch > 0) filter.batch = batch;
  if (filter.dossier.empty() && !filter.batch) return fail(ErrorCode::usage, Retry::never, "dossier", "say of which dossier or batch");
  if (!filter.dossier.empty() && !covers_dossier(call.scope(), filter.dossier))
    return fail(ErrorCode::not_found, Retry::never, "dossier " + filter.dossier, "does not exist");
  filter.limit = call.number("limit", 100);
  filter.offset = call.number("offset");
  SOGOC_TRY(const auto rows, call.archive.catalogue().documents(filter));
  Json json = Json::array();
  for (const DocumentRow& row : rows)
    if (check_batch_scope(call, row.batch, row.dossier)) json.push_back(json_of_row(row));
  return json_response({{"documents", std::move(json)}});
}

Result<Response> document(Call& call) {
  SOGOC_TRY(const DocumentDetails details, document_in_scope(call, call.number("document")));
  SOGOC_CHECK(call.looked_at("view_document", fmt::format("document {}", details.row.id)));
  Json json = json_of_row(details.row);
  if (details.row.state == DocumentState::restricted) return json_response(json);  // that it exists, no more
  Json fields = Json::array();
  for (const FieldDetails& field : details.fields) {
    const MetadataField counts = field.effective();
    fields.push_back({{"key", counts.key}, {"value", counts.value}, {"state", name_in(kValueStateNames, counts.state)},
                      {"confidence", counts.confidence.fraction()}, {"page", counts.page},
                      {"box", {counts.box.left, counts.box.top, counts.box.right, counts.box.bottom}},
                      {"by", field.confirmed_by}});
  }
  json["fields"] = std::move(fields);
  json["doubts"] = translated_list(details.doubts);
  return json_response(json);
}

Json json_of_page(const PageRow& page) {
  return {{"id", page.id},
          {"name", page.name},
          {"document", page.document},
          {"page_of_document", page.page_of_document},
          {"state", name(page.state)},
          {"reasons", translated_list(page.reasons)},
          {"thumbnail", page.thumbnail.has_value()}};
}

Result<Response> pages(Call& call) {
  SOGOC_TRY(const DocumentDetails details, document_in_scope(call, call.number("document")));
  PageFilter filter;
  filter.document = details.row.id;
  filter.limit = call.number("limit", 1000);
  filter.offset = call.number("offset");
  SOGOC_TRY(const auto rows, call.archive.catalogue().pages(filter));
  Json json = Json::array();
  for (const PageRow& row : rows) json.push_back(json_of_page(row));
  return json_response({{"document", details.row.id}, {"pages", std::move(json)}});
}

}  // namespace

std::vector<Route> document_routes() {
  using web::Method;
  const Parameter limit{"limit", ParameterType::number, "how many at most", {}, 1, 1000};
  const Parameter offset{"offset", ParameterType::number, "how many to leave out", {}, 0, 1'000'000};
  return {
      {Method::get, "/api/search", "search", "Pages and documents, with or without diacritics", search, false, Right::read_records,
       {{"q", ParameterType::text, "words; a \"quoted phrase\" stays together; the last word may go on unless a blank or a quotation mark follows"},
        {"type", ParameterType::text, "type of document, by name or code"},
        {"from", ParameterType::text, "first date, YYYY-MM-DD"},
        {"to", ParameterType::text, "last date, YYYY-MM-DD"},
        {"body", ParameterType::text, "part of the issuing body's name"},
        {"dossier", ParameterType::text, "dossier code"},
        {"limit", ParameterType::number, "hits at most", {}, 1, 200}, offset},
       "", "SearchAnswer"},
      {Method::get, "/api/dossiers", "listDossiers", "Dossiers that this person may see", dossiers, false, Right::read_records, {}, "", "Dossiers"},
      {Method::get, "/api/documents", "listDocuments", "Documents of a dossier or a batch", documents, false, Right::read_records,
       {{"dossier", ParameterType::text, "dossier code"}, {"batch", ParameterType::number, "number of the batch", {}, 1}, limit, offset}, "", "Documents"},
      {Method::get, "/api/documents/{document}", "showDocument", "One document with its fields", document, false, Right::read_records, {}, "", "Document"},
      {Method::get, "/api/documents/{document}/pages", "listPages", "Its pages", pages, false, Right::read_records, {limit, offset}, "", "Pages"},
  };
}

}  // namespace sogoc::server
