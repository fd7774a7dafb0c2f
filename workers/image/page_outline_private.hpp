#pragma once

// Where the paper lies in a photograph: four corners and the four edges between them, which may be
// bent. Works on reduced copies; everything told is in pixels of the photograph (edges of pixels).

#include <array>
#include <optional>
#include <vector>

#include <opencv2/core.hpp>

namespace sogoc::image {

enum Side : std::size_t { kTop, kRight, kBottom, kLeft };

struct PageOutline {
  // Left top, right top, right bottom, left bottom, as the picture shows them (not as text runs).
  std::array<cv::Point2d, 4> corners;
  // Top and bottom from left to right, left and right from top to bottom; evenly along the chord.
  std::array<std::vector<cv::Point2d>, 4> sides;
  std::array<bool, 4> leaves{};  // the paper goes on beyond the picture there
  std::array<bool, 4> lost{};    // this corner lies outside the picture; its sides are partly seen
  double support = 0;            // share of places with a clear edge, of the weakest seen side
};

// The paper that covers the middle of the picture; nothing when no outline is clear enough.
// `pixels`: gray8 or rgb8. `paper`: what PaperNetwork tells of it.
[[nodiscard]] std::optional<PageOutline> find_outline(const cv::Mat& pixels, const cv::Mat& paper);

}  // namespace sogoc::image
