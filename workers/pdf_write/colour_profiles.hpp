#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "pipeline/core/page.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

// The profile of the OutputIntent: sRGB as an ICC version 2 display profile. Always the same
// bytes.
[[nodiscard]] Result<std::vector<std::uint8_t>> srgb_profile();

// For CMYK pictures without a profile of their own, which PDF/A would otherwise refuse beside an
// sRGB OutputIntent: the plain conversion R = (1-C)(1-K) that viewers use, as an ICC profile.
[[nodiscard]] Result<std::vector<std::uint8_t>> plain_cmyk_profile();

// May this ICC profile describe a picture of `colour` in PDF/A-2 (6.2.4.2)? Judges the header:
// size, class, colour space, version.
[[nodiscard]] bool fits(const std::vector<std::uint8_t>& profile, ColourModel colour);

}  // namespace sogoc
