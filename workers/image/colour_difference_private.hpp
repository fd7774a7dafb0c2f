#pragma once

#include <array>

namespace sogoc::image {

using Lab = std::array<double, 3>;

// sRGB of 0..255 to CIE Lab under D65.
[[nodiscard]] Lab lab_of(const std::array<double, 3>& srgb);
// One sRGB sample, 0..255, to light, 0..1.
[[nodiscard]] double light_of(double srgb);
// CIEDE2000: 1 is just seen.
[[nodiscard]] double difference(const Lab& a, const Lab& b);

}  // namespace sogoc::image
