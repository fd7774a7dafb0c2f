#include "tests/support/page_painter.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sogoc::test {
namespace {

constexpr double kSmallLetterMm = 2.1;

std::uint32_t next(std::uint32_t& seed) {
  seed = seed * 1664525u + 1013904223u;
  return seed >> 8;
}
bool chance(std::uint32_t& seed, unsigned percent) { return next(seed) % 100 < percent; }

}  // namespace

PagePainter::PagePainter(SizePx size, double dpi, Colour paper) : size_(size), dpi_(dpi) {
  const auto pixels = static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
  rgb_.reserve(pixels * 3);
  for (std::size_t i = 0; i < pixels; ++i) {
    rgb_.push_back(paper.red);
    rgb_.push_back(paper.green);
    rgb_.push_back(paper.blue);
  }
}

PagePainter PagePainter::a4(double dpi, Colour paper) {
  return PagePainter({static_cast<int>(210 * dpi / 25.4), static_cast<int>(297 * dpi / 25.4)}, dpi,
                     paper);
}

void PagePainter::dot(int x, int y, Colour ink) {
  if (x < 0 || y < 0 || x >= size_.width || y >= size_.height) return;
  const std::size_t at = 3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width) +
                              static_cast<std::size_t>(x));
  // Ink over ink darkens, as on paper.
  rgb_[at] = std::min(rgb_[at], ink.red);
  rgb_[at + 1] = std::min(rgb_[at + 1], ink.green);
  rgb_[at + 2] = std::min(rgb_[at + 2], ink.blue);
}

PagePainter& PagePainter::rectangle(const BoxPx& box, Colour ink) {
  for (int y = box.top; y < box.bottom; ++y)
    for (int x = box.left; x < box.right; ++x) dot(x, y, ink);
  return *this;
}

PagePainter& PagePainter::disc(PointPx middle, double radius, Colour ink) {
  return ring(middle, radius / 2, radius, ink);
}

PagePainter& PagePainter::ring(PointPx middle, double radius, double stroke, Colour ink,
                               double from_degrees, double to_degrees) {
  const double outer = radius + stroke / 2, inner = radius - stroke / 2;
  for (int y = static_cast<int>(middle.y - outer); y <= static_cast<int>(middle.y + outer); ++y)
    for (int x = static_cast<int>(middle.x - outer); x <= static_cast<int>(middle.x + outer); ++x) {
      const double dx = x + 0.5 - middle.x, dy = y + 0.5 - middle.y, r = std::hypot(dx, dy);
      if (r > outer || r < inner) continue;
      double angle = std::atan2(dy, dx) * 180 / std::numbers::pi;
      if (angle < 0) angle += 360;
      if (angle >= from_degrees && angle <= to_degrees) dot(x, y, ink);
    }
  return *this;
}

PagePainter& PagePainter::stroke(PointPx from, PointPx to, double width, Colour ink) {
  const double length = std::hypot(to.x - from.x, to.y - from.y);
  const int steps = std::max(1, static_cast<int>(length * 2));
  for (int i = 0; i <= steps; ++i) {
    const double t = double(i) / steps;
    disc({from.x + t * (to.x - from.x), from.y + t * (to.y - from.y)}, width / 2, ink);
  }
  return *this;
}

double PagePainter::letter(double left, double baseline, std::uint32_t& seed, Colour ink) {
  const double height = px(kSmallLetterMm), pen = height / 5.5;
  const double middle_x = left + height / 2, middle_y = baseline - height / 2;
  const auto box = [](double l, double t, double r, double b) {
    return BoxPx{static_cast<int>(l), static_cast<int>(t), static_cast<int>(r),
                 static_cast<int>(b)};
  };
  ring({middle_x, middle_y}, (height - pen) / 2, pen, ink);
  if (chance(seed, 22))  // b, d, h, k, l, t
    rectangle(box(left, baseline - 1.55 * height, left + pen, baseline), ink);
  else if (chance(seed, 10))  // p, q, g, y
    rectangle(box(left, baseline - height, left + pen, baseline + 0.5 * height), ink);
  if (chance(seed, 25))  // a tone mark or circumflex
    rectangle(box(middle_x - 0.25 * height, baseline - 1.45 * height, middle_x + 0.25 * height,
                  baseline - 1.25 * height),
              ink);
  if (chance(seed, 6))  // a dot below
    rectangle(box(middle_x - pen / 2, baseline + 0.2 * height, middle_x + pen / 2,
                  baseline + 0.2 * height + pen),
              ink);
  return 1.2 * height;
}

