#pragma once

#include "workers/layout/rulings.hpp"
#include "workers/layout/value_reader.hpp"

namespace sogoc::layout {

// Check boxes anywhere on the part, checked or not, and notes in the margins beside `content` (the
// tables). Upright pixels.
[[nodiscard]] Result<std::vector<PageRegion>> find_regions(const RidgeMap& map,
                                                           ValueReader& values, const BoxPx& content,
                                                           const PageImage& upright, double dpi);

}  // namespace sogoc::layout
