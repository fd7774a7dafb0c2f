#pragma once

// Templates, issue books and the working-day calendar, as the program's data has them.

#include "models/copy_catalog.hpp"
#include "pipeline/copies/copy_request.hpp"
#include "pipeline/copies/issue_book.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

[[nodiscard]] Result<CopyTemplate> copy_template(const std::string& kind, const std::string& day);
[[nodiscard]] Result<BookSeries> series_for(CopyKind kind, UtcTime now);
[[nodiscard]] Result<BookSeries> series_called(const std::string& key, UtcTime now);  // "register", "reply"
[[nodiscard]] Result<UtcTime> deadline_of(const CopyRequest& request, UtcTime received);

}  // namespace sogoc
