#pragma once

#include <vector>

#include "pipeline/core/page.hpp"
#include "workers/image/page_map.hpp"

namespace sogoc::image {

// A place of coloured ink, in map pixels.
struct InkPlace {
  RegionKind kind = RegionKind::seal;  // seal, stamp or handwriting
  cv::Rect box;
  bool red = false;
  double confidence = 0;
  // Level of the ink in its own channel, 0..255: dividing by it makes the ink as light as paper.
  double channel_level = 255;
  // True when the ink stands over print and is no text itself: taken away for reading.
  bool lift = false;
};

struct ColouredInk {
  std::vector<InkPlace> places;
  bool show_through = false;  // a seal of the other side
  cv::Mat show_through_ink;   // its ink, map-sized, 255 = ink; empty when there is none
  bool red_seal = false;
};

// Seals, stamps and signatures in red or blue ink. `ignored`: places where an electronic signature
// shows a picture of a seal. A map without colour has none.
[[nodiscard]] ColouredInk find_coloured_ink(const PageMap& map,
                                            const std::vector<cv::Rect>& ignored);

}  // namespace sogoc::image
