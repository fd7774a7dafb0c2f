// Catalogue::search. Found rows come in tiers (search_terms.hpp): what matches with its
// diacritics stands before what matches without.

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "storage/catalogue.hpp"
#include "storage/catalogue_rows.hpp"
#include "storage/search/fold.hpp"
#include "storage/search/search_most.hpp"
#include "storage/search/search_terms.hpp"

namespace sogoc {
namespace {

constexpr int kMostHits = 1000;
constexpr int kSnippetWords = 24;

// Every filter holds for its document; parameters ?1 to ?6. A field's value is the person's
// before the machine's.
constexpr const char* kFilters =
    "d.state = 'done' "
    "AND (?1 = '' OR EXISTS (SELECT 1 FROM fields WHERE document = d.id "
    "  AND key IN ('typeName', 'typeCode') "
    "  AND fold_plain(coalesce(confirmed_value, machine_value)) = ?1)) "
    "AND (?2 = '' OR EXISTS (SELECT 1 FROM fields WHERE document = d.id AND key = 'issuedDate' "
    "  AND coalesce(confirmed_value, machine_value) >= ?2 "
    "  AND coalesce(confirmed_value, machine_value) <> '')) "
    "AND (?3 = '' OR EXISTS (SELECT 1 FROM fields WHERE document = d.id AND key = 'issuedDate' "
    "  AND coalesce(confirmed_value, machine_value) <= ?3 "
    "  AND coalesce(confirmed_value, machine_value) <> '')) "
    "AND (?4 = '' OR EXISTS (SELECT 1 FROM fields WHERE document = d.id "
    "  AND key IN ('organName', 'parentOrgan') "
    "  AND instr(' ' || fold_plain(coalesce(confirmed_value, machine_value)) || ' ', "
    "            ' ' || ?4 || ' ') > 0)) "
    "AND (?5 = '' OR d.dossier = (SELECT id FROM dossiers WHERE code = ?5)) "
    // As covers_dossier and covers_book say.
    "AND (?6 = '' OR EXISTS (SELECT 1 FROM dossiers s, json_each(?6, '$.bodies') b WHERE s.id = d.dossier "
    "    AND b.value <> '' AND substr(s.code, 1, length(b.value) + 1) = b.value || '.') "
    "  OR EXISTS (SELECT 1 FROM register_batches r JOIN register_books k ON k.id = r.book WHERE r.batch = d.batch "
    "    AND (k.code IN (SELECT value FROM json_each(?6, '$.books')) "
    "      OR (k.body <> '' AND k.body IN (SELECT value FROM json_each(?6, '$.bodies')))))) ";

struct Filters {
  std::string type, from, to, body, dossier, scope;
};

// "" = everything.
std::string scope_text(const std::optional<Scope>& scope) {
  if (!scope || scope->everything) return {};
  return nlohmann::json{{"bodies", scope->bodies}, {"books", scope->books}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// Blanks and line ends of a snippet become single blanks.
std::string on_one_line(std::string_view text) {
  std::string line;
  bool blank = false;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f') {
      blank = !line.empty();
      continue;
    }
    if (blank) line += ' ';
    blank = false;
    line += c;
  }
  return line;
}

void describe(Database& database, SearchHit& hit) {
  auto row = load_document_row(database, hit.document);
  if (!row) return;
  hit.identifier = std::move(row->identifier);
  hit.type_name = std::move(row->type_name);
  hit.number = std::move(row->number);
  hit.notation = std::move(row->notation);
  hit.issued_date = std::move(row->issued_date);
  hit.organ_name = std::move(row->organ_name);
  hit.subject = std::move(row->subject);
}

// Without words: the documents that pass the filters, newest first.
SearchAnswer list_documents(Database& database, const Filters& f, int limit, int offset) {
  SearchAnswer answer;
  {
    auto query = database.query(std::string("SELECT count(*) FROM documents d WHERE ") + kFilters,
                                f.type, f.from, f.to, f.body, f.dossier, f.scope);
    if (query.next()) answer.total = query.integer(0);
  }
  auto query = database.query(
      std::string(
          "SELECT d.id, (SELECT coalesce(confirmed_value, machine_value) FROM fields "
          "WHERE document = d.id AND key = 'issuedDate') AS issued FROM documents d WHERE ") +
          kFilters + "ORDER BY issued DESC, d.id LIMIT ?7 OFFSET ?8",
      f.type, f.from, f.to, f.body, f.dossier, f.scope, limit, offset);
  while (query.next()) {
    SearchHit hit;
    hit.document = query.integer(0);
    hit.exact = true;
    describe(database, hit);
    hit.snippet = on_one_line(hit.subject);
    answer.hits.push_back(std::move(hit));
  }
  return answer;
}

struct FoundRow {
  std::int64_t row = 0;
  std::size_t tier = 0;
  bool metadata = false;
  double score = 0;
};

// Each tier finds all that the one before it finds.
class TieredSearch {
 public:
  TieredSearch(Database& database, std::vector<std::string> tiers, const Filters& filters)
      : database_(database), tiers_(std::move(tiers)), filters_(filters) {}

