#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "pipeline/core/result.hpp"

namespace sogoc {

// One page of a foreign PDF that takes the place of a page of ours.
struct GraftPage {
  std::uint32_t own_page = 0;           // zero based, in our PDF: a placeholder
  std::filesystem::path source;         // the foreign file, as received
  std::uint32_t source_page = 0;        // zero based
};

// Copies `own_pdf` to `out`, with the contents, resources, boxes and /Rotate of foreign pages in
// the place of its placeholders. Everything else of ours stays: XMP, OutputIntent, document id,
// the other pages byte for byte in their streams. Annotations, actions and structure of the
// foreign page are dropped. Written with a classic cross-reference table, streams untouched, and
// the same bytes for the same input.
//
// Only for pages that FileReader::decode called born_digital_graft. `out` is written whole or
// the result is a failure; it must not be `own_pdf`.
[[nodiscard]] Result<void> graft_pages(const std::filesystem::path& own_pdf,
                                       std::span<const GraftPage> pages,
                                       const std::filesystem::path& out);

}  // namespace sogoc
