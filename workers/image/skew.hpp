#pragma once

#include <vector>

#include "pipeline/core/units.hpp"
#include "workers/image/page_map.hpp"

namespace sogoc::image {

struct Skew {
  Degrees tilt;           // of the text, clockwise
  Confidence confidence;  // 0: nothing to measure
  double peak = 0;        // how much sharper the lines stand at this tilt than at others
};

struct InkPoint {
  float x;
  float y;
};

// Points of everything that looks like letters; of rules and other ink too when there are hardly
// any letters. Map pixels, counted from the middle of the page.
[[nodiscard]] std::vector<InkPoint> text_points(const PageMap& map);

// The tilt at which the rows of ink stand sharpest, within kLargestSkew either way.
[[nodiscard]] Skew find_skew(const std::vector<InkPoint>& points);
// The same, starting from a rough measure of these points.
[[nodiscard]] Skew find_skew(const std::vector<InkPoint>& points, const Skew& rough);
// A rougher and cheaper measure of the same, for comparing directions.
[[nodiscard]] Skew find_rough_skew(const std::vector<InkPoint>& points);

// The same points after a quarter turn clockwise.
[[nodiscard]] std::vector<InkPoint> quarter_turned(const std::vector<InkPoint>& points);

constexpr double kLargestSkew = 18;    // degrees either way
constexpr double kSmallestSkew = 0.1;  // less than this is straight and is left alone
constexpr double kTrustedSkew = 0.5;   // confidence from which a page is turned

}  // namespace sogoc::image
