#include "workers/layout/line_tilt.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

namespace sogoc::layout {

LineTilt line_tilt(const PageWords& words, double dpi) {
  std::map<int, std::vector<const PlacedWord*>> lines;
  for (const PlacedWord& word : words.all())
    if (word.confidence > 0.5 && word.text.size() >= 2) lines[word.line].push_back(&word);
  std::vector<std::pair<double, double>> slopes;  // y, slope
  for (const auto& [number, line] : lines) {
    const PlacedWord* first = line.front();
    const PlacedWord* last = line.front();
    for (const PlacedWord* word : line) {
      if (word->box.left < first->box.left) first = word;
      if (word->box.left > last->box.left) last = word;
    }
    const double width = last->box.left - first->box.left;
    if (width < dpi * 1.6) continue;
    // Letters with tails stand lower: a least-squares line through the middles evens them out.
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (const PlacedWord* word : line) {
      const double x = (word->box.left + word->box.right) / 2.0;
      const double y = (word->box.top + word->box.bottom) / 2.0;
      n += 1, sx += x, sy += y, sxx += x * x, sxy += x * y;
    }
    const double across = n * sxx - sx * sx;
    if (n >= 3 && across > 0) slopes.emplace_back(sy / n, (n * sxy - sx * sy) / across);
  }
  LineTilt tilt;
  if (slopes.size() < 6) return tilt;
  // Theil and Sen: medians, so that a misread line changes nothing.
  std::vector<double> rates;
  for (std::size_t i = 0; i < slopes.size(); ++i)
    for (std::size_t j = i + 1; j < slopes.size(); ++j) {
      const double apart = slopes[j].first - slopes[i].first;
      if (std::abs(apart) > dpi) rates.push_back((slopes[j].second - slopes[i].second) / apart);
    }
  if (!rates.empty()) {
    std::nth_element(rates.begin(), rates.begin() + static_cast<std::ptrdiff_t>(rates.size() / 2),
                     rates.end());
    tilt.per_px = rates[rates.size() / 2];
  }
  std::vector<double> rest;
  for (const auto& [y, slope] : slopes) rest.push_back(slope - tilt.per_px * y);
  std::nth_element(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(rest.size() / 2),
                   rest.end());
  tilt.at_top = rest[rest.size() / 2];
  return tilt;
}

}  // namespace sogoc::layout
