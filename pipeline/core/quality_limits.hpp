#pragma once

// Limits that more than one judge of pages goes by.

namespace sogoc {

// dpi below which a page has the finding "low_resolution"; what 3 % of rounding in a file's statement makes of 200.
inline constexpr double kLowResolution = 200 * 0.97;

}  // namespace sogoc
