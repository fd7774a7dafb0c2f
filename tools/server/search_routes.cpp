// IIIF Content Search 2 in a book or a document, and 1 for viewers that know no other: words and where they stand.

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "pipeline/core/record_json.hpp"
#include "storage/review_store.hpp"
#include "storage/search/fold.hpp"
#include "tools/server/api.hpp"

namespace sogoc::server {
namespace {

using web::Response;

constexpr int kMostPages = 200;
constexpr std::size_t kMostWords = 2000;

struct FoundWord {
  PageId page = 0;
  std::string text;
  BoxPx box;  // pixels of the master: of the canvas
};

// One word of the question: with marks it means itself, without it means all that look so.
struct Asked {
  std::string folded;
  bool exact = false;
  [[nodiscard]] bool is(std::string_view word) const { return (exact ? fold_word_exact(word) : fold_word_plain(word)) == folded; }
};

std::vector<Asked> asked_in(const std::string& q) {
  std::vector<Asked> all;
  for (const WordSpan& span : words_of(q)) {
    const std::string_view word = std::string_view(q).substr(span.begin, span.end - span.begin);
    const bool exact = has_marks(word);
    all.push_back({exact ? fold_word_exact(word) : fold_word_plain(word), exact});
  }
  return all;
}

bool says(const Word& word, const Asked& asked) {
  for (const WordSpan& span : words_of(word.text))
    if (asked.is(std::string_view(word.text).substr(span.begin, span.end - span.begin))) return true;
  return false;
}

// The whole question one word after the other, in reading order; where it stands nowhere so, its words one by one.
void find_words(PageId page, const PageRecord& record, const std::vector<Asked>& asked, std::vector<FoundWord>& found) {
  std::vector<FoundWord> all;
  std::vector<const Word*> words;
  for (const PagePart& part : record.parts)
    for (const Region& region : part.text.regions)
      for (const TextLine& line : region.lines)
        for (const Word& word : line.words) {
          words.push_back(&word);
          all.push_back({page, word.text, box_on_master(word.box, part, record.master_size)});
        }
  std::set<std::size_t> hits;
  for (std::size_t i = 0; i + asked.size() <= words.size(); ++i) {
    std::size_t k = 0;
    while (k < asked.size() && says(*words[i + k], asked[k])) ++k;
    if (k == asked.size())
      for (std::size_t j = 0; j < k; ++j) hits.insert(i + j);
  }
  if (hits.empty())
    for (std::size_t i = 0; i < words.size(); ++i)
      if (std::any_of(asked.begin(), asked.end(), [&](const Asked& one) { return says(*words[i], one); })) hits.insert(i);
  for (const std::size_t i : hits)
    if (found.size() < kMostWords) found.push_back(std::move(all[i]));
}

// Pages that hold all words, by the index; then their words with boxes, as ALTO has them. `document` 0: any of the scope.
Result<std::vector<FoundWord>> search(Call& call, const Scope& scope, DocumentId document, const std::vector<PageRow>& pages) {
  std::vector<FoundWord> found;
  const std::string q = call.text("q");
  const auto asked = asked_in(q);
  if (asked.empty()) return found;
  SearchQuery query;
  query.text = q;
  query.scope = scope;
  query.limit = kMostPages;
  SOGOC_TRY(const SearchAnswer answer, call.archive.catalogue().search(query));
  std::set<std::pair<DocumentId, int>> hits;
  for (const SearchHit& hit : answer.hits)
    if (hit.page_of_document > 0 && (document == 0 || hit.document == document)) hits.insert({hit.document, hit.page_of_document});
  for (const PageRow& page : pages) {
    if (hits.count({page.document, page.page_of_document}) == 0 || !page.record || page.state == PageState::restricted) continue;
    SOGOC_TRY(const std::string json, call.archive.blobs().load(*page.record));
    SOGOC_TRY(PageRecord record, page_record_from_json(json));
    SOGOC_TRY(const auto corrections, call.archive.review().corrections(page.id));
    static_cast<void>(apply_corrections(record, corrections));
    find_words(page.id, record, asked, found);
  }
  return found;
}

std::string base_of(const Call& call) {
  const bool secure = call.request.tls || call.office.behind_proxy;
  return std::string(secure ? "https://" : "http://") + std::string(call.request.header("host"));
}

Response answer(const Call& call, const std::string& manifest, const std::vector<FoundWord>& found, bool first_version) {
  std::string id = base_of(call);
  for (const std::string& part : call.request.path) id += "/" + part;
  Json items = Json::array();
  for (std::size_t i = 0; i < found.size(); ++i) {
    const FoundWord& word = found[i];
    const std::string where = fmt::format("{}/canvas/{}#xywh={},{},{},{}", manifest, word.page, word.box.left, word.box.top, word.box.width(), word.box.height());
    if (first_version)
      items.push_back({{"@id", fmt::format("{}/{}", id, i)}, {"@type", "oa:Annotation"}, {"motivation", "sc:painting"},
                       {"resource", {{"@type", "cnt:ContentAsText"}, {"format", "text/plain"}, {"chars", word.text}}}, {"on", where}});
    else
      items.push_back({{"id", fmt::format("{}/{}", id, i)}, {"type", "Annotation"}, {"motivation", "highlighting"},
                       {"body", {{"type", "TextualBody"}, {"value", word.text}, {"format", "text/plain"}}}, {"target", where}});
  }
  Json json;
  if (first_version)
    json = {{"@context", "http://iiif.io/api/search/1/context.json"}, {"@id", id}, {"@type", "sc:AnnotationList"}, {"resources", std::move(items)}};
  else
    json = {{"@context", "http://iiif.io/api/search/2/context.json"}, {"id", id}, {"type", "AnnotationPage"}, {"items", std::move(items)}};
  Response response = json_response(json);
  response.headers.clear();
  response.set("Content-Type", "application/ld+json");
  return response;
}

Result<Response> in_book(Call& call, bool first_version) {
  const std::string code = call.text("book");
  SOGOC_CHECK(check_book_scope(call, code));
  SOGOC_CHECK(call.looked_at("search", "book " + code));
  SOGOC_TRY(const auto rows, call.archive.books().pages(code));
  std::set<BatchId> batches;
  for (const BookPageRow& row : rows) batches.insert(row.batch);
  std::vector<PageRow> pages;
  for (const BatchId batch : batches) {
    PageFilter filter;
    filter.batch = batch;
    filter.limit = 100'000;
    SOGOC_TRY(auto some, call.archive.catalogue().pages(filter));
    std::move(some.begin(), some.end(), std::back_inserter(pages));
  }
  SOGOC_TRY(const auto found, search(call, {false, {}, {code}}, 0, pages));
  return answer(call, fmt::format("{}/iiif/book/{}/manifest.json", base_of(call), code), found, first_version);
}

Result<Response> in_document(Call& call, bool first_version) {
  SOGOC_TRY(const DocumentDetails document, document_in_scope(call, call.number("document")));
  SOGOC_CHECK(call.looked_at("search", fmt::format("document {}", document.row.id)));
  PageFilter filter;
  filter.document = document.row.id;
  filter.limit = 100'000;
  SOGOC_TRY(const auto pages, call.archive.catalogue().pages(filter));
  SOGOC_TRY(const auto found, search(call, call.scope(), document.row.id, pages));
  return answer(call, fmt::format("{}/iiif/document/{}/manifest.json", base_of(call), document.row.id), found, first_version);
}

Result<Response> book_2(Call& call) { return in_book(call, false); }
Result<Response> book_1(Call& call) { return in_book(call, true); }
Result<Response> document_2(Call& call) { return in_document(call, false); }
Result<Response> document_1(Call& call) { return in_document(call, true); }

}  // namespace

std::vector<Route> search_routes() {
  using web::Method;
  std::vector<Parameter> query{{"q", ParameterType::text, "words, with or without diacritics"},
                               {"motivation", ParameterType::text, "not heeded"},
                               {"date", ParameterType::text, "not heeded"},
                               {"user", ParameterType::text, "not heeded"}};
  const auto route = [&](const char* path, const char* id, const char* about, Handler handler) {
    Route one{Method::get, path, id, about, handler, false, Right::read_records, query, "", "Any"};
    one.answer_type = "application/ld+json";
    return one;
  };
  return {route("/iiif/book/{book}/search", "searchBook", "IIIF Content Search 2: words of a book with their boxes", book_2),
          route("/iiif/book/{book}/search/1", "searchBook1", "IIIF Content Search 1, for viewers that know no other", book_1),
          route("/iiif/document/{document}/search", "searchDocument", "IIIF Content Search 2: words of a document with their boxes", document_2),
          route("/iiif/document/{document}/search/1", "searchDocument1", "IIIF Content Search 1, for viewers that know no other", document_1)};
}

}  // namespace sogoc::server
