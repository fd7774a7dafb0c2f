#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "workers/image/slanted_edge_private.hpp"

namespace sogoc::image {
namespace {

constexpr int kBins = 4;  // a pixel: the slant gives samples between the pixels

// Where each line of pixels crosses the edge: the middle of its slope.
std::vector<cv::Point2d> crossings(const cv::Mat& linear, cv::Point2d from, cv::Point2d to, int reach) {
  std::vector<cv::Point2d> found;
  const int first = static_cast<int>(std::ceil(std::min(from.y, to.y))), last = static_cast<int>(std::floor(std::max(from.y, to.y)));
  for (int y = first; y < last; ++y) {
    const double x = from.x + (to.x - from.x) * (y + 0.5 - from.y) / (to.y - from.y);
    const int left = static_cast<int>(x) - reach, right = static_cast<int>(x) + reach;
    if (y < 0 || y >= linear.rows || left < 1 || right + 1 >= linear.cols) continue;
    const float* row = linear.ptr<float>(y);
    const double rise = row[right] - row[left];
    if (std::abs(rise) < 1e-3) continue;
    double sum = 0, moment = 0;
    for (int i = left; i < right; ++i) {
      const double step = std::max(0.0, (row[i + 1] - row[i]) / rise);
      sum += step;
      moment += step * (i + 1.0);  // the edge between both pixels
    }
    if (sum > 0.2) found.emplace_back(moment / sum, y + 0.5);
  }
  return found;
}

// x = a + b y, without what lies far off.
std::optional<cv::Vec2d> line_through(std::vector<cv::Point2d> points) {
  cv::Vec2d line;
  for (int round = 0; round < 3; ++round) {
    if (points.size() < 8) return std::nullopt;
    double n = 0, sy = 0, sx = 0, syy = 0, sxy = 0;
    for (const auto& at : points) n += 1, sy += at.y, sx += at.x, syy += at.y * at.y, sxy += at.x * at.y;
    const double below = n * syy - sy * sy;
    if (std::abs(below) < 1e-9) return std::nullopt;
    line[1] = (n * sxy - sx * sy) / below;
    line[0] = (sx - line[1] * sy) / n;
    std::erase_if(points, [&](const cv::Point2d& at) { return std::abs(at.x - line[0] - line[1] * at.y) > 1.5; });
  }
  return line;
}

}  // namespace

std::optional<double> mtf50_across(const cv::Mat& linear, cv::Point2d from, cv::Point2d to, double reach) {
  if (std::abs(to.x - from.x) > std::abs(to.y - from.y))
    return mtf50_across(linear.t(), {from.y, from.x}, {to.y, to.x}, reach);
  const int wide = static_cast<int>(reach);
  if (wide < 6) return std::nullopt;
  const auto line = line_through(crossings(linear, from, to, wide));
  if (!line) return std::nullopt;
  // The edge as one finely sampled step.
  const double lean = 1 / std::hypot(1.0, (*line)[1]);
  const int half = (wide - 1) * kBins;
  std::vector<double> sum(static_cast<std::size_t>(2 * half + 1)), count(sum.size());
  const int first = static_cast<int>(std::ceil(std::min(from.y, to.y))), last = static_cast<int>(std::floor(std::max(from.y, to.y)));
  for (int y = std::max(0, first); y < std::min(linear.rows, last); ++y) {
    const double edge = (*line)[0] + (*line)[1] * (y + 0.5);
    for (int x = std::max(0, static_cast<int>(edge) - wide); x < std::min(linear.cols, static_cast<int>(edge) + wide); ++x) {
      const auto bin = std::lround((x + 0.5 - edge) * lean * kBins) + half;
      if (bin < 0 || bin >= static_cast<long>(sum.size())) continue;
      sum[static_cast<std::size_t>(bin)] += linear.at<float>(y, x);
      count[static_cast<std::size_t>(bin)] += 1;
    }
  }
  std::vector<double> step(sum.size());
  for (std::size_t i = 0; i < sum.size(); ++i) {
    if (count[i] == 0 && i == 0) return std::nullopt;
    step[i] = count[i] > 0 ? sum[i] / count[i] : step[i - 1];
  }
  // Its slope, windowed about the middle, as frequencies.
  std::vector<double> slope(step.size());
  for (std::size_t i = 1; i + 1 < step.size(); ++i) {
    const double window = 0.54 + 0.46 * std::cos(std::numbers::pi * (double(i) - half) / half);
    slope[i] = (step[i + 1] - step[i - 1]) / 2 * window;
  }
  const auto strength = [&](double cycles) {
    double real = 0, imaginary = 0;
    for (std::size_t i = 0; i < slope.size(); ++i) {
      const double angle = 2 * std::numbers::pi * cycles * double(i) / kBins;
      real += slope[i] * std::cos(angle);
      imaginary += slope[i] * std::sin(angle);
    }
    return std::hypot(real, imaginary);
  };
  const double all = strength(0);
  if (all < 1e-6) return std::nullopt;
  double before = 1, before_at = 0;
  for (double cycles = 0.01; cycles < 1; cycles += 0.01) {
    const double turn = 2 * std::numbers::pi * cycles / kBins;  // the difference of neighbours dampens by this
    const double now = strength(cycles) / all * turn / std::sin(turn);
    if (now < 0.5) return before_at + (before - 0.5) / (before - now) * (cycles - before_at);
    before = now;
    before_at = cycles;
  }
  return 1.0;
}

}  // namespace sogoc::image
