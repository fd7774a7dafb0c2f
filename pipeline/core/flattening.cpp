#include "pipeline/core/flattening.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sogoc {
namespace {

constexpr int kMostNodes = 100;   // a side
constexpr int kSamples = 4;       // along each side of a box: a bent side is no straight line
constexpr int kNewtonSteps = 12;

template <typename Map>
BoxPx around(const BoxPx& box, Map map) {
  double left = std::numeric_limits<double>::max(), top = left, right = -left, bottom = -left;
  for (int i = 0; i <= kSamples; ++i) {
    const double u = box.left + box.width() * double(i) / kSamples;
    const double v = box.top + box.height() * double(i) / kSamples;
    for (const PointPx flat : {PointPx{u, double(box.top)}, PointPx{u, double(box.bottom)},
                               PointPx{double(box.left), v}, PointPx{double(box.right), v}}) {
      const PointPx at = map(flat);
      left = std::min(left, at.x);
      right = std::max(right, at.x);
      top = std::min(top, at.y);
      bottom = std::max(bottom, at.y);
    }
  }
  static constexpr double kFar = 1e8;  // keeps absurd places within an int
  const auto whole = [](double value) { return static_cast<int>(std::clamp(value, -kFar, kFar)); };
  constexpr double kRounding = 1e-6;
  return {whole(std::floor(left + kRounding)), whole(std::floor(top + kRounding)),
          whole(std::ceil(right - kRounding)), whole(std::ceil(bottom - kRounding))};
}

}  // namespace

bool Flattening::valid() const {
  if (size.width <= 0 || size.height <= 0 || columns < 2 || rows < 2 || columns > kMostNodes ||
      rows > kMostNodes)
    return false;
  if (nodes.size() != static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows))
    return false;
  return std::all_of(nodes.begin(), nodes.end(), [](const PointPx& node) {
    return std::isfinite(node.x) && std::isfinite(node.y) && std::abs(node.x) < 1e7 &&
           std::abs(node.y) < 1e7;
  });
}

PointPx Flattening::on_master(PointPx flat) const {
  const double u = flat.x / size.width * (columns - 1), v = flat.y / size.height * (rows - 1);
  const int column = std::clamp(static_cast<int>(std::floor(u)), 0, columns - 2);
  const int row = std::clamp(static_cast<int>(std::floor(v)), 0, rows - 2);
  const double s = u - column, t = v - row;
  const auto node = [this](int c, int r) {
    return nodes[static_cast<std::size_t>(r) * static_cast<std::size_t>(columns) +
                 static_cast<std::size_t>(c)];
  };
  const PointPx a = node(column, row), b = node(column + 1, row), c = node(column, row + 1),
                d = node(column + 1, row + 1);
  const auto between = [s, t](double p, double q, double r, double w) {
    return (p * (1 - s) + q * s) * (1 - t) + (r * (1 - s) + w * s) * t;
  };
  return {between(a.x, b.x, c.x, d.x), between(a.y, b.y, c.y, d.y)};
}

PointPx Flattening::on_flat(PointPx master) const {
  // From the nearest node on.
  std::size_t nearest = 0;
  double best = std::numeric_limits<double>::max();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const double away = std::hypot(nodes[i].x - master.x, nodes[i].y - master.y);
    if (away >= best) continue;
    best = away;
    nearest = i;
  }
  const auto across = static_cast<std::size_t>(columns);
  PointPx flat{double(nearest % across) / (columns - 1) * size.width,
               double(nearest / across) / (rows - 1) * size.height};
  for (int step = 0; step < kNewtonSteps; ++step) {
    const PointPx here = on_master(flat), right = on_master(PointPx{flat.x + 1, flat.y}),
                  below = on_master(PointPx{flat.x, flat.y + 1});
    const Affine slope{right.x - here.x, below.x - here.x, 0, right.y - here.y, below.y - here.y, 0};
    if (std::abs(slope.xx * slope.yy - slope.xy * slope.yx) < 1e-9) break;
    const PointPx by = slope.inverse().apply(PointPx{master.x - here.x, master.y - here.y});
    flat = {flat.x + by.x, flat.y + by.y};
    if (std::hypot(by.x, by.y) < 0.01) break;
  }
  return flat;
}

BoxPx Flattening::on_master(const BoxPx& flat) const {
  return around(flat, [this](PointPx point) { return on_master(point); });
}

BoxPx Flattening::on_flat(const BoxPx& master) const {
  return around(master, [this](PointPx point) { return on_flat(point); });
}

bool operator==(const Flattening& a, const Flattening& b) {
  return a.size == b.size && a.columns == b.columns && a.rows == b.rows &&
         std::equal(a.nodes.begin(), a.nodes.end(), b.nodes.begin(), b.nodes.end(),
                    [](const PointPx& p, const PointPx& q) { return p.x == q.x && p.y == q.y; });
}

}  // namespace sogoc
