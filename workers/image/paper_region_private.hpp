#pragma once

// A first, coarse idea of where the paper lies.

#include <array>
#include <optional>
#include <vector>

#include <opencv2/core.hpp>

namespace sogoc::image {

struct PaperRegion {
  std::vector<cv::Point2f> contour;         // of the region, closed
  std::array<cv::Point2f, 4> corners;       // left top, right top, right bottom, left bottom
};

constexpr std::size_t kNoSide = 4;

// Thread: each caller has its own.
class PaperSearch {
 public:
  // `small`: RGB, some 400 pixels on its longer side.
  explicit PaperSearch(const cv::Mat& small);
  // What floods from the middle; the frame's side `leaving` (0 top, 1 right, 2 bottom, 3 left) does
  // not flood against it. Nothing when that is too small for a page.
  // `writing`: on the picture with its writing, whose letters are islands; thin shadows stay there.
  [[nodiscard]] std::optional<PaperRegion> flooded(std::size_t leaving, bool writing = false) const;
  // Figures of four clear lines, without a contour, the clearest first: a few at most.
  [[nodiscard]] std::vector<PaperRegion> between_lines() const;

 private:
  cv::Mat steep_;         // where colours change, writing taken away
  cv::Mat steep_as_seen_;
};

}  // namespace sogoc::image
