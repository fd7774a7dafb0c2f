#include "workers/layout/margin_marks_private.hpp"

#include <algorithm>

#include <opencv2/imgproc.hpp>

namespace sogoc::layout {
namespace {

constexpr double kPaperMm = 5;          // a place with paper in it, whatever is written there
constexpr int kFaintest = 26;           // levels below the paper: pencil, no grain
constexpr double kRuleMm = 9;           // no stroke of a figure is as long
constexpr double kGapMm = 4.5;          // between the words of a line, and figures written far apart
constexpr double kLowestMm = 1.6, kHighestMm = 9, kWidestMm = 62, kNarrowestMm = 0.3;
constexpr double kEdgeMm = 2.5;         // at the edge of the paper
constexpr double kInkAsDark = 25;       // level of what is darkened
constexpr double kSpeckMm = 0.5;
constexpr double kThickestRuleMm = 0.95;
constexpr double kUprightMm = 11;       // no figure is as high
constexpr double kBesideMm = 8;         // a table's ruling reaches this far beyond what stands in it
constexpr double kCellMm = 30;          // from what stands in a cell to the rulings on either side
constexpr double kCovered = 0.7;        // of that width, by a ruling that may be bent

int odd(double px, int least) { return std::max(least, static_cast<int>(px)) | 1; }

// Of what reaches far along, what is thin across: a dark edge of the scanner is no ruling. `long_ones` runs from left to right.
cv::Mat thin_only(const cv::Mat& long_ones, int most) {
  cv::Mat thin = cv::Mat::zeros(long_ones.size(), CV_8U);
  for (int x = 0; x < long_ones.cols; ++x)
    for (int y = 0; y < long_ones.rows; ++y) {
      if (long_ones.at<std::uint8_t>(y, x) == 0) continue;
      const int top = y;
      while (y < long_ones.rows && long_ones.at<std::uint8_t>(y, x) != 0) ++y;
      if (y - top <= most) thin(cv::Rect(x, top, 1, y - top)) = 255;
    }
  return thin;
}

cv::Mat rules_of(const cv::Mat& ink, double length, double thickness) {
  cv::Mat thick, rules;
  cv::dilate(ink, thick, cv::getStructuringElement(cv::MORPH_RECT, {1, 3}));  // a slight tilt breaks no line
  cv::morphologyEx(thick, rules, cv::MORPH_OPEN, cv::getStructuringElement(cv::MORPH_RECT, {static_cast<int>(length), 1}));
  return thin_only(rules, static_cast<int>(thickness) + 2);
}

// A ruling is taken out, but for what crosses it.
void take_rules_out(MarginStrip& strip) {
  const double mm = strip.dpi / 25.4;
  strip.across = rules_of(strip.ink, kRuleMm * mm, kThickestRuleMm * mm);
  strip.upright = rules_of(strip.ink.t(), kUprightMm * mm, kThickestRuleMm * mm).t();
  for (int x = 0; x < strip.across.cols; ++x)
    for (int y = 0; y < strip.across.rows; ++y) {
      if (strip.across.at<std::uint8_t>(y, x) == 0) continue;
      const int top = y;
      while (y < strip.across.rows && strip.across.at<std::uint8_t>(y, x) != 0) ++y;
      const int bottom = y;
      const auto inked = [&](int row) { return row >= 0 && row < strip.ink.rows && strip.ink.at<std::uint8_t>(row, x) != 0; };
      if ((inked(top - 1) || inked(top - 2)) && (inked(bottom) || inked(bottom + 1))) continue;
      for (int row = top; row < bottom; ++row) {
        strip.ink.at<std::uint8_t>(row, x) = 0;
        strip.gray.at<std::uint8_t>(row, x) = 255;
      }
    }
}

bool in_table(const MarginStrip& strip, const BoxPx& mark, bool inner_at_bottom) {
  const double mm = strip.dpi / 25.4;
  const int beside = static_cast<int>(kBesideMm * mm), cell = static_cast<int>(kCellMm * mm);
  const int left = std::max(0, mark.left - beside), right = std::min(strip.ink.cols, mark.right + beside);
  const cv::Mat outer = inner_at_bottom ? strip.across(cv::Rect(left, 0, right - left, mark.top)) : strip.across(cv::Rect(left, mark.bottom, right - left, strip.ink.rows - mark.bottom));
  cv::Mat covered;
  if (!outer.empty()) {
    cv::reduce(outer, covered, 0, cv::REDUCE_MAX);
    if (cv::countNonZero(covered) > kCovered * covered.cols) return true;
  }
  const auto ruled = [&](int from, int to) {
    from = std::max(0, from);
    to = std::min(strip.upright.cols, to);
    return from < to && cv::countNonZero(strip.upright(cv::Rect(from, mark.top, to - from, mark.height()))) > mark.height() / 2;
  };
  return ruled(mark.left - cell, mark.left) && ruled(mark.right, mark.right + cell);
}

}  // namespace

MarginStrip margin_strip(const cv::Mat& gray, double dpi) {
  MarginStrip strip;
  strip.dpi = dpi;
  const double mm = dpi / 25.4;
  cv::Mat smooth, paper, smaller;
  cv::GaussianBlur(gray, smooth, {3, 3}, 0);
  // The paper around every place, on a coarse grid.
  const int step = std::max(1, static_cast<int>(mm));
  cv::resize(smooth, smaller, {std::max(1, smooth.cols / step), std::max(1, smooth.rows / step)}, 0, 0, cv::INTER_AREA);
  const int reach = odd(kPaperMm * mm / step, 3);
  cv::dilate(smaller, smaller, cv::getStructuringElement(cv::MORPH_RECT, {reach, reach}));
  cv::GaussianBlur(smaller, smaller, {reach, reach}, 0);
  cv::resize(smaller, paper, smooth.size(), 0, 0, cv::INTER_LINEAR);
  cv::Mat below;
  cv::subtract(paper, smooth, below);
  strip.ink = below > kFaintest;
  cv::subtract(paper, gray, below);
  cv::bitwise_not(below, strip.gray);
  take_rules_out(strip);
  return strip;
}

std::vector<BoxPx> margin_marks(const MarginStrip& strip, bool inner_at_bottom) {
  const double mm = strip.dpi / 25.4;
  // Specks join nothing.
  cv::Mat labels, stats, centres, ink = strip.ink.clone();
  int count = cv::connectedComponentsWithStats(strip.ink, labels, stats, centres, 8, CV_32S);
  const double speck = kSpeckMm * mm;
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP), stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    if (box.width < speck && box.height < speck) ink(box).setTo(0, labels(box) == i);
  }
  cv::Mat joined;
  cv::dilate(ink, joined, cv::getStructuringElement(cv::MORPH_RECT, {odd(kGapMm * mm, 3), odd(0.5 * mm, 1)}));
  count = cv::connectedComponentsWithStats(joined, labels, stats, centres, 8, CV_32S);
  std::vector<BoxPx> marks;
  const int edge = static_cast<int>(kEdgeMm * mm);
  for (int i = 1; i < count; ++i) {
    const cv::Rect around(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP), stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    const cv::Rect own = cv::boundingRect(ink(around) & (labels(around) == i));
    const BoxPx box{around.x + own.x, around.y + own.y, around.x + own.x + own.width, around.y + own.y + own.height};
    if (box.height() < kLowestMm * mm || box.height() > kHighestMm * mm || box.width() > kWidestMm * mm || box.width() < kNarrowestMm * mm) continue;
    const int above = inner_at_bottom ? edge : 1, below = inner_at_bottom ? 1 : edge;
    if (box.left < edge || box.right > strip.ink.cols - edge || box.top < above || box.bottom > strip.ink.rows - below) continue;
    if (!in_table(strip, box, inner_at_bottom)) marks.push_back(box);
  }
  std::sort(marks.begin(), marks.end(), [](const BoxPx& a, const BoxPx& b) { return a.left < b.left; });
  return marks;
}

cv::Mat darkened(const MarginStrip& strip, const BoxPx& box) {
  const cv::Rect part(box.left, box.top, box.width(), box.height());
  cv::Mat levels;
  for (int y = part.y; y < part.y + part.height; ++y)
    for (int x = part.x; x < part.x + part.width; ++x)
      if (strip.ink.at<std::uint8_t>(y, x) != 0) levels.push_back(strip.gray.at<std::uint8_t>(y, x));
  cv::Mat dark;
  if (levels.empty()) return strip.gray(part).clone();
  cv::sort(levels, levels, cv::SORT_EVERY_COLUMN + cv::SORT_ASCENDING);
  const double usual = levels.at<std::uint8_t>(levels.rows / 4);
  const double stretch = std::max(1.0, (255 - kInkAsDark) / std::max(20.0, 255 - usual));
  strip.gray(part).convertTo(dark, CV_8U, stretch, 255 - 255 * stretch);
  return dark;
}

}  // namespace sogoc::layout
