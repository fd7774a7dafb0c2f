#pragma once

#include "pipeline/core/page.hpp"
#include "workers/image/borders.hpp"
#include "workers/image/colour_ink.hpp"
#include "workers/image/page_map.hpp"

namespace sogoc::image {

// What is taken away for reading, in pixels of the map.
struct Cleaning {
  const EdgeMarks& marks;
  const ColouredInk& coloured;
};

// The part as the reader should see it: bilevel stays bilevel unless it is turned by an odd angle,
// colour becomes gray; seals lifted off the text, borders and holes painted as paper, shadows
// evened out. Shares the master's pixels when nothing of this applies.
[[nodiscard]] PageImage reading_image(const PageImage& master, const PageMap& map,
                                      const Cleaning& cleaning, const PagePart& part);

// The same part with its colours untouched; the format stays that of the master.
[[nodiscard]] PageImage upright_image(const PageImage& master, const PageMap& map,
                                      const PagePart& part);

}  // namespace sogoc::image
