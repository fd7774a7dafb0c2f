#pragma once

// The operators that draw what was laid out. Fonts are the resources /F0 to /F3, by face.

#include <string>
#include <vector>

#include "workers/copy_write/sheet_layout.hpp"
#include "workers/copy_write/typeset.hpp"

namespace sogoc {

// The graphics state under which frames are drawn: << /BM /Multiply >>.
inline constexpr const char* kMultiply = "Multiply";

// Everything of a page but signatures; `frames` around marked entries.
[[nodiscard]] std::string page_operators(const LaidPage& page, const std::vector<PlacedFrame>& frames);
// What a signature field shows, in its own space: origin at its lower left corner.
[[nodiscard]] std::string field_operators(const PlacedField& field);

}  // namespace sogoc
