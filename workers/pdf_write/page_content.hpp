#pragma once

// The operators of one PDF page: pictures first, then the invisible text over them.

#include <string>
#include <string_view>

#include "pipeline/core/page.hpp"
#include "workers/pdf_write/checked_page.hpp"
#include "workers/pdf_write/glyphless_font.hpp"

namespace sogoc {

// Draws the picture resource `name`. Turn, deskew and split are in this one matrix, so the
// picture's bytes never change.
[[nodiscard]] std::string picture_operators(const PlacedPicture& placed, const PagePart& part,
                                            const PaperSpace& paper, std::string_view name);

// Invisible text, each word stretched over its box, one run a line, a real blank spanning each
// gap, in the order of the regions. What is not body text stands in a marked sequence named by
// mark_of(). Remembers the characters in `used`; "" when there is no text.
[[nodiscard]] std::string text_operators(const PageText& text, const PaperSpace& paper,
                                         std::string_view font_resource, CharacterSet& used);

// "SogocSeal" and so on; "" for body text. A table in the README says what they mean.
[[nodiscard]] std::string_view mark_of(RegionKind kind);
inline constexpr std::string_view kSignatureAppearanceMark = "SogocSignatureAppearance";

}  // namespace sogoc
