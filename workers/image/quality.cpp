#include "workers/image/quality.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "pipeline/core/quality_limits.hpp"
#include "workers/image/opencv_bridge.hpp"

namespace sogoc::image {
namespace {

constexpr double kSpeckMm = 0.3;  // dots of letters are larger
constexpr int kCutLetters = 3;    // letters on an edge that say the page is cut

// Gray level below which the darkest `share` of the ink lies.
double ink_level(const PageMap& map) {
  std::array<int, 256> counts{};
  int total = 0;
  for (int y = 0; y < map.ink.rows; ++y)
    for (int x = 0; x < map.ink.cols; ++x)
      if (map.ink.at<std::uint8_t>(y, x) != 0) {
        ++counts[map.scanned.at<std::uint8_t>(y, x)];
        ++total;
      }
  if (total == 0) return map.paper_level;
  int seen = 0, level = 0;
  while (level < 255 && (seen += counts[static_cast<std::size_t>(level)]) < total / 5) ++level;
  return level;
}

// Places of letters, spread over the page, where sharpness is worth measuring; page pixels.
std::vector<BoxPx> sample_places(const PageMap& map) {
  std::vector<BoxPx> places;
  std::vector<const Component*> letters;
  for (const Component& component : map.components)
    if (looks_like_letters(component, map)) letters.push_back(&component);
  const std::size_t step = std::max<std::size_t>(1, letters.size() / 120);
  for (std::size_t i = 0; i < letters.size(); i += step) {
    const cv::Rect& box = letters[i]->box;
    places.push_back({(box.x - 2) * map.reduction, (box.y - 2) * map.reduction,
                      (box.x + box.width + 2) * map.reduction,
                      (box.y + box.height + 2) * map.reduction});
  }
  return places;
}

double measure_sharpness(const PageImage& master, const PageMap& map, double contrast) {
  if (map.bilevel) return 1;
  const double range = contrast * 255;
  if (range < 8) return 0;
  std::vector<double> steepest;
  for (const BoxPx& place : sample_places(map)) {
    const BoxPx box = intersection(map.page.from_master.inverse().apply(place), whole(master));
    if (box.width() < 4 || box.height() < 4) continue;
    const cv::Mat gray = gray_of(master, box);
    cv::Mat steps;
    cv::absdiff(gray.colRange(1, gray.cols), gray.colRange(0, gray.cols - 1), steps);
    double high = 0;
    cv::minMaxLoc(steps, nullptr, &high);
    steepest.push_back(high / range);
  }
  if (steepest.empty()) return 0;
  const auto middle = steepest.begin() + static_cast<std::ptrdiff_t>(steepest.size() / 2);
  std::nth_element(steepest.begin(), middle, steepest.end());
  return std::min(1.0, *middle);
}

void find_cut_edges(const PageMap& map, std::vector<std::string>& findings) {
  int left = 0, top = 0, right = 0, bottom = 0;
  for (const Component& component : map.components) {
    if (!looks_like_letters(component, map)) continue;
    const cv::Rect& box = component.box;
    left += box.x <= 1;
    top += box.y <= 1;
    right += box.x + box.width >= map.ink.cols - 1;
    bottom += box.y + box.height >= map.ink.rows - 1;
  }
  if (left >= kCutLetters) findings.emplace_back("cut_left");
  if (top >= kCutLetters) findings.emplace_back("cut_top");
  if (right >= kCutLetters) findings.emplace_back("cut_right");
  if (bottom >= kCutLetters) findings.emplace_back("cut_bottom");
}

double count_specks(const PageMap& map) {
  // On a small map a speck may be a single pixel; it is still one.
  const double largest = std::max(1.0, map.px(kSpeckMm));
  int specks = 0;
  for (const Component& component : map.components)
    specks +=
        !component.removed && component.box.width <= largest && component.box.height <= largest;
  const double square_inches = double(map.ink.total()) / (map.map_dpi * map.map_dpi);
  return specks / std::max(0.01, square_inches);
}

}  // namespace

void judge_quality(const PageImage& master, const PageMap& map, const EdgeMarks& marks,
                   PageQuality& quality) {
  const auto pixels = static_cast<double>(map.ink.total());
  quality.ink_share = cv::countNonZero(map.ink) / pixels;
  quality.contrast =
      map.bilevel ? 1 : std::clamp((map.paper_level - ink_level(map)) / 255.0, 0.0, 1.0);
  quality.sharpness = measure_sharpness(master, map, quality.contrast);
  quality.speckle = count_specks(map);
  std::vector<std::string>& findings = quality.findings;
  const double dpi = std::min(quality.effective.x.value, quality.effective.y.value);
  if (!quality.blank && quality.sharpness < kBlurred) findings.emplace_back("blurred");
  if (!quality.blank && quality.contrast < kLowContrast) findings.emplace_back("low_contrast");
  find_cut_edges(map, findings);
  if (dpi < kLowResolution) findings.emplace_back("low_resolution");
  if (quality.speckle > kSpeckled) findings.emplace_back("speckled");
  if (quality.jbig2_lossy) findings.emplace_back("jbig2_lossy");
  if (marks.dark_border) findings.emplace_back("dark_border");
  if (marks.punch_holes) findings.emplace_back("punch_holes");
}

}  // namespace sogoc::image
