#pragma once

#include <optional>

#include "pipeline/core/units.hpp"
#include "workers/image/page_map.hpp"
#include "workers/image/skew.hpp"

namespace sogoc::image {

struct Orientation {
  int quarter_turns = 0;      // clockwise, to be done to read the page; 0 when unsure
  Confidence confidence;      // of quarter_turns, 0 when it could not be told
  std::optional<Skew> lying;  // of the page as it is, where it was measured on the way
  bool unsure = false;        // there is text, and it may well lie on its side or on its head
};

// How the page must be turned to be read. Lines of text tell 0/180 from 90/270; what stands above
// and below the small letters tells up from down: ascenders, capitals and the tone marks of
// Vietnamese are much more frequent than descenders and dots below. Digits alone tell nothing.
[[nodiscard]] Orientation find_orientation(const std::vector<InkPoint>& points, const PageMap& map);

// How much more ink stands above the bodies of the letters than below them, -1..1, and how sure
// that is (in standard errors over the lines).
struct Uprightness {
  double lean = 0;
  double certainty = 0;
  int lines = 0;
};
[[nodiscard]] Uprightness measure_uprightness(const std::vector<InkPoint>& points, Degrees tilt,
                                              double map_dpi);

}  // namespace sogoc::image
