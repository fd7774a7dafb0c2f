#include "workers/pdf_read/composite.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "workers/pdf_read/geometry.hpp"

namespace sogoc::pdf {
namespace {

std::array<unsigned, 3> pixel_of(const PageImage& image, int x, int y) {
  const auto row = image.row(y);
  const auto at = static_cast<std::size_t>(x);
  switch (image.format()) {
    case PixelFormat::bit1: {
      const unsigned v = (row[at / 8] >> (7 - at % 8)) & 1 ? 0 : 255;
      return {v, v, v};
    }
    case PixelFormat::gray8: return {row[at], row[at], row[at]};
    case PixelFormat::rgb8: return {row[3 * at], row[3 * at + 1], row[3 * at + 2]};
  }
  return {};
}

// The mean of `steps` x `steps` samples of the parallelogram that one pixel covers.
struct Sampler {
  const PageImage& image;
  int steps_x;
  int steps_y;

  static int steps(double pixels_each) {
    return std::clamp(static_cast<int>(std::ceil(pixels_each - 0.25)), 1, 4);
  }
  static Sampler of(const PageImage& image, const Affine& unit_from_canvas) {
    const double wide = std::hypot(unit_from_canvas.xx * image.size().width,
                                   unit_from_canvas.yx * image.size().height);
    const double high = std::hypot(unit_from_canvas.xy * image.size().width,
                                   unit_from_canvas.yy * image.size().height);
    return {image, steps(wide), steps(high)};
  }

  [[nodiscard]] std::array<unsigned, 3> at(const Affine& unit_from_canvas, int x, int y) const {
    std::array<unsigned, 3> sum{};
    for (int j = 0; j < steps_y; ++j)
      for (int i = 0; i < steps_x; ++i) {
        const PointPx unit = unit_from_canvas.apply(
            PointPx{x + (i + 0.5) / steps_x, y + (j + 0.5) / steps_y});
        const auto inside = [](double v, int side) {
          return std::clamp(static_cast<int>(std::floor(v * side)), 0, side - 1);
        };
        const auto pixel = pixel_of(image, inside(unit.x, image.size().width),
                                    inside(unit.y, image.size().height));
        for (std::size_t c = 0; c < 3; ++c) sum[c] += pixel[c];
      }
    const auto count = static_cast<unsigned>(steps_x * steps_y);
    for (unsigned& value : sum) value = (value + count / 2) / count;
    return sum;
  }
};

}  // namespace

Canvas::Canvas(SizePx size, bool colour)
    : size_(size),
      channels_(colour ? 3 : 1),
      pixels_(channels_ * static_cast<std::size_t>(size.width) *
                  static_cast<std::size_t>(size.height),
              255) {}

void Canvas::paint(const PageImage& picture, const PageImage& mask, const Affine& place) {
  if (!usable(place)) return;
  const Affine unit_from_canvas = place.inverse();
  const BoxPx box = intersection(pixels_of(bounds(place, kUnitSquare)),
                                 {0, 0, size_.width, size_.height});
  const Sampler colours = Sampler::of(picture, unit_from_canvas);
  const Sampler shown = mask.empty() ? colours : Sampler::of(mask, unit_from_canvas);
  for (int y = box.top; y < box.bottom; ++y)
    for (int x = box.left; x < box.right; ++x) {
      const PointPx unit = unit_from_canvas.apply(PointPx{x + 0.5, y + 0.5});
      if (unit.x < 0 || unit.x >= 1 || unit.y < 0 || unit.y >= 1) continue;
      const unsigned alpha = mask.empty() ? 255 : shown.at(unit_from_canvas, x, y)[0];
      if (alpha == 0) continue;
      auto colour = colours.at(unit_from_canvas, x, y);
      if (channels_ == 1)
        colour[0] = (299 * colour[0] + 587 * colour[1] + 114 * colour[2] + 500) / 1000;
      std::uint8_t* out = pixels_.data() + channels_ * (static_cast<std::size_t>(y) *
                              static_cast<std::size_t>(size_.width) + static_cast<std::size_t>(x));
      for (std::size_t c = 0; c < channels_; ++c)
        out[c] = static_cast<std::uint8_t>(
            (colour[c] * alpha + out[c] * (255 - alpha) + 127) / 255);
    }
}

Result<PageImage> Canvas::image(Resolution resolution, bool bilevel) const {
  if (!bilevel)
    return PageImage::create(size_, channels_ == 3 ? PixelFormat::rgb8 : PixelFormat::gray8,
                             resolution, pixels_);
  const std::size_t stride = PageImage::stride_of(size_.width, PixelFormat::bit1);
  std::vector<std::uint8_t> bits(stride * static_cast<std::size_t>(size_.height));
  for (std::size_t y = 0; y < static_cast<std::size_t>(size_.height); ++y)
    for (std::size_t x = 0; x < static_cast<std::size_t>(size_.width); ++x)
      if (pixels_[channels_ * (y * static_cast<std::size_t>(size_.width) + x)] < 128)
        bits[y * stride + x / 8] |= static_cast<std::uint8_t>(0x80u >> (x % 8));
  return PageImage::create(size_, PixelFormat::bit1, resolution, std::move(bits));
}

Result<PageImage> mirrored(const PageImage& image) {
  const SizePx size = image.size();
  const std::size_t stride = image.stride();
  std::vector<std::uint8_t> out(stride * static_cast<std::size_t>(size.height));
  const auto width = static_cast<std::size_t>(size.width);
  for (int y = 0; y < size.height; ++y) {
    const auto row = image.row(y);
    std::uint8_t* to = out.data() + static_cast<std::size_t>(y) * stride;
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t from = width - 1 - x;
      switch (image.format()) {
        case PixelFormat::bit1:
          if ((row[from / 8] >> (7 - from % 8)) & 1)
            to[x / 8] |= static_cast<std::uint8_t>(0x80u >> (x % 8));
          break;
        case PixelFormat::gray8: to[x] = row[from]; break;
        case PixelFormat::rgb8: std::copy_n(row.data() + 3 * from, 3, to + 3 * x); break;
      }
    }
  }
  return PageImage::create(size, image.format(), image.resolution(), std::move(out));
}

Result<Layer> unmixed(const PageImage& on_white, const PageImage& on_black) {
  if (on_white.size() != on_black.size())
    return fail(ErrorCode::internal, Retry::never, "rendering", "two renderings differ in size");
  const auto white = on_white.pixels();
  const auto black = on_black.pixels();
  std::vector<std::uint8_t> colours(white.size());
  std::vector<std::uint8_t> opacity(white.size() / 3);
  for (std::size_t i = 0; i < opacity.size(); ++i) {
    int through = 0;
    for (std::size_t c = 0; c < 3; ++c)
      through = std::max(through, int{white[3 * i + c]} - int{black[3 * i + c]});
    const int alpha = 255 - through;
    opacity[i] = static_cast<std::uint8_t>(alpha);
    for (std::size_t c = 0; c < 3; ++c)
      colours[3 * i + c] = static_cast<std::uint8_t>(
          alpha == 0 ? 255 : std::min(255, (black[3 * i + c] * 255 + alpha / 2) / alpha));
  }
  SOGOC_TRY(PageImage colour_image, PageImage::create(on_white.size(), PixelFormat::rgb8,
                                                      on_white.resolution(), std::move(colours)));
  SOGOC_TRY(PageImage opacity_image, PageImage::create(on_white.size(), PixelFormat::gray8,
                                                       on_white.resolution(), std::move(opacity)));
  return Layer{std::move(colour_image), std::move(opacity_image)};
}

}  // namespace sogoc::pdf
