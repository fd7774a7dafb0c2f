#pragma once

// From the outline of a bent page in a photograph to the map that lays it flat.

#include "pipeline/core/flattening.hpp"
#include "workers/image/page_outline_private.hpp"

namespace sogoc::image {

struct FlatPaper {
  Flattening flattening;   // master pixels; its size keeps the photograph's detail
  double slant = 0;        // degrees: the seen corner that is farthest from a right angle in the picture
  double bow = 0;          // the farthest any side lies from its chord, as a share of that chord
};

// `picture`: size of the photograph; its middle is taken for the camera's axis. Paper is bent about
// one direction only, as a leaf of a book is; what the edges show besides is evened out between them.
[[nodiscard]] FlatPaper lay_flat(const PageOutline& outline, cv::Size picture);

}  // namespace sogoc::image
