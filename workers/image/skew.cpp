#include "workers/image/skew.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sogoc::image {
namespace {

constexpr double kRoughStep = 0.5;
constexpr std::size_t kRoughPoints = 30'000;
constexpr std::size_t kFewestPoints = 400;
constexpr double kPlainPeak = 1.6;  // a peak this far above the usual level is no chance
constexpr double kClearPeak = 3.0;  // and this one leaves no doubt

// How unevenly ink falls on rows when the page is looked at along `tilt`: the sum of squared
// differences of neighbouring rows. Sharp lines of text give high values.
class RowSharpness {
 public:
  RowSharpness(const std::vector<InkPoint>& points, std::size_t stride, double rows_per_px)
      : points_(points), stride_(stride), rows_per_px_(rows_per_px) {
    float reach = 1;
    for (const InkPoint& p : points) reach = std::max({reach, std::abs(p.x), std::abs(p.y)});
    offset_ = 1.45 * reach * rows_per_px + 4;
    rows_.resize(static_cast<std::size_t>(2 * offset_) + 8);
  }

  double at(double tilt_degrees) {
    const double radians = tilt_degrees * std::numbers::pi / 180.0;
    const auto c = static_cast<float>(std::cos(radians) * rows_per_px_);
    const auto s = static_cast<float>(std::sin(radians) * rows_per_px_);
    const auto offset = static_cast<float>(offset_);
    std::fill(rows_.begin(), rows_.end(), 0.0f);
    for (std::size_t i = 0; i < points_.size(); i += stride_) {
      const float row = points_[i].y * c - points_[i].x * s + offset;
      const auto whole = static_cast<std::size_t>(row);
      const float part = row - static_cast<float>(whole);
      rows_[whole] += 1 - part;  // shared between two rows: the measure changes smoothly
      rows_[whole + 1] += part;
    }
    // Softened a little: at exactly 0 degrees rows of pixels would fall into rows of the sum and
    // look sharper than any turned page can.
    double sum = 0, before = 0;
    for (std::size_t i = 1; i + 1 < rows_.size(); ++i) {
      const double soft = rows_[i - 1] + 2.0 * rows_[i] + rows_[i + 1];
      sum += (soft - before) * (soft - before);
      before = soft;
    }
    return sum;
  }

 private:
  const std::vector<InkPoint>& points_;
  std::size_t stride_;
  double rows_per_px_;
  double offset_ = 0;
  std::vector<float> rows_;
};

// The top of the parabola through three equally spaced values, in steps from the middle one.
double parabola_top(double left, double middle, double right) {
  const double bend = left - 2 * middle + right;
  if (bend >= 0) return 0;
  return std::clamp(0.5 * (left - right) / bend, -1.0, 1.0);
}

struct Best {
  double tilt = 0;
  double value = -1;
  bool at_edge = true;
};

Best best_of(RowSharpness& sharpness, double from, double to, double step) {
  std::vector<double> values;
  const int count = static_cast<int>(std::lround((to - from) / step)) + 1;
  values.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) values.push_back(sharpness.at(from + i * step));
  const auto top = std::max_element(values.begin(), values.end());
  const auto at = static_cast<int>(top - values.begin());
  Best best{from + at * step, *top, at == 0 || at == count - 1};
  if (!best.at_edge)
    best.tilt += step * parabola_top(values[static_cast<std::size_t>(at - 1)], *top,
                                     values[static_cast<std::size_t>(at + 1)]);
  return best;
}

struct Rough {
  Best best;
  double peak = 0;
};

Rough rough_search(const std::vector<InkPoint>& points) {
  const std::size_t stride = std::max<std::size_t>(1, points.size() / kRoughPoints);
  RowSharpness sharpness(points, stride, 0.5);
  std::vector<double> values;
  const int count = static_cast<int>(2 * kLargestSkew / kRoughStep) + 1;
  for (int i = 0; i < count; ++i) values.push_back(sharpness.at(-kLargestSkew + i * kRoughStep));
  const auto top = std::max_element(values.begin(), values.end());
  const auto at = static_cast<int>(top - values.begin());
  std::vector<double> sorted = values;
  std::nth_element(sorted.begin(), sorted.begin() + count / 2, sorted.end());
  const double usual = std::max(1.0, sorted[static_cast<std::size_t>(count / 2)]);
  return {{-kLargestSkew + at * kRoughStep, *top, at == 0 || at == count - 1}, *top / usual};
}

}  // namespace

std::vector<InkPoint> text_points(const PageMap& map) {
  std::vector<bool> wanted(map.components.size() + 1, false);
  std::size_t letters = 0;
  for (std::size_t i = 0; i < map.components.size(); ++i)
    if (looks_like_letters(map.components[i], map)) {
      wanted[i + 1] = true;
      ++letters;
    }
  if (letters < 12)  // a drawing or an empty form: its rules say how it lies
    for (std::size_t i = 0; i < map.components.size(); ++i)
      if (!map.components[i].removed && map.mm(map.components[i].box.width) > 1)
        wanted[i + 1] = true;
  std::vector<InkPoint> points;
  const auto mid_x = static_cast<float>(map.ink.cols) / 2,
             mid_y = static_cast<float>(map.ink.rows) / 2;
  for (int y = 0; y < map.labels.rows; ++y) {
    const int* label = map.labels.ptr<int>(y);
    for (int x = 0; x < map.labels.cols; ++x)
      if (label[x] != 0 && wanted[static_cast<std::size_t>(label[x])])
        points.push_back({static_cast<float>(x) - mid_x, static_cast<float>(y) - mid_y});
  }
  return points;
}

Skew find_rough_skew(const std::vector<InkPoint>& points) {
  if (points.size() < kFewestPoints) return {};
  const Rough rough = rough_search(points);
  if (rough.best.at_edge) return {};
  return {{rough.best.tilt},
          Confidence::from_fraction((rough.peak - 1) / (kClearPeak - 1)),
          rough.peak};
}

Skew find_skew(const std::vector<InkPoint>& points) {
  return find_skew(points, find_rough_skew(points));
}

Skew find_skew(const std::vector<InkPoint>& points, const Skew& rough) {
  if (rough.peak <= 0) return {};
  RowSharpness sharpness(points, 1, 1.0);
  const double start = rough.tilt.clockwise;
  const Best near = best_of(sharpness, start - 0.6, start + 0.6, 0.1);
  const Best exact = best_of(sharpness, near.tilt - 0.08, near.tilt + 0.08, 0.02);
  const double sure = (rough.peak - kPlainPeak) / (kClearPeak - kPlainPeak);
  return {{exact.tilt}, Confidence::from_fraction(0.5 + 0.5 * sure), rough.peak};
}

std::vector<InkPoint> quarter_turned(const std::vector<InkPoint>& points) {
  std::vector<InkPoint> turned_points;
  turned_points.reserve(points.size());
  for (const InkPoint& p : points) turned_points.push_back({-p.y, p.x});
  return turned_points;
}

}  // namespace sogoc::image
