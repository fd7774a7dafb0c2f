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

// The two pictures of a part, of the same size and geometry.
//   upright: the master's colours and format, untouched but for the geometry
//   reading: what the reader should see: bilevel stays bilevel unless it is turned by an odd angle,
//            colour becomes gray; seals lifted off the text, borders and holes painted as paper,
//            shadows evened out
// Both share the master's pixels when nothing changes them.
struct PartPictures {
  PageImage reading;
  PageImage upright;
};
[[nodiscard]] PartPictures pictures_of_part(const PageImage& master, const PageMap& map,
                                            const Cleaning& cleaning, const PagePart& part);

}  // namespace sogoc::image
