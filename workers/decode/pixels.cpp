#include <algorithm>
#include <array>
#include <cstring>

#include "workers/decode/decoding.hpp"

namespace sogoc::decoding {

namespace {

constexpr std::array<std::uint8_t, 256> make_reversed_bits() {
  std::array<std::uint8_t, 256> table{};
  for (unsigned value = 0; value < 256; ++value) {
    unsigned turned = 0;
    for (unsigned bit = 0; bit < 8; ++bit)
      if (value & (1u << bit)) turned |= 0x80u >> bit;
    table[value] = static_cast<std::uint8_t>(turned);
  }
  return table;
}
constexpr auto kReversedBits = make_reversed_bits();

// The new image has the old one's size and resolution, so creating it cannot fail.
PageImage made(const PageImage& like, PixelFormat format, Buffer pixels) {
  return PageImage::create(like.size(), format, like.resolution(), std::move(pixels)).value();
}

void mirror_bits(Bytes in, int width, std::uint8_t* out) {
  // Turning the bytes over leaves the padding in front: shift it out to the left.
  const std::size_t bytes = in.size();
  const unsigned padding = static_cast<unsigned>(bytes * 8 - static_cast<std::size_t>(width));
  for (std::size_t i = 0; i < bytes; ++i) {
    const unsigned here = kReversedBits[in[bytes - 1 - i]];
    const unsigned next = i + 1 < bytes ? kReversedBits[in[bytes - 2 - i]] : 0u;
    out[i] = static_cast<std::uint8_t>((here << padding | next >> (8 - padding)) & 0xFFu);
  }
}

}  // namespace

PageImage mirrored(const PageImage& image) {
  const auto width = static_cast<std::size_t>(image.size().width);
  const std::size_t stride = image.stride();
  Buffer out(image.pixels().size());
  for (int y = 0; y < image.size().height; ++y) {
    const Bytes in = image.row(y);
    std::uint8_t* row = out.data() + static_cast<std::size_t>(y) * stride;
    switch (image.format()) {
      case PixelFormat::bit1: mirror_bits(in, image.size().width, row); break;
      case PixelFormat::gray8: std::reverse_copy(in.begin(), in.end(), row); break;
      case PixelFormat::rgb8:
        for (std::size_t x = 0; x < width; ++x)
          std::memcpy(row + 3 * x, in.data() + 3 * (width - 1 - x), 3);
        break;
    }
  }
  return made(image, image.format(), std::move(out));
}

PageImage inverted(const PageImage& bit1) {
  Buffer out(bit1.pixels().begin(), bit1.pixels().end());
  const std::size_t stride = bit1.stride();
  const unsigned used = static_cast<unsigned>(bit1.size().width % 8);
  const auto last = static_cast<std::uint8_t>(used == 0 ? 0xFF : 0xFF << (8 - used));
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::uint8_t>(~out[i]);
    if ((i + 1) % stride == 0) out[i] &= last;
  }
  return made(bit1, PixelFormat::bit1, std::move(out));
}

PageImage as_bilevel_if_lossless(const PageImage& image) {
  if (image.empty() || image.format() == PixelFormat::bit1) return image;
  const Bytes pixels = image.pixels();
  const std::size_t step = image.format() == PixelFormat::rgb8 ? 3 : 1;
  for (std::size_t i = 0; i < pixels.size(); i += step) {
    const std::uint8_t value = pixels[i];
    if (value != 0 && value != 255) return image;
    if (step == 3 && (pixels[i + 1] != value || pixels[i + 2] != value)) return image;
  }
  const std::size_t stride = PageImage::stride_of(image.size().width, PixelFormat::bit1);
  Buffer out(stride * static_cast<std::size_t>(image.size().height));
  for (int y = 0; y < image.size().height; ++y) {
    const Bytes row = image.row(y);
    std::uint8_t* to = out.data() + static_cast<std::size_t>(y) * stride;
    for (std::size_t x = 0; x < static_cast<std::size_t>(image.size().width); ++x)
      if (row[x * step] == 0) to[x / 8] |= static_cast<std::uint8_t>(0x80u >> (x % 8));
  }
  return made(image, PixelFormat::bit1, std::move(out));
}

PageImage as_gray_if_lossless(const PageImage& image) {
  if (image.empty() || image.format() != PixelFormat::rgb8) return image;
  const Bytes pixels = image.pixels();
  for (std::size_t i = 0; i < pixels.size(); i += 3)
    if (pixels[i] != pixels[i + 1] || pixels[i] != pixels[i + 2]) return image;
  Buffer out(pixels.size() / 3);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = pixels[3 * i];
  return made(image, PixelFormat::gray8, std::move(out));
}

void unpack_samples(Bytes row, std::size_t columns, int bits, bool scale, std::uint8_t* out) {
  switch (bits) {
    case 8: std::memcpy(out, row.data(), columns); return;
    case 16:
      for (std::size_t i = 0; i < columns; ++i) {
        std::uint16_t value = 0;
        std::memcpy(&value, row.data() + 2 * i, 2);
        out[i] = static_cast<std::uint8_t>((value + 128u) / 257u);
      }
      return;
    default: break;
  }
  const unsigned most = (1u << bits) - 1;
  const unsigned factor = scale ? 255u / most : 1u;
  const auto width = static_cast<std::size_t>(bits);
  for (std::size_t i = 0; i < columns; ++i) {
    const std::size_t bit = i * width;
    const unsigned shift = static_cast<unsigned>(8 - width - bit % 8);
    out[i] = static_cast<std::uint8_t>(((row[bit / 8] >> shift) & most) * factor);
  }
}

}  // namespace sogoc::decoding
