#include "workers/pdf_read/image_samples.hpp"

#include <algorithm>
#include <array>

#include <qpdf/Pl_Buffer.hh>
#include <qpdf/Pl_Flate.hh>

#include "workers/decode/decoding.hpp"

namespace sogoc::pdf {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Kind = ColourSpace::Kind;

// One sample of 1, 2, 4, 8 or 16 bits.
unsigned sample_at(std::span<const std::uint8_t> row, std::size_t index, int bits) {
  switch (bits) {
    case 8: return row[index];
    case 16: return static_cast<unsigned>(row[2 * index]) << 8 | row[2 * index + 1];
    default: {
      const std::size_t bit = index * static_cast<std::size_t>(bits);
      const int shift = 8 - bits - static_cast<int>(bit % 8);
      return (static_cast<unsigned>(row[bit / 8]) >> shift) & ((1u << bits) - 1u);
    }
  }
}

std::uint8_t to_eight_bits(unsigned sample, int bits) {
  if (bits == 8) return static_cast<std::uint8_t>(sample);
  return static_cast<std::uint8_t>((sample * 255u + ((1u << bits) - 1u) / 2u) /
                                   ((1u << bits) - 1u));
}

bool all_gray(const Bytes& palette) {
  for (std::size_t i = 0; i + 2 < palette.size(); i += 3)
    if (palette[i] != palette[i + 1] || palette[i] != palette[i + 2]) return false;
  return true;
}

}  // namespace

std::size_t row_bytes(int width, int components, int bits) {
  return (static_cast<std::size_t>(width) * static_cast<std::size_t>(components) *
              static_cast<std::size_t>(bits) + 7) / 8;
}

PageImage inverted(const PageImage& image) {
  Bytes pixels(image.pixels().begin(), image.pixels().end());
  for (std::uint8_t& value : pixels) value = static_cast<std::uint8_t>(~value);
  return PageImage::create(image.size(), image.format(), image.resolution(), std::move(pixels))
      .value_or(PageImage());
}

Result<PageImage> to_gray(const PageImage& image) {
  if (image.format() == PixelFormat::gray8) return image;
  const auto width = static_cast<std::size_t>(image.size().width);
  Bytes pixels(width * static_cast<std::size_t>(image.size().height));
  for (int y = 0; y < image.size().height; ++y) {
    const auto row = image.row(y);
    std::uint8_t* out = pixels.data() + static_cast<std::size_t>(y) * width;
    for (std::size_t x = 0; x < width; ++x) {
      if (image.format() == PixelFormat::bit1)
        out[x] = (row[x / 8] >> (7 - x % 8)) & 1 ? 0 : 255;
      else
        out[x] = static_cast<std::uint8_t>(
            (299u * row[3 * x] + 587u * row[3 * x + 1] + 114u * row[3 * x + 2] + 500u) / 1000u);
    }
  }
  return PageImage::create(image.size(), PixelFormat::gray8, image.resolution(),
                           std::move(pixels));
}

Result<PageImage> pixels_of_samples(std::span<const std::uint8_t> samples, const ImageFacts& facts) {
  const ColourSpace& space = *facts.space;
  const auto width = static_cast<std::size_t>(facts.size.width);
  const auto height = static_cast<std::size_t>(facts.size.height);
  const std::size_t stride = row_bytes(facts.size.width, space.components(), facts.bits);
  if (space.kind == Kind::gray && facts.bits == 1) {
    Bytes pixels(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(stride * height));
    for (std::uint8_t& byte : pixels) byte = static_cast<std::uint8_t>(~byte);
    return PageImage::create(facts.size, PixelFormat::bit1, {}, std::move(pixels));
  }
  const bool gray = space.kind == Kind::gray ||
                    (space.kind == Kind::indexed && all_gray(space.palette));
  const std::size_t channels = gray ? 1 : 3;
  Bytes pixels(width * height * channels);
  for (std::size_t y = 0; y < height; ++y) {
    const auto row = samples.subspan(y * stride, stride);
    std::uint8_t* out = pixels.data() + y * width * channels;
    for (std::size_t x = 0; x < width; ++x, out += channels) {
      if (space.kind == Kind::indexed) {
        const std::size_t entry = std::min<std::size_t>(sample_at(row, x, facts.bits),
                                                        space.palette.size() / 3 - 1);
        for (std::size_t c = 0; c < channels; ++c) out[c] = space.palette[3 * entry + c];
      } else if (space.kind == Kind::cmyk) {
        std::uint8_t ink[4];
        for (std::size_t c = 0; c < 4; ++c) {
          ink[c] = to_eight_bits(sample_at(row, 4 * x + c, facts.bits), facts.bits);
          if (facts.inverted) ink[c] = static_cast<std::uint8_t>(255 - ink[c]);
        }
        decoding::cmyk_to_rgb(ink[0], ink[1], ink[2], ink[3], out);
      } else {
        for (std::size_t c = 0; c < channels; ++c)
          out[c] = to_eight_bits(sample_at(row, channels * x + c, facts.bits), facts.bits);
      }
    }
  }
  return PageImage::create(facts.size, gray ? PixelFormat::gray8 : PixelFormat::rgb8, {},
                           std::move(pixels));
}

Bytes deflated(std::span<const std::uint8_t> bytes) {
  Pl_Buffer buffer("deflated");
  Pl_Flate flate("flate", &buffer, Pl_Flate::a_deflate);
  flate.write(bytes.data(), bytes.size());
  flate.finish();
  const std::shared_ptr<Buffer> out = buffer.getBufferSharedPointer();
  return {out->getBuffer(), out->getBuffer() + out->getSize()};
}

std::optional<PageImage> colour_key_mask(QPDFObjectHandle key, std::span<const std::uint8_t> samples,
                                         const ImageFacts& facts) {
  const int components = facts.space->components();
  if (key.getArrayNItems() != 2 * components) return std::nullopt;
  std::array<std::pair<unsigned, unsigned>, 4> ranges;
  for (int c = 0; c < components; ++c)
    ranges[static_cast<std::size_t>(c)] = {
        static_cast<unsigned>(std::max(0, int_of(key.getArrayItem(2 * c), 0))),
        static_cast<unsigned>(std::max(0, int_of(key.getArrayItem(2 * c + 1), 0)))};
  const auto n = static_cast<std::size_t>(components);
  const std::size_t stride = row_bytes(facts.size.width, components, facts.bits);
  const std::size_t out_stride = PageImage::stride_of(facts.size.width, PixelFormat::bit1);
  Bytes mask(out_stride * static_cast<std::size_t>(facts.size.height));
  for (std::size_t y = 0; y < static_cast<std::size_t>(facts.size.height); ++y) {
    const auto row = samples.subspan(y * stride, stride);
    for (std::size_t x = 0; x < static_cast<std::size_t>(facts.size.width); ++x) {
      bool hidden = true;
      for (std::size_t c = 0; c < n && hidden; ++c) {
        const unsigned value = sample_at(row, x * n + c, facts.bits);
        hidden = value >= ranges[c].first && value <= ranges[c].second;
      }
      if (hidden) mask[y * out_stride + x / 8] |= static_cast<std::uint8_t>(0x80u >> (x % 8));
    }
  }
  Result<PageImage> image =
      PageImage::create(facts.size, PixelFormat::bit1, {}, std::move(mask));
  return image ? std::optional<PageImage>(*image) : std::nullopt;
}

}  // namespace sogoc::pdf
