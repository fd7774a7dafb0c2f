#include "workers/image/spread.hpp"

#include <algorithm>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace sogoc::image {
namespace {

constexpr double kNarrowestSpread = 1.2, kWidestSpread = 1.75;  // width : height
constexpr double kMiddleFrom = 0.42, kMiddleTo = 0.58;
constexpr double kCorridorMm = 10;     // free of text on both pages' inner margins together
constexpr double kFoldLineMm = 6, kFoldShadowMm = 45;
constexpr double kFewestLetters = 60;  // on each page
constexpr double kTextHeight = 0.35;   // of the page that text must span on each side
constexpr double kGutterDepth = 0.05;  // darker than the paper beside it

// From the first to the last ink of a row within a component's box; the middle one of all rows that have any.
int usual_span(const Component& component, const PageMap& map) {
  std::vector<int> spans;
  for (int y = component.box.y; y < component.box.y + component.box.height; ++y) {
    const std::uint8_t* row = map.ink.ptr(y) + component.box.x;
    int first = 0, last = component.box.width - 1;
    while (first <= last && row[first] == 0) ++first;
    while (last > first && row[last] == 0) --last;
    if (first <= last) spans.push_back(last - first + 1);
  }
  const auto middle = spans.begin() + static_cast<std::ptrdiff_t>(spans.size() / 2);
  std::nth_element(spans.begin(), middle, spans.end());
  return spans.empty() ? 0 : *middle;
}

// A long thin upright component in the middle: the line of the fold itself, or the dark of its shadow,
// which spreads where it meets the edges of the paper.
bool is_fold_line(const Component& component, const PageMap& map) {
  const double height = double(component.box.height) / map.ink.rows;
  if (map.mm(component.box.width) < kFoldLineMm) return height > 0.3;
  return height > 0.7 && map.mm(component.box.width) < kFoldShadowMm && map.mm(usual_span(component, map)) < kFoldShadowMm / 3;
}

struct Corridor {
  int from = 0;
  int to = 0;
};

// The widest run of columns in the middle zone that no component but a fold line stands in.
Corridor free_corridor(const PageMap& map) {
  const int first = static_cast<int>(kMiddleFrom * map.ink.cols);
  const int last = static_cast<int>(kMiddleTo * map.ink.cols);
  std::vector<bool> taken(static_cast<std::size_t>(map.ink.cols) + 1, false);
  for (const Component& component : map.components) {
    if (component.removed || is_fold_line(component, map)) continue;
    if (map.mm(std::max(component.box.width, component.box.height)) < 0.8) continue;
    for (int x = component.box.x; x < component.box.x + component.box.width; ++x)
      taken[static_cast<std::size_t>(x)] = true;
  }
  Corridor best;
  for (int x = first; x < last;) {
    while (x < last && taken[static_cast<std::size_t>(x)]) ++x;
    const int begin = x;
    while (x < last && !taken[static_cast<std::size_t>(x)]) ++x;
    if (x - begin > best.to - best.from) best = {begin, x};
  }
  return best;
}

// `short_too`: a page on which little was written.
bool is_page_of_text(const PageMap& map, int from, int to, bool short_too) {
  int letters = 0, top = map.ink.rows, bottom = 0;
  for (const Component& component : map.components) {
    if (!looks_like_letters(component, map)) continue;
    if (component.box.x < from || component.box.x + component.box.width > to) continue;
    ++letters;
    top = std::min(top, component.box.y);
    bottom = std::max(bottom, component.box.y + component.box.height);
  }
  return letters >= kFewestLetters && (short_too || bottom - top > kTextHeight * map.ink.rows);
}

// The darkest column of the corridor, when a shadow or line runs down most of the page there.
std::optional<int> visible_gutter(const PageMap& map, const Corridor& corridor) {
  constexpr int kBands = 10;
  std::vector<int> darkest;
  const int from = corridor.from, to = corridor.to;
  int bands_with_gutter = 0;
  for (int band = 0; band < kBands; ++band) {
    const cv::Rect rows(from, band * map.ink.rows / kBands, to - from, map.ink.rows / kBands);
    cv::Mat columns;
    cv::reduce(map.scanned(rows), columns, 0, cv::REDUCE_AVG, CV_32F);
    cv::GaussianBlur(columns, columns, {5, 1}, 0);
    double low = 0, high = 0;
    cv::Point low_at;
    cv::minMaxLoc(columns, &low, &high, &low_at);
    // A valley, not a slope: paper on both sides of it is lighter.
    double left_high = low, right_high = low;
    for (int x = 0; x < columns.cols; ++x) {
      double& side = x < low_at.x ? left_high : right_high;
      side = std::max(side, double(columns.at<float>(0, x)));
    }
    if (std::min(left_high, right_high) - low < kGutterDepth * 255) continue;
    ++bands_with_gutter;
    darkest.push_back(from + low_at.x);
  }
  if (bands_with_gutter < 7) return std::nullopt;
  std::sort(darkest.begin(), darkest.end());
  if (map.mm(darkest[darkest.size() * 3 / 4] - darkest[darkest.size() / 4]) > 8)
    return std::nullopt;
  return darkest[darkest.size() / 2];
}

}  // namespace

std::optional<int> find_gutter(const PageMap& map, bool is_book) {
  const double shape = double(map.ink.cols) / map.ink.rows;
  if (shape < kNarrowestSpread || shape > kWidestSpread) return std::nullopt;
  const Corridor corridor = free_corridor(map);
  if (map.mm(corridor.to - corridor.from) < kCorridorMm) return std::nullopt;
  const bool left = is_page_of_text(map, 0, corridor.from + 1, is_book);
  const bool right = is_page_of_text(map, corridor.to - 1, map.ink.cols, is_book);
  const std::optional<int> gutter = visible_gutter(map, corridor);
  // Of a book whose fold is seen one page may be empty.
  if (!(left && right) && !(is_book && gutter && (left || right))) return std::nullopt;
  if (gutter) return *gutter * map.reduction;
  if (!is_book) return std::nullopt;
  return (corridor.from + corridor.to) / 2 * map.reduction;
}

}  // namespace sogoc::image
