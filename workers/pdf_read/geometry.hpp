#pragma once

// Places on a PDF page. "User" space: points, origin bottom left, y up. "Displayed" space: what a
// viewer shows, /Rotate done, origin top left of the visible box, y down.

#include <algorithm>
#include <array>
#include <cmath>

#include "pipeline/core/units.hpp"

namespace sogoc::pdf {

struct Rect {
  double left = 0;
  double bottom = 0;
  double right = 0;
  double top = 0;

  [[nodiscard]] double width() const { return right - left; }
  [[nodiscard]] double height() const { return top - bottom; }
  [[nodiscard]] bool empty() const { return !(right > left && top > bottom); }
  [[nodiscard]] double area() const { return empty() ? 0 : width() * height(); }
};

[[nodiscard]] inline Rect intersection(const Rect& a, const Rect& b) {
  const Rect both{std::max(a.left, b.left), std::max(a.bottom, b.bottom),
                  std::min(a.right, b.right), std::min(a.top, b.top)};
  return both.empty() ? Rect{} : both;
}

[[nodiscard]] inline Rect united(const Rect& a, const Rect& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return {std::min(a.left, b.left), std::min(a.bottom, b.bottom), std::max(a.right, b.right),
          std::max(a.top, b.top)};
}

// The smallest rectangle around the image of `rect`.
[[nodiscard]] inline Rect bounds(const Affine& map, const Rect& rect) {
  const std::array<PointPx, 4> corners = {
      map.apply(PointPx{rect.left, rect.bottom}), map.apply(PointPx{rect.right, rect.bottom}),
      map.apply(PointPx{rect.left, rect.top}), map.apply(PointPx{rect.right, rect.top})};
  Rect box{corners[0].x, corners[0].y, corners[0].x, corners[0].y};
  for (const PointPx& c : corners) {
    box.left = std::min(box.left, c.x);
    box.right = std::max(box.right, c.x);
    box.bottom = std::min(box.bottom, c.y);
    box.top = std::max(box.top, c.y);
  }
  return box;
}

inline constexpr Rect kUnitSquare{0, 0, 1, 1};

[[nodiscard]] inline double determinant(const Affine& map) {
  return map.xx * map.yy - map.xy * map.yx;
}

// False for a map that squeezes everything onto a line, or holds numbers no page has.
[[nodiscard]] inline bool usable(const Affine& map) {
  for (const double v : {map.xx, map.xy, map.x0, map.yx, map.yy, map.y0})
    if (!std::isfinite(v) || std::abs(v) > 1e9) return false;
  return std::abs(determinant(map)) > 1e-9;
}

// A PDF matrix [a b c d e f].
[[nodiscard]] inline Affine from_pdf_matrix(const std::array<double, 6>& m) {
  return {m[0], m[2], m[4], m[1], m[3], m[5]};
}

struct PageGeometry {
  Rect visible;            // crop box within the media box, user space
  int rotate = 0;          // clockwise: 0, 90, 180, 270
  double user_unit = 1;    // points of 1/72 inch a unit

  // Displayed size in user units.
  [[nodiscard]] double displayed_width() const {
    return rotate % 180 == 0 ? visible.width() : visible.height();
  }
  [[nodiscard]] double displayed_height() const {
    return rotate % 180 == 0 ? visible.height() : visible.width();
  }
  // User space to displayed pixels, at `scale` pixels a user unit.
  [[nodiscard]] Affine displayed_from_user(double scale) const {
    const double s = scale;
    switch (rotate) {
      case 90: return {0, s, -visible.bottom * s, s, 0, -visible.left * s};
      case 180: return {-s, 0, visible.right * s, 0, s, -visible.bottom * s};
      case 270: return {0, -s, visible.top * s, -s, 0, visible.right * s};
      default: return {s, 0, -visible.left * s, 0, -s, visible.top * s};
    }
  }
};

// The image's unit square with origin at its first pixel, y down, to user space.
[[nodiscard]] inline Affine user_from_unit(const Affine& ctm) {
  return {ctm.xx, -ctm.xy, ctm.xy + ctm.x0, ctm.yx, -ctm.yy, ctm.yy + ctm.y0};
}

// Raster pixels to pixels of the raster turned clockwise.
[[nodiscard]] inline Affine turned_from_raster(SizePx size, int clockwise) {
  const double w = size.width;
  const double h = size.height;
  switch (clockwise) {
    case 90: return {0, -1, h, 1, 0, 0};
    case 180: return {-1, 0, w, 0, -1, h};
    case 270: return {0, 1, 0, -1, 0, w};
    default: return {};
  }
}

// Whole numbers where rounding noise is all that keeps them from being whole.
[[nodiscard]] inline Affine snapped(Affine map) {
  for (double* v : {&map.xx, &map.xy, &map.x0, &map.yx, &map.yy, &map.y0}) {
    const double whole = std::round(*v);
    if (std::abs(*v - whole) < 1e-4) *v = whole == 0 ? 0 : whole;
  }
  return map;
}

// The pixels that `rect` (any space already in pixels) covers by at least half.
[[nodiscard]] inline BoxPx pixels_of(const Rect& rect) {
  const auto whole = [](double v) {
    return static_cast<int>(std::lround(std::clamp(v, -1e8, 1e8)));
  };
  return {whole(rect.left), whole(rect.bottom), whole(rect.right), whole(rect.top)};
}

}  // namespace sogoc::pdf
