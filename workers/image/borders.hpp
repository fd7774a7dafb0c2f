#pragma once

#include "workers/image/page_map.hpp"

namespace sogoc::image {

// What the scanner added to the page: dark edges, streaks along them, punch holes.
struct EdgeMarks {
  cv::Mat erase;  // map-sized, 255 = not part of the page's content; empty when nothing
  bool dark_border = false;
  bool punch_holes = false;
};

// Finds them and marks their components as removed. Only solid areas that reach an edge, streaks
// along an edge, specks in an edge zone without any letters, and round holes are taken.
[[nodiscard]] EdgeMarks find_edge_marks(PageMap& map);

}  // namespace sogoc::image
