#pragma once

// One cell cut out of its page and laid square. Pure.

#include <array>

#include "pipeline/core/image.hpp"

namespace sogoc::layout {

// From the middle of a ruling to the clean inside of a cell, millimetres.
inline constexpr double kCellInsetMm = 0.45;

// The picture inside the four corners (top left, top right, bottom right, bottom left; page pixels),
// without the rulings at its edges: `inset` pixels are left out on each side. Empty when nothing is
// left of it.
[[nodiscard]] PageImage cell_picture(const PageImage& page, const std::array<PointPx, 4>& corners,
                                     double inset);
[[nodiscard]] PageImage cell_picture(const PageImage& page, const BoxPx& box);

}  // namespace sogoc::layout