PagePainter& PagePainter::word(double left, double baseline, int letters, std::uint32_t seed,
                               Colour ink) {
  for (int i = 0; i < letters; ++i) left += letter(left, baseline, seed, ink);
  return *this;
}

PagePainter& PagePainter::text(const BoxPx& box, std::uint32_t seed, Colour ink) {
  const double height = px(kSmallLetterMm), pitch = 3.1 * height, blank = 0.8 * height;
  for (double baseline = box.top + 2 * height; baseline + height < box.bottom; baseline += pitch) {
    double x = box.left;
    const bool last_of_paragraph = chance(seed, 15);
    const double line_end = last_of_paragraph ? box.left + box.width() * 0.6 : box.right;
    while (true) {
      const int letters = 2 + static_cast<int>(next(seed) % 5);
      if (x + letters * 1.2 * height > line_end) break;
      for (int i = 0; i < letters; ++i) x += letter(x, baseline, seed, ink);
      x += blank;
    }
  }
  return *this;
}

PagePainter& PagePainter::seal(PointPx middle, Colour ink) {
  ring(middle, px(18.4), px(1.0), ink);
  ring(middle, px(12.5), px(0.5), ink);
  disc(middle, px(5), ink);
  for (int i = 0; i < 24; ++i) {
    const double angle = i * 2 * std::numbers::pi / 24;
    disc({middle.x + px(15.3) * std::cos(angle), middle.y + px(15.3) * std::sin(angle)}, px(1.2),
         ink);
  }
  return *this;
}

PagePainter& PagePainter::specks(int count, std::uint32_t seed) {
  for (int i = 0; i < count; ++i) {
    const int x = static_cast<int>(next(seed) % static_cast<unsigned>(size_.width));
    const int y = static_cast<int>(next(seed) % static_cast<unsigned>(size_.height));
    const int side = 1 + static_cast<int>(next(seed) % 5);
    rectangle({x, y, x + side, y + side});
  }
  return *this;
}

PagePainter& PagePainter::fold(double x, double reach, double depth) {
  for (int column = 0; column < size_.width; ++column) {
    const double distance = std::abs(column - x) / reach;
    if (distance >= 1) continue;
    const double light = 1 - depth * (1 - distance);
    for (int y = 0; y < size_.height; ++y) {
      const std::size_t at =
          3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width) +
               static_cast<std::size_t>(column));
      for (std::size_t c = 0; c < 3; ++c)
        rgb_[at + c] = static_cast<std::uint8_t>(rgb_[at + c] * light);
    }
  }
  return *this;
}

BoxPx PagePainter::inside_margins(double mm) const {
  const int margin = static_cast<int>(px(mm));
  return {margin, margin, size_.width - margin, size_.height - margin};
}

PageImage PagePainter::colour() const {
  return *PageImage::create(size_, PixelFormat::rgb8, {{dpi_}, {dpi_}}, rgb_);
}

PageImage PagePainter::gray() const {
  std::vector<std::uint8_t> gray;
  gray.reserve(rgb_.size() / 3);
  for (std::size_t i = 0; i < rgb_.size(); i += 3)
    gray.push_back(
        static_cast<std::uint8_t>((rgb_[i] * 30 + rgb_[i + 1] * 59 + rgb_[i + 2] * 11) / 100));
  return *PageImage::create(size_, PixelFormat::gray8, {{dpi_}, {dpi_}}, std::move(gray));
}

PageImage PagePainter::bilevel() const {
  const std::size_t stride = PageImage::stride_of(size_.width, PixelFormat::bit1);
  std::vector<std::uint8_t> bits(stride * static_cast<std::size_t>(size_.height), 0);
  for (int y = 0; y < size_.height; ++y)
    for (int x = 0; x < size_.width; ++x) {
      const std::size_t at =
          3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width) +
               static_cast<std::size_t>(x));
      if (rgb_[at + 1] < 128)
        bits[static_cast<std::size_t>(y) * stride + static_cast<std::size_t>(x / 8)] |=
            static_cast<std::uint8_t>(0x80u >> (x % 8));
    }
  return *PageImage::create(size_, PixelFormat::bit1, {{dpi_}, {dpi_}}, std::move(bits));
}

}  // namespace sogoc::test
