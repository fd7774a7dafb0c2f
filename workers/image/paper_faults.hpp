#pragma once

// Faults of the paper and of the feeding that straightening does not ask about. Private to workers/image.

#include "workers/image/page_map.hpp"

namespace sogoc::image {

// A corner of the sheet is folded over or torn off: a triangle there that is not paper.
[[nodiscard]] bool has_folded_corner(const PageMap& map);
// Skin over the edge of a colour picture.
[[nodiscard]] bool has_finger(const PageMap& map);
// The edge of a second sheet: the paper's level makes one sharp step along the whole page.
[[nodiscard]] bool has_inner_edge(const PageMap& map);
// The paper is tinted as paper never is: neither gray nor yellowed.
[[nodiscard]] bool has_colour_cast(const PageMap& map);

// What is compared to know a page again: its ink, straightened, small.
struct PageLook {
  cv::Mat ink;         // 255 = ink
  double per_mm = 0;   // pixels
  int ink_pixels = 0;
};
[[nodiscard]] PageLook look_of(const PageMap& map, double tilt);
[[nodiscard]] bool same_look(const PageLook& a, const PageLook& b);

}  // namespace sogoc::image
