#pragma once

// Private to this folder. Text and thin lines over a scan, taken off as a layer of their own: the
// scan's bytes stay untouched below it.

#include <optional>
#include <string>

#include "workers/pdf_read/annotations.hpp"
#include "workers/pdf_read/page_judgement.hpp"

namespace sogoc::pdf {

// Nothing when the pictures cannot be told from the rest, or nothing shows.
[[nodiscard]] Result<std::optional<Appearance>> ink_over_pictures(
    QPDFObjectHandle page, const PageContent& content, const PageGeometry& geometry, double dpi,
    const ReadingSettings& settings, const std::string& subject);

}  // namespace sogoc::pdf
