// The index of register entries, and looking for one while somebody types.

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "pipeline/records/entry_keys.hpp"
#include "storage/book_rows.hpp"
#include "storage/entry_index.hpp"
#include "storage/register_books.hpp"
#include "storage/search/search_terms.hpp"

namespace sogoc {
namespace {

constexpr std::int64_t kMostHits = 200;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::vector<std::string> figures_of(std::string_view text) {
  std::vector<std::string> figures;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end])) ++end;
    figures.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return figures;
}

std::string without_zeros(const std::string& figures) {
  const std::size_t first = figures.find_first_not_of('0');
  return first == std::string::npos ? "0" : figures.substr(first);
}

std::string with_zero(const std::string& figures) { return figures.size() == 1 ? "0" + figures : figures; }

// 5/9/2005 is looked for as 05/09/2005, 5.09.2005 and 2005-09-05 as well.
std::string spellings_of_date(const std::string& value) {
  const auto figures = figures_of(value);
  if (figures.size() != 3) return value;
  const bool backwards = figures[0].size() == 4;
  const std::string& year = backwards ? figures[0] : figures[2];
  const std::string day = without_zeros(backwards ? figures[2] : figures[0]), month = without_zeros(figures[1]);
  if (year.size() != 4 || day.size() > 2 || month.size() > 2) return value;
  std::string all = value;
  for (const std::string& d : {day, with_zero(day)})
    for (const std::string& m : {month, with_zero(month)}) all += fmt::format("\n{}/{}/{}", d, m, year);
  return all + fmt::format("\n{}-{}-{}", year, with_zero(month), with_zero(day));
}

std::string spellings_of_number(const std::string& value) {
  const auto figures = figures_of(value);
  if (figures.empty() || figures.front().front() != '0') return value;
  return value + "\n" + without_zeros(figures.front()) + value.substr(value.find(figures.front()) + figures.front().size());
}

void index_entry(Database& database, EntryId id) {
  std::array<std::string, 5> columns;
  const auto add = [&](KeyGroup group, const std::string& text) {
    std::string& column = columns[static_cast<std::size_t>(group)];
    column += (column.empty() ? "" : "\n") + text;
  };
  for (const EntryFieldDetails& field : load_entry_fields(database, id)) {
    const EntryValue value = field.effective();
    if (value.state != EntryValueState::written || value.text.empty()) continue;
    const KeyGroup group = group_of_key(field.machine.reading.key);
    add(group, group == KeyGroup::date ? spellings_of_date(value.text) : group == KeyGroup::number ? spellings_of_number(value.text) : value.text);
  }
  database.run("DELETE FROM entry_search WHERE rowid = ?1", id);
  if (std::all_of(columns.begin(), columns.end(), [](const std::string& column) { return column.empty(); })) return;
  database.run("INSERT INTO entry_search (rowid, number, person, date, place, other) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", id, columns[0], columns[1], columns[2],
               columns[3], columns[4]);
}

// As covers_book says. ?4 = '': everything.
constexpr const char* kFrom =
    "FROM entry_search JOIN entries e ON e.id = entry_search.rowid JOIN register_books k ON k.id = e.book "
    "WHERE entry_search MATCH ?1 AND (?2 = '' OR entry_search.rowid NOT IN (SELECT rowid FROM entry_search WHERE entry_search MATCH nullif(?2, ''))) "
    "AND e.present = 1 AND (?3 = '' OR k.kind = ?3) "
    "AND (?4 = '' OR k.code IN (SELECT value FROM json_each(?4, '$.books')) "
    "  OR (k.body <> '' AND k.body IN (SELECT value FROM json_each(?4, '$.bodies')))) ";

