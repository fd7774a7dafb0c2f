// How the work went, by book and by person: sums over what the archive keeps anyway.

#include <algorithm>
#include <map>

#include "storage/review_store.hpp"
#include "storage/database.hpp"

namespace sogoc {
namespace {

constexpr const char* kBookPages =
    "SELECT k.code, count(*), sum(p.state = 'quarantined'), sum(p.state = 'needs_person') FROM register_books k JOIN register_batches r ON r.book = k.id "
    "JOIN pages p ON p.batch = r.batch WHERE p.state NOT IN ('received', 'reading') GROUP BY 1";
constexpr const char* kBookFields =
    "SELECT k.code, count(*), sum(f.machine_state = 'read' AND (f.decided_state <> 'written' OR f.decided_value <> f.machine_value)) FROM register_books k "
    "JOIN entries e ON e.book = k.id JOIN entry_fields f ON f.entry = e.id WHERE e.present AND f.decided_state IS NOT NULL GROUP BY 1";
constexpr const char* kBookTickets = "SELECT k.code, count(*) FROM register_books k JOIN book_tickets t ON t.book = k.id WHERE t.state = 'open' GROUP BY 1";
// A decision counts as corrected when the next one about its field is another person's and says something else.
constexpr const char* kBookCorrected =
    "SELECT code, sum(later IS NOT NULL AND later <> by AND (value <> later_value OR state <> later_state)) FROM (SELECT k.code AS code, h.by AS by, h.value AS value, "
    "h.state AS state, lead(h.by) OVER w AS later, lead(h.value) OVER w AS later_value, lead(h.state) OVER w AS later_state FROM entry_history h "
    "JOIN entries e ON e.id = h.entry JOIN register_books k ON k.id = e.book WHERE h.how IN ('set', 'confirm', 'keying') WINDOW w AS (PARTITION BY h.entry, h.key ORDER BY h.id)) GROUP BY 1";
constexpr const char* kPersonFields =
    "SELECT by, count(*), sum(later IS NOT NULL AND later <> by AND (value <> later_value OR state <> later_state)), sum(machine_state = 'read' AND (state <> 'written' OR value <> machine_value)) "
    "FROM (SELECT h.by AS by, h.value AS value, h.state AS state, f.machine_state AS machine_state, f.machine_value AS machine_value, lead(h.by) OVER w AS later, lead(h.value) OVER w AS later_value, "
    "lead(h.state) OVER w AS later_state FROM entry_history h LEFT JOIN entry_fields f ON f.entry = h.entry AND f.key = h.key WHERE h.how IN ('set', 'confirm', 'keying') "
    "WINDOW w AS (PARTITION BY h.entry, h.key ORDER BY h.id)) GROUP BY 1";
constexpr const char* kPersonHours =
    "SELECT by, sum(gap) FROM (SELECT by, at - lag(at) OVER (PARTITION BY by ORDER BY at, id) AS gap FROM entry_history WHERE how IN ('set', 'confirm', 'keying')) "
    "WHERE gap <= 600000 GROUP BY 1";
constexpr const char* kPersonPages =
    "SELECT b.operator, count(*), sum(p.state = 'quarantined'), sum(p.state = 'needs_person') FROM batches b JOIN pages p ON p.batch = b.id "
    "WHERE b.operator <> '' AND p.state NOT IN ('received', 'reading') GROUP BY 1";
constexpr double kMillisecondsAnHour = 3'600'000;

using Rows = std::map<std::string, WorkRow>;

std::vector<WorkRow> listed(Rows&& rows) {
  std::vector<WorkRow> list;
  for (auto& [name, row] : rows) {
    row.name = name;
    list.push_back(std::move(row));
  }
  return list;
}

}  // namespace

Result<WorkReport> ReviewStore::report() {
  return database_.read([&]() -> Result<WorkReport> {
    Rows books, persons;
    const auto each = [&](const char* sql, Rows& rows, auto fill) {
      auto query = database_.query(sql);
      while (query.next()) fill(rows[query.text(0)], query);
    };
    {
      auto query = database_.query("SELECT code FROM register_books");
      while (query.next()) books[query.text(0)];
    }
    const auto pages = [](WorkRow& row, const Query& query) {
      row.pages = query.integer(1);
      row.pages_failed = query.integer(2);
      row.pages_unsure = query.integer(3);
    };
    each(kBookPages, books, pages);
    each(kBookFields, books, [](WorkRow& row, const Query& query) {
      row.fields = query.integer(1);
      row.machine_wrong = query.integer(2);
    });
    each(kBookTickets, books, [](WorkRow& row, const Query& query) { row.tickets = query.integer(1); });
    each(kBookCorrected, books, [](WorkRow& row, const Query& query) { row.corrected = query.integer(1); });
    each(kPersonFields, persons, [](WorkRow& row, const Query& query) {
      row.fields = query.integer(1);
      row.corrected = query.integer(2);
      row.machine_wrong = query.null(3) ? 0 : query.integer(3);
    });
    each(kPersonHours, persons, [](WorkRow& row, const Query& query) { row.hours = static_cast<double>(query.integer(1)) / kMillisecondsAnHour; });
    each(kPersonPages, persons, pages);
    return WorkReport{listed(std::move(books)), listed(std::move(persons))};
  });
}

}  // namespace sogoc
