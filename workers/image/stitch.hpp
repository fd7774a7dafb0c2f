#pragma once

#include "pipeline/core/image.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

struct StitchedPage {
  PageImage picture;       // rgb8 or gray8, in the frame and at the scale of the first shot
  double overlap = 0;      // share of the second shot that lies on the first
  double gained = 0;       // how much larger than the larger shot the page became, 0 = not at all
  int agreeing = 0;        // details found in both that agree on one map
};

// Two overlapping shots of one page as one picture: the second is laid on the first by details that
// both show, and the seam runs where they differ least. Neither is changed.
// Fails with invalid_input when they do not overlap enough to be sure.
[[nodiscard]] Result<StitchedPage> stitch_shots(const PageImage& first, const PageImage& second);

}  // namespace sogoc
