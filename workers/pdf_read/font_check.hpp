#pragma once

// Private to this folder. May a font of a born-digital page stand in a PDF/A-2u? Checked for the
// characters that the page shows: each has a glyph in the embedded program, the width that the
// PDF says, and a Unicode value.

#include <string>

#include "workers/pdf_read/content_walk.hpp"

namespace sogoc::pdf {

// The first obstacle in words, "" when there is none.
[[nodiscard]] std::string font_obstacle(const UsedFont& used);

// "ABCDEF+Times" is Times.
[[nodiscard]] std::string font_name(QPDFObjectHandle font);

}  // namespace sogoc::pdf
