#include "workers/image/orientation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace sogoc::image {
namespace {

constexpr double kClearDirection = 1.5;  // peaks this much apart tell the direction of lines
constexpr double kStripMm = 45;          // columns and leftover tilt stay apart in strips
constexpr double kFewestLines = 6;
constexpr double kClearCertainty = 3.5;
constexpr double kClearLean = 0.12;

using Profile = std::vector<double>;

// One profile of ink along the lines for each strip across them.
std::vector<Profile> strip_profiles(const std::vector<InkPoint>& points, Degrees tilt,
                                    double strip_px) {
  const double radians = tilt.clockwise * std::numbers::pi / 180.0;
  const double c = std::cos(radians), s = std::sin(radians);
  double reach = 1;
  for (const InkPoint& p : points)
    reach = std::max({reach, double(std::abs(p.x)), double(std::abs(p.y))});
  const double offset = 1.45 * reach + 4;
  const auto rows = static_cast<std::size_t>(2 * offset) + 8;
  const auto strips = static_cast<std::size_t>(2 * offset / strip_px) + 1;
  std::vector<Profile> profiles(strips, Profile(rows, 0.0));
  for (const InkPoint& p : points) {
    const double along = p.x * c + p.y * s + offset, across = p.y * c - p.x * s + offset;
    profiles[static_cast<std::size_t>(along / strip_px)][static_cast<std::size_t>(across)] += 1;
  }
  return profiles;
}

double sum_between(const Profile& profile, double from, double to) {
  double sum = 0;
  const auto first = static_cast<std::ptrdiff_t>(std::max(0.0, from));
  const auto last = std::min(static_cast<std::ptrdiff_t>(to), std::ptrdiff_t(profile.size()));
  for (auto i = first; i < last; ++i) sum += profile[static_cast<std::size_t>(i)];
  return sum;
}

// The lean of every line of one strip: (ink above - ink below) / (ink above + ink below).
void collect_leans(const Profile& profile, double map_dpi, std::vector<double>& leans) {
  const double tallest = 6.0 * map_dpi / 25.4, lowest = 0.9 * map_dpi / 25.4;
  const double highest = *std::max_element(profile.begin(), profile.end());
  if (highest < 8) return;
  const auto rows = static_cast<std::ptrdiff_t>(profile.size());
  std::ptrdiff_t y = 0;
  while (y < rows) {
    // A line: a run of rows with ink; its body: the rows with at least half of its densest.
    while (y < rows && profile[static_cast<std::size_t>(y)] == 0) ++y;
    const std::ptrdiff_t begin = y;
    double densest = 0;
    while (y < rows && profile[static_cast<std::size_t>(y)] > 0)
      densest = std::max(densest, profile[static_cast<std::size_t>(y++)]);
    const std::ptrdiff_t end = y;
    if (double(end - begin) < lowest || densest < 8) continue;
    // Lines that touch (marks reaching into the line above) give one long run of several bodies.
    std::ptrdiff_t row = begin;
    while (row < end) {
      while (row < end && profile[static_cast<std::size_t>(row)] < 0.45 * densest) ++row;
      const std::ptrdiff_t top = row;
      std::ptrdiff_t last = row;  // the body may dip between its two dense edges
      while (row < end &&
             double(row - last) < 0.35 * double(std::max<std::ptrdiff_t>(last - top, 4))) {
        if (profile[static_cast<std::size_t>(row)] >= 0.45 * densest) last = row;
        ++row;
      }
      const std::ptrdiff_t bottom = last + 1;
      row = std::max(row, bottom);
      const double height = double(bottom - top);
      if (top >= end || height < lowest || height > tallest) continue;
      const double reach = 0.75 * height;
      const double above = sum_between(profile, double(top) - reach, double(top));
      const double below = sum_between(profile, double(bottom), double(bottom) + reach);
      const double body = sum_between(profile, double(top), double(bottom));
      if (above + below < 0.03 * body) continue;
      leans.push_back((above - below) / (above + below));
    }
  }
}

}  // namespace

Uprightness measure_uprightness(const std::vector<InkPoint>& points, Degrees tilt, double map_dpi) {
  std::vector<double> leans;
  for (Profile& profile : strip_profiles(points, tilt, kStripMm * map_dpi / 25.4)) {
    // Bodies are found from the top down; looking from below as well takes that bias away.
    std::vector<double> from_below;
    collect_leans(profile, map_dpi, leans);
    std::reverse(profile.begin(), profile.end());
    collect_leans(profile, map_dpi, from_below);
    for (const double lean : from_below) leans.push_back(-lean);
  }
  Uprightness up;
  up.lines = static_cast<int>(leans.size() / 2);  // each is seen twice
  if (up.lines < 3) return up;
  const auto seen = static_cast<double>(leans.size());
  double sum = 0, squares = 0;
  for (const double lean : leans) sum += lean;
  up.lean = sum / seen;
  for (const double lean : leans) squares += (lean - up.lean) * (lean - up.lean);
  const double spread = std::sqrt(squares / (seen - 1));
  up.certainty = up.lean / (std::max(0.1, spread) / std::sqrt(seen / 2));
  return up;
}

Orientation find_orientation(const std::vector<InkPoint>& points, const PageMap& map) {
  const Skew lying = find_rough_skew(points);
  const std::vector<InkPoint> on_side = quarter_turned(points);
  const Skew standing = find_rough_skew(on_side);
  const double better = std::max(lying.peak, standing.peak);
  const double other = std::max(1.0, std::min(lying.peak, standing.peak));
  Orientation orientation;
  if (better <= 0) return orientation;  // nothing like text
  if (better < kClearDirection * other) {
    orientation.unsure = true;
    return orientation;
  }
  // A quarter turn clockwise brings standing lines to lie, on their feet or on their head.
  const bool stands = standing.peak > lying.peak;
  const Skew exact = stands ? find_skew(on_side, standing) : find_skew(points, lying);
  const Uprightness up = measure_uprightness(stands ? on_side : points, exact.tilt, map.map_dpi);
  if (!stands) orientation.lying = exact;
  const bool sure = up.lines >= kFewestLines && std::abs(up.lean) > kClearLean &&
                    std::abs(up.certainty) > kClearCertainty;
  if (!sure) {
    orientation.unsure = stands;
    return orientation;
  }
  const bool on_head = up.lean < 0;
  if (on_head) orientation.lying.reset();
  orientation.quarter_turns = (stands ? 1 : 0) + (on_head ? 2 : 0);
  const double lines_say = 1 - 1 / (1 + (better / other - 1));
  const double marks_say = std::min(1.0, std::abs(up.certainty) / (3 * kClearCertainty) + 0.5);
  orientation.confidence = Confidence::from_fraction(std::min(lines_say + 0.3, marks_say));
  return orientation;
}

}  // namespace sogoc::image