std::string scope_text(const std::optional<Scope>& scope) {
  if (!scope || scope->everything) return {};
  return nlohmann::json{{"bodies", scope->bodies}, {"books", scope->books}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// From strict to loose, each with all that is asked for.
std::vector<std::string> tiers_of(const EntrySearch& search) {
  std::vector<std::string> tiers;
  for (const auto& [column, typed] : {std::pair<const char*, const std::string&>{"", search.text}, {"number", search.number}, {"person", search.person},
                                      {"date", search.date}, {"place", search.place}}) {
    const auto terms = terms_while_typing(typed, column);
    if (terms.empty()) continue;
    tiers.resize(3);
    for (std::size_t i = 0; i < 3; ++i) tiers[i] += (tiers[i].empty() ? "(" : " AND (") + terms[i] + ")";
  }
  tiers.erase(std::unique(tiers.begin(), tiers.end()), tiers.end());
  return tiers;
}

class EntryFinder {
 public:
  EntryFinder(Database& database, const EntrySearch& search) : database_(database), search_(search), scope_(scope_text(search.scope)), tiers_(tiers_of(search)) {}

  [[nodiscard]] bool asks_for_something() const { return !tiers_.empty(); }

  EntrySearchAnswer answer() {
    EntrySearchAnswer answer;
    std::int64_t offset = search_.offset;
    const std::int64_t limit = std::min(search_.limit, kMostHits);
    for (std::size_t tier = 0; tier < tiers_.size() && answer.total < EntrySearchAnswer::kMostCounted; ++tier) {
      const std::int64_t here = count(tier);
      answer.total += here;
      const std::int64_t skip = std::min(offset, here);
      offset -= skip;
      const auto wanted = limit - static_cast<std::int64_t>(answer.hits.size());
      if (wanted <= 0 || here == skip) continue;
      for (const EntryId id : ids(tier, wanted, skip)) add(answer, id, tier == 0);
    }
    answer.total = std::min(answer.total, EntrySearchAnswer::kMostCounted);
    return answer;
  }

 private:
  [[nodiscard]] std::string before(std::size_t tier) const { return tier == 0 ? std::string() : tiers_[tier - 1]; }

  std::int64_t count(std::size_t tier) {
    auto query = database_.query(std::string("SELECT count(*) FROM (SELECT 1 ") + kFrom + "LIMIT ?5)", tiers_[tier], before(tier), search_.kind, scope_,
                                 EntrySearchAnswer::kMostCounted);
    return query.next() ? query.integer(0) : 0;
  }

  std::vector<EntryId> ids(std::size_t tier, std::int64_t limit, std::int64_t skip) {
    std::vector<EntryId> found;
    // Numbers and names say more than a remark.
    auto query = database_.query(std::string("SELECT e.id, bm25(entry_search, 8.0, 5.0, 3.0, 2.0, 1.0) AS badness ") + kFrom + "ORDER BY badness, e.id LIMIT ?5 OFFSET ?6",
                                 tiers_[tier], before(tier), search_.kind, scope_, limit, skip);
    while (query.next()) found.push_back(query.integer(0));
    return found;
  }

  void add(EntrySearchAnswer& answer, EntryId id, bool exact) {
    auto row = load_entry(database_, id);
    if (!row) return;
    auto book = books_.find(row->book);
    if (book == books_.end()) {
      auto loaded = load_register_books(database_, row->book);
      if (loaded.empty()) return;
      book = books_.emplace(row->book, std::move(loaded.front().about)).first;
    }
    EntryHit hit;
    hit.entry.row = std::move(*row);
    hit.entry.fields = load_entry_fields(database_, id);
    hit.book = book->second;
    hit.exact = exact;
    answer.hits.push_back(std::move(hit));
  }

  Database& database_;
  const EntrySearch& search_;
  const std::string scope_;
  const std::vector<std::string> tiers_;
  std::map<std::string, NewRegisterBook> books_;
};

}  // namespace

void index_changed_entries(Database& database) {
  std::vector<EntryId> due;
  {
    auto query = database.query("SELECT entry FROM entry_search_due");
    while (query.next()) due.push_back(query.integer(0));
  }
  for (const EntryId id : due) index_entry(database, id);
  if (!due.empty()) database.run("DELETE FROM entry_search_due");
}

Result<EntrySearchAnswer> RegisterBooks::search_entries(const EntrySearch& search) {
  if (search.limit < 0 || search.offset < 0) return fail(ErrorCode::usage, Retry::never, "search", "limit and offset must not be negative");
  EntryFinder finder(database_, search);
  if (!finder.asks_for_something()) return fail(ErrorCode::usage, Retry::never, "search", "say what is looked for: a name, a number, a date, a place");
  SOGOC_TRY(const bool due, database_.read([&]() -> Result<bool> { return database_.query("SELECT 1 FROM entry_search_due LIMIT 1").next(); }));
  if (due) {
    SOGOC_CHECK(database_.write([&]() -> Done {
      index_changed_entries(database_);
      return {};
    }));
  }
  return database_.read([&]() -> Result<EntrySearchAnswer> { return finder.answer(); });
}

}  // namespace sogoc
