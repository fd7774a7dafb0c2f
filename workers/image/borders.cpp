#include "workers/image/borders.hpp"

#include <algorithm>
#include <array>

#include <opencv2/imgproc.hpp>

namespace sogoc::image {
namespace {

constexpr double kSolidMm = 2.0;  // no stroke of text is that thick both ways
constexpr double kAtEdgeMm = 1.0;
constexpr double kStreakZoneMm = 5.0;
constexpr double kSpeckZoneMm = 4.0;
constexpr double kSpeckMm = 1.6;
constexpr double kHoleZoneMm = 25.0;

int odd_at_least(double px, int least) { return std::max(least, static_cast<int>(px + 0.5)) | 1; }

enum Edge { left, top, right, bottom };
constexpr std::array kEdges = {left, top, right, bottom};

// How far the farther side of a box is from an edge: small when the box lies within that zone.
int reach_from(Edge edge, const cv::Rect& box, const cv::Rect& frame) {
  switch (edge) {
    case left: return box.x + box.width;
    case top: return box.y + box.height;
    case right: return frame.width - box.x;
    default: return frame.height - box.y;
  }
}

int gap_to(Edge edge, const cv::Rect& box, const cv::Rect& frame) {
  switch (edge) {
    case left: return box.x;
    case top: return box.y;
    case right: return frame.width - box.x - box.width;
    default: return frame.height - box.y - box.height;
  }
}

int gap_to_nearest_edge(const cv::Rect& box, const cv::Rect& frame) {
  int gap = frame.width;
  for (const Edge edge : kEdges) gap = std::min(gap, gap_to(edge, box, frame));
  return gap;
}

void erase_component(PageMap& map, std::size_t index, cv::Mat& erase) {
  Component& component = map.components[index];
  component.removed = true;
  const cv::Mat own = map.labels(component.box) == static_cast<int>(index) + 1;
  erase(component.box).setTo(255, own);
}

// Solid dark areas that reach an edge: what was next to the paper.
bool take_solid_borders(PageMap& map, cv::Mat& erase) {
  const int size = odd_at_least(map.px(kSolidMm), 3);
  cv::Mat solid;
  const cv::Mat square = cv::getStructuringElement(cv::MORPH_RECT, {size, size});
  // Beyond the picture counts as ink when thinning and as paper when thickening again.
  cv::erode(map.ink, solid, square, {-1, -1}, 1, cv::BORDER_CONSTANT, cv::Scalar(255));
  if (cv::countNonZero(solid) == 0) return false;
  cv::dilate(solid, solid, square);
  cv::Mat labels, stats, middles;
  const int count = cv::connectedComponentsWithStats(solid, labels, stats, middles, 8, CV_32S);
  cv::Mat border = cv::Mat::zeros(map.ink.size(), CV_8UC1);
  bool found = false;
  for (int i = 1; i < count; ++i) {
    const int* row = stats.ptr<int>(i);
    const cv::Rect box(row[cv::CC_STAT_LEFT], row[cv::CC_STAT_TOP], row[cv::CC_STAT_WIDTH],
                       row[cv::CC_STAT_HEIGHT]);
    if (gap_to_nearest_edge(box, map.frame()) > map.px(kAtEdgeMm)) continue;
    border(box).setTo(255, labels(box) == i);
    found = true;
  }
  if (!found) return false;
  // Its ragged rim belongs to it, text that touches it does not.
  const int rim = odd_at_least(map.px(1.0), 3);
  cv::dilate(border, border, cv::getStructuringElement(cv::MORPH_RECT, {rim, rim}));
  for (std::size_t i = 0; i < map.components.size(); ++i) {
    const Component& component = map.components[i];
    cv::Mat own = map.labels(component.box) == static_cast<int>(i) + 1;
    cv::bitwise_and(own, border(component.box), own);
    const int covered = cv::countNonZero(own);
    if (covered == 0) continue;
    if (covered > 0.7 * component.area)
      erase_component(map, i, erase);
    else
      erase(component.box).setTo(255, own);
  }
  return true;
}

bool is_streak_along(Edge edge, const Component& component, const PageMap& map) {
  const bool vertical = edge == left || edge == right;
  const double length = map.mm(vertical ? component.box.height : component.box.width);
  const double breadth = map.mm(vertical ? component.box.width : component.box.height);
  return length > 3 && length > 6 * breadth;
}

// Streaks and specks in the outermost millimetres, where an edge has no letters near it.
bool take_edge_noise(PageMap& map, cv::Mat& erase) {
  bool streaks = false;
  for (const Edge edge : kEdges) {
    int letters = 0;
    for (const Component& component : map.components)
      letters += !component.removed && looks_like_letters(component, map) &&
                 map.mm(component.box.height) > kSpeckMm && map.mm(component.box.width) > 0.6 &&
                 !is_streak_along(edge, component, map) &&
                 map.mm(gap_to(edge, component.box, map.frame())) < kStreakZoneMm + 2;
    for (std::size_t i = 0; i < map.components.size(); ++i) {
      const Component& component = map.components[i];
      if (component.removed) continue;
      const double reach = map.mm(reach_from(edge, component.box, map.frame()));
      if (reach <= kStreakZoneMm && is_streak_along(edge, component, map)) {
        erase_component(map, i, erase);
        streaks = true;
      } else if (letters == 0 && reach <= kSpeckZoneMm &&
                 map.mm(std::max(component.box.width, component.box.height)) <= kSpeckMm) {
        erase_component(map, i, erase);
      }
    }
  }
  return streaks;
}

bool is_punch_hole(const Component& component, const PageMap& map) {
  const double width = map.mm(component.box.width), height = map.mm(component.box.height);
  if (std::min(width, height) < 4 || std::max(width, height) > 9) return false;
  if (std::max(width, height) > 1.25 * std::min(width, height)) return false;
  if (map.mm(gap_to_nearest_edge(component.box, map.frame())) > kHoleZoneMm) return false;
  return component.fill() > 0.68 && component.fill() < 0.9;  // a disc fills 0.785 of its square
}

}  // namespace

EdgeMarks find_edge_marks(PageMap& map) {
  EdgeMarks marks;
  cv::Mat erase = cv::Mat::zeros(map.ink.size(), CV_8UC1);
  marks.dark_border = take_solid_borders(map, erase);
  marks.dark_border = take_edge_noise(map, erase) || marks.dark_border;
  for (std::size_t i = 0; i < map.components.size(); ++i)
    if (!map.components[i].removed && is_punch_hole(map.components[i], map)) {
      erase_component(map, i, erase);
      marks.punch_holes = true;
    }
  if (cv::countNonZero(erase) > 0) {
    map.ink.setTo(0, erase);
    marks.erase = erase;
  }
  return marks;
}

}  // namespace sogoc::image
