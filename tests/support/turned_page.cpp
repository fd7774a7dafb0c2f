#include "tests/support/turned_page.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sogoc::test {
namespace {

int channels_of(const PageImage& page) { return page.format() == PixelFormat::rgb8 ? 3 : 1; }

std::vector<float> samples_of(const PageImage& page) {
  const auto [width, height] = page.size();
  const auto channels = static_cast<std::size_t>(channels_of(page));
  std::vector<float> samples(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                             channels);
  std::size_t at = 0;
  for (int y = 0; y < height; ++y) {
    const auto row = page.row(y);
    for (std::size_t x = 0; x < static_cast<std::size_t>(width) * channels; ++x)
      samples[at++] = page.format() == PixelFormat::bit1
                          ? ((row[x / 8] >> (7 - x % 8)) & 1 ? 0.0f : 255.0f)
                          : static_cast<float>(row[x]);
  }
  return samples;
}

PageImage image_from(const std::vector<std::uint8_t>& samples, SizePx size, const PageImage& like) {
  std::vector<std::uint8_t> pixels = samples;
  if (like.format() == PixelFormat::bit1) {
    const std::size_t stride = PageImage::stride_of(size.width, PixelFormat::bit1);
    pixels.assign(stride * static_cast<std::size_t>(size.height), 0);
    for (int y = 0; y < size.height; ++y)
      for (int x = 0; x < size.width; ++x)
        if (samples[static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) +
                    static_cast<std::size_t>(x)] < 128)
          pixels[static_cast<std::size_t>(y) * stride + static_cast<std::size_t>(x / 8)] |=
              static_cast<std::uint8_t>(0x80u >> (x % 8));
  }
  return *PageImage::create(size, like.format(), like.resolution(), std::move(pixels));
}

// Bilinear samples of `page` on a canvas of `size`, whose pixel middles map back by `back`.
PageImage resampled(const PageImage& page, SizePx size, const Affine& back) {
  const auto channels = static_cast<std::size_t>(channels_of(page));
  const std::vector<float> from = samples_of(page);
  const auto width = static_cast<std::ptrdiff_t>(page.size().width);
  const auto height = static_cast<std::ptrdiff_t>(page.size().height);
  std::vector<std::uint8_t> to;
  to.reserve(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height) *
             channels);
  const auto sample = [&](std::ptrdiff_t x, std::ptrdiff_t y, std::size_t channel) {
    if (x < 0 || y < 0 || x >= width || y >= height) return 255.0f;
    return from[static_cast<std::size_t>(y * width + x) * channels + channel];
  };
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const PointPx at = back.apply(PointPx{x + 0.5, y + 0.5});
      const double fx = std::floor(at.x - 0.5), fy = std::floor(at.y - 0.5);
      const auto px = static_cast<float>(at.x - 0.5 - fx), py = static_cast<float>(at.y - 0.5 - fy);
      const auto ix = static_cast<std::ptrdiff_t>(fx), iy = static_cast<std::ptrdiff_t>(fy);
      for (std::size_t c = 0; c < channels; ++c) {
        const float top = sample(ix, iy, c) * (1 - px) + sample(ix + 1, iy, c) * px;
        const float bottom = sample(ix, iy + 1, c) * (1 - px) + sample(ix + 1, iy + 1, c) * px;
        to.push_back(static_cast<std::uint8_t>(top * (1 - py) + bottom * py + 0.5f));
      }
    }
  return image_from(to, size, page);
}

}  // namespace

PageImage turned_page(const PageImage& page, Degrees clockwise) {
  const double radians = clockwise.clockwise * std::numbers::pi / 180;
  const double c = std::cos(radians), s = std::sin(radians);
  const double w = page.size().width, h = page.size().height;
  const SizePx canvas{static_cast<int>(std::ceil(w * std::abs(c) + h * std::abs(s))),
                      static_cast<int>(std::ceil(w * std::abs(s) + h * std::abs(c)))};
  const Affine turn = Affine{1, 0, -w / 2, 0, 1, -h / 2}
                          .then(Affine{c, -s, 0, s, c, 0})
                          .then(Affine{1, 0, canvas.width / 2.0, 0, 1, canvas.height / 2.0});
  return resampled(page, canvas, turn.inverse());
}

PageImage quarter_turned_page(const PageImage& page, int quarters) {
  const double w = page.size().width, h = page.size().height;
  switch (quarters & 3) {
    case 1:
      return resampled(page, {page.size().height, page.size().width},
                       Affine{0, -1, h, 1, 0, 0}.inverse());
    case 2: return resampled(page, page.size(), Affine{-1, 0, w, 0, -1, h}.inverse());
    case 3:
      return resampled(page, {page.size().height, page.size().width},
                       Affine{0, 1, 0, -1, 0, w}.inverse());
    default: return page;
  }
}

}  // namespace sogoc::test
