#include "tests/support/photographed_page.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace sogoc::test {
namespace {

constexpr int kWidth = 1500, kHeight = 2000;
constexpr double kFocal = 0.6 * 2500;  // pixels: the usual phone

struct Vec {
  double x = 0, y = 0, z = 0;
};
Vec operator+(Vec a, Vec b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
Vec operator*(Vec a, double k) { return {a.x * k, a.y * k, a.z * k}; }
double dot(Vec a, Vec b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
Vec cross(Vec a, Vec b) { return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x}; }
Vec unit(Vec a) { return a * (1 / std::sqrt(dot(a, a))); }
double radians(double degrees) { return degrees * std::numbers::pi / 180; }

}  // namespace

Photographed photographed(const PageImage& page, double dpi, const Shot& shot) {
  const double width = page.size().width * 25.4 / dpi, height = page.size().height * 25.4 / dpi;
  // The paper's section: an arch over a chord that is as much shorter as the arch is longer.
  constexpr int kSteps = 400;
  double chord = width;
  std::vector<double> way(kSteps + 1);
  const auto rise = [&](double x) { return shot.bend_mm * std::sin(std::numbers::pi * std::clamp(x / chord, 0.0, 1.0)); };
  for (int round = 0; round < 8; ++round) {
    for (int i = 1; i <= kSteps; ++i) {
      const double x = chord * i / kSteps, before = chord * (i - 1) / kSteps;
      way[static_cast<std::size_t>(i)] = way[static_cast<std::size_t>(i - 1)] + std::hypot(x - before, rise(x) - rise(before));
    }
    chord *= width / way.back();
  }
  const auto way_at = [&](double x) {
    if (x <= 0) return x;
    if (x >= chord) return width + x - chord;
    const double at = x / chord * kSteps;
    const auto i = std::min(static_cast<std::size_t>(at), way.size() - 2);
    return way[i] + (way[i + 1] - way[i]) * (at - double(i));
  };
  const double tilt = radians(shot.tilt_degrees), towards = radians(shot.tilt_towards), roll = radians(shot.roll_degrees);
  const Vec axis{std::sin(tilt) * std::cos(towards), std::sin(tilt) * std::sin(towards), std::cos(tilt)};
  const Vec aside = unit(cross({0, 1, 0}, axis)), below = cross(axis, aside);
  const Vec right = aside * std::cos(roll) + below * std::sin(roll), down = below * std::cos(roll) + aside * -std::sin(roll);
  const double distance = kFocal * std::max(chord / kWidth, height / kHeight) / shot.fill;
  const Vec centre = Vec{chord / 2, height / 2, 0} + axis * -distance;
  const double mid_x = kWidth * (0.5 + shot.shift_x), mid_y = kHeight * (0.5 + shot.shift_y);

  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(kWidth) * kHeight * 3);
  std::mt19937 random(7);
  std::normal_distribution<double> noise(0, 2);
  for (int v = 0; v < kHeight; ++v)
    for (int u = 0; u < kWidth; ++u) {
      const Vec ray = right * ((u + 0.5 - mid_x) / kFocal) + down * ((v + 0.5 - mid_y) / kFocal) + axis;
      double z = 0, x = 0, y = 0;
      for (int step = 0; step < (shot.bend_mm == 0 ? 1 : 25); ++step) {
        const double away = (-z - centre.z) / ray.z;
        x = centre.x + ray.x * away;
        y = centre.y + ray.y * away;
        z = 0.5 * z + 0.5 * rise(x);
      }
      const double at_x = way_at(x) / width * page.size().width, at_y = y / height * page.size().height;
      const bool on_page = at_x >= 0 && at_y >= 0 && at_x < page.size().width && at_y < page.size().height;
      const double grain = noise(random);
      for (std::size_t c = 0; c < 3; ++c) {
        double value = shot.table + 12 * std::sin(u * 0.03 + v * 0.011);
        if (on_page) {
          const auto px = std::clamp(at_x - 0.5, 0.0, page.size().width - 1.001), py = std::clamp(at_y - 0.5, 0.0, page.size().height - 1.001);
          const auto l = static_cast<std::size_t>(px);
          const int t = static_cast<int>(py);
          const double s = px - double(l), r = py - t;
          const auto above = page.row(t), under = page.row(t + 1);
          value = (above[l * 3 + c] * (1 - s) + above[l * 3 + 3 + c] * s) * (1 - r) + (under[l * 3 + c] * (1 - s) + under[l * 3 + 3 + c] * s) * r;
          value *= 0.86;
          if (shot.glare) {
            const double away = std::hypot(x - chord / 2, y - height / 2) / 22;
            value += 280 * std::exp(-away * away);
          }
        }
        pixels[(static_cast<std::size_t>(v) * kWidth + static_cast<std::size_t>(u)) * 3 + c] =
            static_cast<std::uint8_t>(std::clamp(value + grain, 0.0, 255.0));
      }
    }
  Photographed photo;
  photo.picture = PageImage::create({kWidth, kHeight}, PixelFormat::rgb8, {}, std::move(pixels)).value();
  const auto seen = [&](double across, double along) {
    double x = 0;
    for (int i = 0; i <= kSteps; ++i)
      if (way[static_cast<std::size_t>(i)] <= across * width) x = chord * i / kSteps;
    const Vec to = Vec{x, along * height, -rise(x)} + centre * -1;
    return PointPx{dot(to, right) / dot(to, axis) * kFocal + mid_x, dot(to, down) / dot(to, axis) * kFocal + mid_y};
  };
  photo.corners = {seen(0, 0), seen(1, 0), seen(1, 1), seen(0, 1)};
  for (std::size_t row = 0; row < 5; ++row)
    for (std::size_t column = 0; column < 5; ++column) photo.places[row][column] = seen(double(column) / 4, double(row) / 4);
  return photo;
}

}  // namespace sogoc::test
