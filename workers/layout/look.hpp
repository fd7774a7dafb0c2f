#pragma once

#include <string>

#include "workers/layout/rulings.hpp"

namespace sogoc::layout {

// Perceptual hash of what is written on a page, 16 hex digits, "" when nothing is. Pages of one
// printed form differ only by their handwriting, so rulings are left out; two scans of one page
// differ in few bits though shifted, turned a little or lighter. `box` is the table or text that
// the page is laid out by, in page pixels.
[[nodiscard]] std::string look_of(const RidgeMap& map, const BoxPx& box);

}  // namespace sogoc::layout
