#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "workers/layout/cell_ink.hpp"
#include "workers/layout/ink_bridge.hpp"
#include "workers/layout/pixels_bridge.hpp"

namespace sogoc::layout {
namespace {

// Marks that are dots of a leader: small, about as large as each other, at even steps on one level near
// the baseline. A tone mark below a letter is none of them, even when it looks like one.
std::vector<std::uint8_t> leader_dots(const cv::Mat& stats, double baseline, double mm) {
  struct Dot {
    int index;
    double x, y, size;
  };
  std::vector<Dot> dots;
  for (int i = 1; i < stats.rows; ++i) {
    const double width = stats.at<int>(i, cv::CC_STAT_WIDTH);
    const double height = stats.at<int>(i, cv::CC_STAT_HEIGHT);
    const double y = stats.at<int>(i, cv::CC_STAT_TOP) + height / 2;
    if (std::max(width, height) > kSpeckMm * mm || std::abs(y - baseline) > 1.5 * mm) continue;
    dots.push_back({i, stats.at<int>(i, cv::CC_STAT_LEFT) + width / 2, y, std::max(width, height)});
  }
  std::vector<std::uint8_t> found(static_cast<std::size_t>(stats.rows), 0);
  if (dots.size() < 6) return found;
  std::sort(dots.begin(), dots.end(), [](const Dot& a, const Dot& b) { return a.x < b.x; });
  const auto median = [](std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
  };
  std::vector<double> steps, levels, sizes;
  for (std::size_t i = 0; i < dots.size(); ++i) {
    if (i > 0) steps.push_back(dots[i].x - dots[i - 1].x);
    levels.push_back(dots[i].y);
    sizes.push_back(dots[i].size);
  }
  const double step = median(steps), level = median(levels), size = median(sizes);
  const auto even = std::count_if(steps.begin(), steps.end(), [&](double s) {
    return std::abs(s - step) < 0.3 * step;
  });
  if (step > 3 * mm || even * 2 < static_cast<std::ptrdiff_t>(steps.size())) return found;
  for (const Dot& dot : dots)
    if (std::abs(dot.y - level) < 0.35 * mm && dot.size < 1.7 * size)
      found[static_cast<std::size_t>(dot.index)] = 1;
  // Two dots that ran together.
  for (int i = 1; i < stats.rows; ++i) {
    const double width = stats.at<int>(i, cv::CC_STAT_WIDTH);
    const double height = stats.at<int>(i, cv::CC_STAT_HEIGHT);
    const double y = stats.at<int>(i, cv::CC_STAT_TOP) + height / 2;
    if (height < 1.4 * size && width > 1.5 * height && width < 2.6 * step && std::abs(y - level) < 0.35 * mm)
      found[static_cast<std::size_t>(i)] = 1;
  }
  return found;
}

}  // namespace

CellInk find_line_ink(PageImage& cell, double baseline, double dpi) {
  CellInk found;
  if (cell.empty()) return found;
  const double mm = dpi / 25.4;
  const cv::Mat gray = gray_cell(cell);
  const cv::Mat all_ink = ink_of(gray);
  // The rule that people write on would tie their letters together.
  const cv::Mat rule = level_stroke(all_ink, static_cast<int>(baseline - 1.2 * mm),
                                    static_cast<int>(baseline + 1.2 * mm), mm);
  const cv::Mat ink = all_ink & ~rule;
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(ink, labels, stats, centres, 8, CV_32S);
  enum : std::uint8_t { leave, foreign, own };
  std::vector<std::uint8_t> what(static_cast<std::size_t>(count), leave);
  const int speck = std::max(2, static_cast<int>(kSpeckMm * mm));
  const std::vector<std::uint8_t> dots = leader_dots(stats, baseline, mm);
  cv::Rect whole;
  int pixels = 0;
  const auto box_of = [&](int i) {
    return cv::Rect(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                    stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
  };
  std::vector<int> slim;  // at the left or right edge
  std::vector<cv::Rect> writing;
  const auto keep = [&](int i) {
    what[static_cast<std::size_t>(i)] = own;
    whole |= box_of(i);
    pixels += stats.at<int>(i, cv::CC_STAT_AREA);
  };
  for (int i = 1; i < count; ++i) {
    const cv::Rect box = box_of(i);
    if (dots[static_cast<std::size_t>(i)] != 0) {
      what[static_cast<std::size_t>(i)] = foreign;
      continue;
    }
    if (box.width <= speck && box.height <= speck) continue;
    const bool top = box.y <= 1, bottom = box.y + box.height >= ink.rows - 1;
    const bool left = box.x <= 1, right = box.x + box.width >= ink.cols - 1;
    const double middle = box.y + box.height / 2.0;
    const bool leader = box.height <= 0.7 * mm && box.width >= 1.1 * mm && std::abs(middle - baseline) < 0.9 * mm;
    const bool ruled = (box.width < 0.9 * mm && box.height > 0.8 * ink.rows) ||
                       (box.height < 0.9 * mm && box.width > 0.8 * ink.cols);
    const bool from_above = top && box.y + box.height < 0.62 * baseline;
    const bool from_below = bottom && box.y > baseline - 0.1 * mm;
    const bool beside = (left || right) && box.width < 0.8 * mm && box.height > 1.5 * mm;
    if (leader || ruled || from_above || from_below || beside) {
      what[static_cast<std::size_t>(i)] = foreign;
      if (beside && !ruled && !from_above && !from_below) slim.push_back(i);
      continue;
    }
    keep(i);
    writing.push_back(box);
  }
  for (const int i : slim)
    if (begins_the_writing(box_of(i), writing, mm)) {
      keep(i);
      found.at_edge = true;
    }
  if (pixels < 0.35 * mm * mm || std::max(whole.width, whole.height) < 1.2 * mm) return found;
  cv::Mat kept = cv::Mat::zeros(ink.size(), CV_8U), strange = cv::Mat::zeros(ink.size(), CV_8U);
  for (int y = 0; y < ink.rows; ++y)
    for (int x = 0; x < ink.cols; ++x) {
      const std::uint8_t is = what[static_cast<std::size_t>(labels.at<int>(y, x))];
      kept.at<std::uint8_t>(y, x) = is == own ? 255 : 0;
      strange.at<std::uint8_t>(y, x) = is == foreign ? 255 : 0;
    }
  found.box = {whole.x, whole.y, whole.x + whole.width, whole.y + whole.height};
  // The rule written on is no stroke.
  const int over = std::clamp(static_cast<int>(baseline - 1.2 * mm), 1, kept.rows);
  const cv::Rect upper = whole & cv::Rect(0, 0, kept.cols, over);
  found.lines.push_back({found.box, !upper.empty() && has_stroke(kept, upper, mm)});
  strange |= rule;
  cv::dilate(strange, strange, cv::getStructuringElement(cv::MORPH_RECT, {3, 3}));
  strange &= ~kept;
  if (cv::countNonZero(strange) > 0) {
    cv::Mat pixels_of = channels_of(cell, {0, 0, cell.size().width, cell.size().height}).clone();
    pixels_of.setTo(cv::mean(pixels_of, ~all_ink), strange);
    cell = page_image(pixels_of, cell.resolution());
  }
  return found;
}

}  // namespace sogoc::layout
