#pragma once

// The steps of the geometry as maps, and the one place where pixels are moved by them.
// Coordinates are continuous: pixel i covers [i, i + 1), as in half-open boxes.

#include "pipeline/core/image.hpp"
#include "pipeline/core/units.hpp"
#include "workers/image/opencv_bridge.hpp"

namespace sogoc::image {

// A picture after some steps: its size, and how it lies in the master.
struct Placement {
  SizePx size;
  Affine from_master;
};

[[nodiscard]] Placement cropped(const Placement& placement, const BoxPx& box);
// Stretches the coarser axis, so that pixels are square.
[[nodiscard]] Placement with_square_pixels(const Placement& placement, Resolution resolution);
// Turned by 0, 90, 180 or 270 degrees clockwise.
[[nodiscard]] Placement turned(const Placement& placement, int quarter_turns);
// Turned about its middle by any angle. The canvas keeps its size (the page keeps its paper)
// unless `content` would leave it: then it grows just enough, since lost text is worse.
[[nodiscard]] Placement rotated(const Placement& placement, Degrees clockwise,
                                const BoxPx& content);

// A clockwise quarter turn count 0..3 from any multiple of 90 degrees.
[[nodiscard]] int quarter_turns_of(Degrees clockwise);

// True when the map only shifts and turns by quarters: pixels move without being mixed.
[[nodiscard]] bool moves_whole_pixels(const Affine& map);

// The master's pixels laid out as `placement` says; outside is `outside` (0..255, each channel).
// A map of whole pixels is exact; the identity shares pixels.
[[nodiscard]] cv::Mat laid_out(const cv::Mat& master, const Placement& placement,
                               const cv::Scalar& outside);

}  // namespace sogoc::image
