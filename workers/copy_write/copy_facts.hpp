#pragma once

#include <string>

#include "pipeline/core/copy.hpp"
#include "pipeline/core/result.hpp"
#include "workers/copy_write/filled_form.hpp"

namespace sogoc {

// The XMP packet of a copy: PDF/A-2u, the usual facts, and what the paper says as data (kind,
// number, body, source, issue record, lookup, conversion mark), in a schema that the packet
// itself describes, as PDF/A wants. Clock times come from the draft.
[[nodiscard]] std::string copy_xmp(const FilledForm& form, const CopyDraft& draft);

// "D:20260905140322+07'00'" of "2026-09-05T14:03:22+07:00"; fails with usage for anything else.
[[nodiscard]] Result<std::string> pdf_time(const std::string& iso);

}  // namespace sogoc
