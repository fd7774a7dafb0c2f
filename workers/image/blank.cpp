#include "workers/image/blank.hpp"

#include <algorithm>

namespace sogoc::image {
namespace {

constexpr double kSmallestWritingMm = 1.2;  // a digit of 5 point type is this high
constexpr double kBlotMm = 2.6;             // solid dirt up to this size is no writing
constexpr double kPalestWriting = 0.28;     // mean darkness; paler ink shines through from behind
constexpr double kEdgeMm = 3.0;
constexpr int kPaleFrom = 190, kPaleTo = 232;
constexpr double kPaleShare = 0.005;

bool is_blot(const Component& component, const PageMap& map) {
  const double width = map.mm(component.box.width), height = map.mm(component.box.height);
  const double longer = std::max(width, height), shorter = std::min(width, height);
  if (longer > kBlotMm || longer > 1.8 * shorter) return false;
  return component.fill() > 0.72;
}

bool lies_at_edge(const Component& component, const PageMap& map) {
  const cv::Rect& box = component.box;
  return map.mm(box.x + box.width) < kEdgeMm || map.mm(box.y + box.height) < kEdgeMm ||
         map.mm(map.ink.cols - box.x) < kEdgeMm || map.mm(map.ink.rows - box.y) < kEdgeMm;
}

// Marks too pale to be ink, and more of them than the grain of paper has.
bool shows_pale_marks(const PageMap& map) {
  if (map.bilevel) return false;
  cv::Mat pale;
  cv::inRange(map.gray, cv::Scalar(kPaleFrom), cv::Scalar(kPaleTo), pale);
  return cv::countNonZero(pale) > kPaleShare * static_cast<double>(pale.total());
}

}  // namespace

Blankness judge_blank(const PageMap& map, const ColouredInk& coloured) {
  bool pale_ink = false;
  for (const Component& component : map.components) {
    if (component.removed) continue;
    const double longer = map.mm(std::max(component.box.width, component.box.height));
    if (longer < kSmallestWritingMm) continue;
    const bool shines_through = std::any_of(
        coloured.show_through.begin(), coloured.show_through.end(),
        [&](const cv::Rect& box) { return (box & component.box).area() == component.box.area(); });
    if (shines_through) continue;
    if (!map.bilevel && component.darkness < kPalestWriting) {
      pale_ink = true;
      continue;
    }
    if (is_blot(component, map) || lies_at_edge(component, map)) continue;
    return {};
  }
  return {true, pale_ink || shows_pale_marks(map) || !coloured.show_through.empty()};
}

}  // namespace sogoc::image
