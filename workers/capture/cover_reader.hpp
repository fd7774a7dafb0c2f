#pragma once

// Separator sheets: QR symbols with an identity, and Patch-T bars. Read in any direction, skewed and dirty.

#include <string>

#include "pipeline/core/image.hpp"

namespace sogoc {

// What a cover says ("" = none): the text of a symbol that is ours (pipeline/capture/cover.hpp), else kPatchT.
[[nodiscard]] std::string read_cover(const PageImage& picture);

}  // namespace sogoc
