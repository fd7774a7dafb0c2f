#include "workers/layout/cancel_strokes.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "workers/layout/ink_bridge.hpp"
#include "workers/layout/pixels_bridge.hpp"

namespace sogoc::layout {
namespace {

constexpr double kMapDpi = 75;
constexpr double kMm = kMapDpi / 25.4;
constexpr double kShortestMm = 30;
constexpr double kFlattest = 5 * CV_PI / 180;  // of a stroke against the lines of the page; a ruling lies flatter
constexpr double kDrawn = 0.85;                // of its length: letters in a row leave gaps
constexpr double kBeside = 0.35;               // of its length, a millimetre away: what is dark there too is no stroke

// The share of the way between two points, shifted across, that is ink.
double inked(const cv::Mat& ink, cv::Point2d a, cv::Point2d b, double across) {
  const double length = std::hypot(b.x - a.x, b.y - a.y);
  const cv::Point2d normal{-(b.y - a.y) / length, (b.x - a.x) / length};
  int hits = 0, steps = 0;
  for (double t = 0; t <= length; t += 0.5) {
    const cv::Point2d at = a + (b - a) * (t / length) + normal * across;
    const cv::Rect near(static_cast<int>(at.x) - 1, static_cast<int>(at.y) - 1, 3, 3);
    const cv::Rect inside = near & cv::Rect(0, 0, ink.cols, ink.rows);
    hits += inside.area() > 0 && cv::countNonZero(ink(inside)) > 0 ? 1 : 0;
    ++steps;
  }
  return double(hits) / std::max(1, steps);
}

}  // namespace

std::vector<CancelStroke> find_cancel_strokes(const PageImage& upright, double dpi) {
  if (upright.empty() || dpi <= 0) return {};
  const double scale = std::min(1.0, kMapDpi / dpi);
  cv::Mat small, ink;
  cv::resize(channels_of(upright, {0, 0, upright.size().width, upright.size().height}), small, {}, scale, scale, cv::INTER_AREA);
  cv::adaptiveThreshold(gray_cell(page_image(small, {})), ink, 255, cv::ADAPTIVE_THRESH_MEAN_C, cv::THRESH_BINARY_INV, 25, 12);
  std::vector<cv::Vec4i> lines;
  cv::HoughLinesP(ink, lines, 1, CV_PI / 720, 65, kShortestMm * kMm, 1.5 * kMm);
  std::vector<CancelStroke> strokes;
  for (const cv::Vec4i& line : lines) {
    cv::Point2d a(line[0], line[1]), b(line[2], line[3]);
    if (a.x > b.x) std::swap(a, b);
    const double slope = std::atan2(std::abs(b.y - a.y), b.x - a.x);
    if (slope < kFlattest || slope > CV_PI / 2 - kFlattest) continue;
    if (inked(ink, a, b, 0) < kDrawn || std::min(inked(ink, a, b, kMm), inked(ink, a, b, -kMm)) > kBeside) continue;
    strokes.push_back({{a.x / scale, a.y / scale}, {b.x / scale, b.y / scale}});
  }
  return strokes;
}

bool is_cancelled(const BoxPx& entry, const std::vector<CancelStroke>& strokes) {
  if (entry.empty()) return false;
  // Pieces of one stroke are counted together: how far down and across they reach within the entry.
  for (const bool falls : {false, true}) {
    double top = entry.bottom, bottom = entry.top, left = entry.right, right = entry.left;
    for (const CancelStroke& stroke : strokes) {
      if ((stroke.to.y > stroke.from.y) != falls) continue;
      const double rise = (stroke.to.y - stroke.from.y) / (stroke.to.x - stroke.from.x);
      // The part of it between the entry's sides, then between its top and foot.
      double x0 = std::max(stroke.from.x, double(entry.left)), x1 = std::min(stroke.to.x, double(entry.right));
      const auto x_at = [&](double y) { return stroke.from.x + (y - stroke.from.y) / rise; };
      x0 = std::max(x0, std::min(x_at(entry.top), x_at(entry.bottom)));
      x1 = std::min(x1, std::max(x_at(entry.top), x_at(entry.bottom)));
      if (x1 <= x0) continue;
      const double y0 = stroke.from.y + (x0 - stroke.from.x) * rise, y1 = stroke.from.y + (x1 - stroke.from.x) * rise;
      top = std::min({top, y0, y1}), bottom = std::max({bottom, y0, y1});
      left = std::min(left, x0), right = std::max(right, x1);
    }
    if (bottom - top >= 0.6 * entry.height() && right - left >= 0.35 * entry.width()) return true;
  }
  return false;
}

}  // namespace sogoc::layout
