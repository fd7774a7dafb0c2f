#pragma once

// Small gray pictures of a page, for whoever looks for symbols and marks on it.

#include "pipeline/core/image.hpp"

namespace sogoc {

// Blocks of `step` x `step` pixels averaged; partial blocks at the right and lower edge are left out. gray8, at least one pixel.
[[nodiscard]] PageImage small_gray(const PageImage& picture, int step);

// Specks smoothed away, and every place of `block` x `block` pixels as bright as its own paper: stains and shadows hide nothing. `gray` is gray8.
[[nodiscard]] PageImage evened_gray(const PageImage& gray, int block);

}  // namespace sogoc
