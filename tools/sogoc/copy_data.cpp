#include "tools/sogoc/copy_data.hpp"

#include "models/office_rules.hpp"
#include "tools/sogoc/composition.hpp"

namespace sogoc {
namespace {

// Beside the rules, wherever those are installed.
Result<std::filesystem::path> copies_folder() {
  SOGOC_TRY(const auto rules, find_rules_folder());
  return rules.parent_path() / "copies";
}

}  // namespace

Result<CopyTemplate> copy_template(const std::string& kind, const std::string& day) {
  SOGOC_TRY(const auto folder, copies_folder());
  SOGOC_TRY(const CopyCatalog catalog, CopyCatalog::load_kind(folder, kind));
  return catalog.in_force(kind, day);
}

Result<BookSeries> series_for(CopyKind kind, UtcTime now) {
  SOGOC_TRY(const auto folder, copies_folder());
  SOGOC_TRY(const auto all, load_book_series(folder));
  return series_of(all, kind, vietnam_time(now).day);
}

Result<BookSeries> series_called(const std::string& key, UtcTime now) {
  SOGOC_TRY(const auto folder, copies_folder());
  SOGOC_TRY(const auto all, load_book_series(folder));
  return series_named(all, key, vietnam_time(now).day);
}

Result<UtcTime> deadline_of(const CopyRequest& request, UtcTime received) {
  SOGOC_TRY(const auto rules, find_rules_folder());
  SOGOC_TRY(const WorkCalendar calendar, load_work_calendar(rules));
  return request_deadline(calendar, received, request.extension_days);
}

}  // namespace sogoc
