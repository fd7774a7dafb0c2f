#pragma once

// Conventions of the whole project, stated once:
//   - pixel coordinates: origin top left, x right, y down; boxes are half open
//   - angles: degrees, clockwise positive
//   - confidence: 0 = none, 1 = certain, whatever scale the engine speaks
//   - pages: zero based in code (PageIndex), one based for people (page_number)
//   - lengths on paper: millimetres; lengths in a PDF: points of 1/72 inch
//   - "master": the picture as scanned or received; "upright": the same picture turned,
//     split and straightened for reading, at the master's resolution

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstdint>

namespace sogoc {

struct Dpi {
  double value = 0;
  friend auto operator<=>(const Dpi&, const Dpi&) = default;
};

struct Resolution {  // fax is 200 x 100: keep both axes; 0 means the file does not say
  Dpi x;
  Dpi y;
  [[nodiscard]] bool known() const { return x.value > 0 && y.value > 0; }
  friend auto operator<=>(const Resolution&, const Resolution&) = default;
};

struct Degrees {
  double clockwise = 0;
  friend auto operator<=>(const Degrees&, const Degrees&) = default;
};

struct Points {
  double value = 0;
  friend auto operator<=>(const Points&, const Points&) = default;
};

struct SizePx {
  int width = 0;
  int height = 0;
  friend auto operator<=>(const SizePx&, const SizePx&) = default;
};

struct PointPx {
  double x = 0;
  double y = 0;
};

struct BoxPx {  // half open: right and bottom are one past
  int left = 0;
  int top = 0;
  int right = 0;
  int bottom = 0;

  [[nodiscard]] int width() const { return right - left; }
  [[nodiscard]] int height() const { return bottom - top; }
  [[nodiscard]] bool empty() const { return right <= left || bottom <= top; }
  [[nodiscard]] std::int64_t area() const {
    return empty() ? 0 : static_cast<std::int64_t>(width()) * height();
  }
  friend auto operator<=>(const BoxPx&, const BoxPx&) = default;
};

[[nodiscard]] inline BoxPx intersection(const BoxPx& a, const BoxPx& b) {
  BoxPx both{std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right),
             std::min(a.bottom, b.bottom)};
  return both.empty() ? BoxPx{} : both;
}

// The smallest box around both; an empty box adds nothing.
[[nodiscard]] inline BoxPx united(const BoxPx& a, const BoxPx& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return {std::min(a.left, b.left), std::min(a.top, b.top), std::max(a.right, b.right),
          std::max(a.bottom, b.bottom)};
}

// Cannot be made without naming the scale; clamped to 0..1.
class Confidence {
 public:
  constexpr Confidence() = default;
  [[nodiscard]] static constexpr Confidence from_fraction(double fraction) {
    return Confidence(fraction);
  }
  [[nodiscard]] static constexpr Confidence from_percent(double percent) {  // Tesseract: 0..100
    return Confidence(percent / 100.0);
  }
  [[nodiscard]] constexpr double fraction() const { return fraction_; }
  friend constexpr auto operator<=>(const Confidence&, const Confidence&) = default;

 private:
  constexpr explicit Confidence(double fraction)
      : fraction_(fraction < 0 ? 0 : (fraction > 1 ? 1 : fraction)) {}
  double fraction_ = 0;
};

class PageIndex {
 public:
  constexpr PageIndex() = default;
  constexpr explicit PageIndex(std::uint32_t zero_based) : zero_based_(zero_based) {}
  [[nodiscard]] constexpr std::uint32_t zero_based() const { return zero_based_; }
  [[nodiscard]] constexpr std::uint32_t page_number() const { return zero_based_ + 1; }
  friend constexpr auto operator<=>(const PageIndex&, const PageIndex&) = default;

 private:
  std::uint32_t zero_based_ = 0;
};

[[nodiscard]] constexpr Points to_points(double pixels, Dpi dpi) {
  return {pixels * 72.0 / dpi.value};
}

// An affine map in pixels: x' = xx*x + xy*y + x0, y' = yx*x + yy*y + y0.
struct Affine {
  double xx = 1, xy = 0, x0 = 0;
  double yx = 0, yy = 1, y0 = 0;

  [[nodiscard]] PointPx apply(PointPx p) const {
    return {xx * p.x + xy * p.y + x0, yx * p.x + yy * p.y + y0};
  }

  // The map that does this one first and `next` after it.
  [[nodiscard]] Affine then(const Affine& next) const {
    return {next.xx * xx + next.xy * yx, next.xx * xy + next.xy * yy,
            next.xx * x0 + next.xy * y0 + next.x0,
            next.yx * xx + next.yy * yx, next.yx * xy + next.yy * yy,
            next.yx * x0 + next.yy * y0 + next.y0};
  }

  // Undefined for a singular map; every map the pipeline makes is a turn, a shift or a scale.
  [[nodiscard]] Affine inverse() const {
    const double det = xx * yy - xy * yx;
    const Affine linear{yy / det, -xy / det, 0, -yx / det, xx / det, 0};
    const PointPx origin = linear.apply(PointPx{x0, y0});
    return {linear.xx, linear.xy, -origin.x, linear.yx, linear.yy, -origin.y};
  }

  // The smallest box around the image of `box`.
  [[nodiscard]] BoxPx apply(const BoxPx& box) const {
    const PointPx corners[] = {apply(PointPx{double(box.left), double(box.top)}),
                               apply(PointPx{double(box.right), double(box.top)}),
                               apply(PointPx{double(box.left), double(box.bottom)}),
                               apply(PointPx{double(box.right), double(box.bottom)})};
    double left = corners[0].x, right = left, top = corners[0].y, bottom = top;
    for (const PointPx& c : corners) {
      left = std::min(left, c.x);
      right = std::max(right, c.x);
      top = std::min(top, c.y);
      bottom = std::max(bottom, c.y);
    }
    constexpr double kRounding = 1e-6;  // 7.0000000001 is 7, not 8
    return {static_cast<int>(std::floor(left + kRounding)),
            static_cast<int>(std::floor(top + kRounding)),
            static_cast<int>(std::ceil(right - kRounding)),
            static_cast<int>(std::ceil(bottom - kRounding))};
  }
  friend bool operator==(const Affine&, const Affine&) = default;
};

}  // namespace sogoc
