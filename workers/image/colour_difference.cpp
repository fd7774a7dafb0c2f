#include <cmath>
#include <numbers>

#include "workers/image/colour_difference_private.hpp"

namespace sogoc::image {
namespace {

double radians(double degrees) { return degrees * std::numbers::pi / 180; }
double hue_of(double a, double b) {
  if (a == 0 && b == 0) return 0;
  const double hue = std::atan2(b, a) * 180 / std::numbers::pi;
  return hue < 0 ? hue + 360 : hue;
}

}  // namespace

double light_of(double srgb) {
  const double value = srgb / 255;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

Lab lab_of(const std::array<double, 3>& srgb) {
  const double r = light_of(srgb[0]), g = light_of(srgb[1]), b = light_of(srgb[2]);
  const auto curve = [](double t) { return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116; };
  const double x = curve((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const double y = curve(0.2126729 * r + 0.7151522 * g + 0.0721750 * b);
  const double z = curve((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double difference(const Lab& one, const Lab& two) {
  const double mean_chroma = (std::hypot(one[1], one[2]) + std::hypot(two[1], two[2])) / 2;
  const double seventh = std::pow(mean_chroma, 7);
  const double stretch = 1 + 0.5 * (1 - std::sqrt(seventh / (seventh + std::pow(25.0, 7))));
  const double a1 = one[1] * stretch, a2 = two[1] * stretch;
  const double c1 = std::hypot(a1, one[2]), c2 = std::hypot(a2, two[2]);
  const double h1 = hue_of(a1, one[2]), h2 = hue_of(a2, two[2]);
  double dh = h2 - h1, mean_h = h1 + h2;
  if (c1 * c2 == 0) {
    dh = 0;
  } else {
    if (dh > 180) dh -= 360;
    if (dh < -180) dh += 360;
    if (std::abs(h1 - h2) > 180) mean_h += mean_h < 360 ? 360 : -360;
    mean_h /= 2;
  }
  const double dl = two[0] - one[0], dc = c2 - c1, dhue = 2 * std::sqrt(c1 * c2) * std::sin(radians(dh / 2));
  const double mean_l = (one[0] + two[0]) / 2, mean_c = (c1 + c2) / 2;
  const double t = 1 - 0.17 * std::cos(radians(mean_h - 30)) + 0.24 * std::cos(radians(2 * mean_h)) + 0.32 * std::cos(radians(3 * mean_h + 6)) -
                   0.20 * std::cos(radians(4 * mean_h - 63));
  const double off = (mean_l - 50) * (mean_l - 50);
  const double sl = 1 + 0.015 * off / std::sqrt(20 + off), sc = 1 + 0.045 * mean_c, sh = 1 + 0.015 * mean_c * t;
  const double c7 = std::pow(mean_c, 7), rc = 2 * std::sqrt(c7 / (c7 + std::pow(25.0, 7)));
  const double bend = (mean_h - 275) / 25;
  const double rt = -rc * std::sin(radians(60 * std::exp(-bend * bend)));
  return std::sqrt(dl * dl / sl / sl + dc * dc / sc / sc + dhue * dhue / sh / sh + rt * dc / sc * dhue / sh);
}

}  // namespace sogoc::image