  SearchAnswer answer(int limit, int offset) {
    std::vector<FoundRow> found;
    std::unordered_set<std::int64_t> known;
    for (std::size_t tier = 0; tier < tiers_.size() && found.size() < kMost; ++tier) {
      // The newest first; one more than is wanted says that there are more.
      std::vector<FoundRow> fresh = rows(tier, kMost + 1);
      const bool all = fresh.size() <= kMost;
      std::erase_if(fresh, [&](const FoundRow& one) { return known.count(one.row) != 0; });
      if (all && !fresh.empty()) weigh(tier, fresh);
      else std::stable_sort(fresh.begin(), fresh.end(), [](const FoundRow& a, const FoundRow& b) { return a.metadata > b.metadata; });
      if (fresh.size() > kMost - found.size()) fresh.resize(kMost - found.size());
      for (const FoundRow& one : fresh) known.insert(one.row);
      found.insert(found.end(), fresh.begin(), fresh.end());
    }
    SearchAnswer answer;
    answer.total = static_cast<std::int64_t>(found.size());
    for (auto i = static_cast<std::size_t>(offset); i < found.size() && answer.hits.size() < static_cast<std::size_t>(limit); ++i) answer.hits.push_back(hit(found[i].tier, found[i]));
    return answer;
  }

 private:
  static constexpr auto kMost = static_cast<std::size_t>(kMostFoundPages);

  // The index leads, so that the first rows are there before the last ones were looked for.
  [[nodiscard]] static std::string matching() {
    return std::string("FROM search CROSS JOIN search_rows r ON r.id = search.rowid CROSS JOIN documents d ON d.id = r.document WHERE search MATCH ?7 AND ") + kFilters;
  }

  std::vector<FoundRow> rows(std::size_t tier, std::size_t most) {
    std::vector<FoundRow> found;
    auto query = database_.query("SELECT search.rowid, r.page " + matching() + "ORDER BY search.rowid DESC LIMIT ?8", filters_.type, filters_.from, filters_.to, filters_.body, filters_.dossier, filters_.scope,
                                 tiers_[tier], most);
    while (query.next()) found.push_back({query.integer(0), tier, query.integer(1) == 0, 0});
    return found;
  }

  // A word in the metadata says more than one on a page.
  void weigh(std::size_t tier, std::vector<FoundRow>& found) {
    std::unordered_map<std::int64_t, double> scores;
    auto query = database_.query("SELECT search.rowid, bm25(search, 4.0, 1.0) " + matching(), filters_.type, filters_.from, filters_.to, filters_.body, filters_.dossier, filters_.scope, tiers_[tier]);
    while (query.next()) scores[query.integer(0)] = -query.real(1);
    for (FoundRow& one : found) one.score = scores[one.row];
    std::sort(found.begin(), found.end(), [](const FoundRow& a, const FoundRow& b) { return std::pair(-a.score, a.row) < std::pair(-b.score, b.row); });
  }

  SearchHit hit(std::size_t tier, const FoundRow& found) {
    SearchHit hit;
    hit.exact = tier == 0;
    hit.score = found.score;
    {
      auto query =
          database_.query("SELECT document, page FROM search_rows WHERE id = ?1", found.row);
      if (query.next()) {
        hit.document = query.integer(0);
        hit.page_of_document = static_cast<int>(query.integer(1));
      }
    }
    {
      auto query = database_.query(
          "SELECT snippet(search, -1, char(2), char(3), '…', ?3) FROM search "
          "WHERE search MATCH ?1 AND rowid = ?2",
          tiers_[tier], found.row, kSnippetWords);
      if (query.next()) hit.snippet = on_one_line(query.text(0));
    }
    describe(database_, hit);
    return hit;
  }

  Database& database_;
  const std::vector<std::string> tiers_;
  const Filters& filters_;
};

bool is_date(std::string_view text) {
  if (text.size() != 10) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 4 || i == 7;
    if (dash ? text[i] != '-' : (text[i] < '0' || text[i] > '9')) return false;
  }
  return true;
}

}  // namespace

Result<SearchAnswer> Catalogue::search(const SearchQuery& query) {
  for (const std::string& date : {query.from, query.to})
    if (!date.empty() && !is_date(date))
      return fail(ErrorCode::usage, Retry::never, date, "a date is written YYYY-MM-DD");
  if (query.limit < 0 || query.offset < 0)
    return fail(ErrorCode::usage, Retry::never, "search", "limit and offset must not be negative");
  const int limit = std::min(query.limit, kMostHits);
  const Filters filters{fold_plain(query.type), query.from, query.to, fold_plain(query.body),
                        query.dossier, scope_text(query.scope)};
  return database_.read([&]() -> Result<SearchAnswer> {
    auto tiers = search_terms(query.text);
    const bool blank = std::all_of(query.text.begin(), query.text.end(), [](char c) {
      return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    });
    if (tiers.empty() && blank) return list_documents(database_, filters, limit, query.offset);
    if (tiers.empty()) return SearchAnswer{};  // only punctuation: no document has such a word
    return TieredSearch(database_, std::move(tiers), filters).answer(limit, query.offset);
  });
}

}  // namespace sogoc
