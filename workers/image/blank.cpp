#include "workers/image/blank.hpp"

#include <algorithm>

namespace sogoc::image {
namespace {

constexpr double kSmallestWritingMm = 1.2;  // a digit of 5 point type is this high
constexpr double kBlotMm = 2.6;             // solid dirt up to this size is no writing
constexpr double kPalestWriting = 0.28;     // of its darkest pixel; paler ink shines through
constexpr int kPencilledLetters = 25;       // so many pale letters may be faint writing after all
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

// Ink of a seal of the other side; black ink within that seal is not.
bool shines_through(const PageMap& map, std::size_t index, const ColouredInk& coloured) {
  if (coloured.show_through_ink.empty()) return false;
  const Component& component = map.components[index];
  const cv::Mat own = map.labels(component.box) == static_cast<int>(index) + 1;
  const int shining = cv::countNonZero(own & coloured.show_through_ink(component.box));
  return shining > 0.6 * component.area;
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
  int pale_letters = 0;
  for (std::size_t i = 0; i < map.components.size(); ++i) {
    const Component& component = map.components[i];
    if (component.removed) continue;
    const double longer = map.mm(std::max(component.box.width, component.box.height));
    if (longer < kSmallestWritingMm || shines_through(map, i, coloured)) continue;
    if (!map.bilevel && component.deepest < kPalestWriting) {
      pale_letters += looks_like_letters(component, map);
      continue;
    }
    if (is_blot(component, map) || lies_at_edge(component, map)) continue;
    return {};
  }
  Blankness blankness{true, pale_letters > 0 || shows_pale_marks(map) || coloured.show_through};
  blankness.perhaps_pencil = pale_letters >= kPencilledLetters;
  return blankness;
}

}  // namespace sogoc::image
