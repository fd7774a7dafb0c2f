// Windows bitmaps: 1, 4, 8, 16, 24 and 32 bits, plain, RLE and with bit masks.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "workers/decode/decoding.hpp"

namespace sogoc::decoding {

namespace {

enum Compression : std::uint32_t { kPlain = 0, kRle8 = 1, kRle4 = 2, kMasks = 3, kAlphaMasks = 6 };

struct BmpHeader {
  std::int64_t width = 0;
  std::int64_t height = 0;
  bool top_down = false;
  unsigned bits = 0;
  std::uint32_t compression = kPlain;
  Resolution resolution;
  std::array<std::uint32_t, 3> masks{};
  Buffer palette;        // RGB triples
  std::size_t data = 0;  // where rows begin
};

class LittleEndian {
 public:
  explicit LittleEndian(Bytes bytes) : bytes_(bytes) {}
  // 0 past the end: headers are checked to lie inside before.
  [[nodiscard]] std::uint32_t u16(std::size_t at) const { return number(at, 2); }
  [[nodiscard]] std::uint32_t u32(std::size_t at) const { return number(at, 4); }
  [[nodiscard]] std::int32_t i32(std::size_t at) const {
    return static_cast<std::int32_t>(number(at, 4));
  }

 private:
  [[nodiscard]] std::uint32_t number(std::size_t at, std::size_t length) const {
    if (at > bytes_.size() || bytes_.size() - at < length) return 0;
    std::uint32_t value = 0;
    for (std::size_t i = length; i-- > 0;) value = value << 8 | bytes_[at + i];
    return value;
  }
  Bytes bytes_;
};

constexpr std::size_t kFileHeader = 14;

Done read_palette(const Input& input, BmpHeader& header, std::size_t from, std::size_t entry,
                  std::uint32_t stated) {
  const std::size_t most = std::size_t{1} << header.bits;
  const std::size_t count = stated == 0 || stated > most ? most : stated;
  if (from > input.bytes.size() || (input.bytes.size() - from) / entry < count)
    return ends_early(input.subject);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* colour = input.bytes.data() + from + i * entry;  // blue first
    header.palette.insert(header.palette.end(), {colour[2], colour[1], colour[0]});
  }
  header.palette.resize(3 * most);  // an index beyond the palette is black
  return {};
}

Result<BmpHeader> header_of(const Input& input) {
  const LittleEndian file(input.bytes);
  if (input.bytes.size() < kFileHeader + 12) return ends_early(input.subject);
  const std::uint32_t length = file.u32(kFileHeader);
  if (length > 124 || input.bytes.size() < kFileHeader + length) return ends_early(input.subject);
  BmpHeader header;
  header.data = file.u32(10);
  std::uint32_t colours = 0;
  std::size_t palette = kFileHeader + length;
  if (length == 12) {
    header.width = file.u16(18);
    header.height = file.u16(20);
    header.bits = file.u16(24);
  } else {
    header.width = file.i32(18);
    header.height = file.i32(22);
    header.top_down = header.height < 0;
    if (header.top_down) header.height = -header.height;
    header.bits = file.u16(28);
    header.compression = file.u32(30);
    header.resolution = stated_resolution(file.i32(38) * 0.0254, file.i32(42) * 0.0254);
    colours = file.u32(46);
  }
  SOGOC_CHECK(check_size(header.width, header.height, input));
  const bool rle = header.compression == kRle8 || header.compression == kRle4;
  const bool masks = header.compression == kMasks || header.compression == kAlphaMasks;
  const bool known = (header.compression == kPlain &&
                      (header.bits == 1 || header.bits == 4 || header.bits == 8 ||
                       header.bits == 16 || header.bits == 24 || header.bits == 32)) ||
                     (header.compression == kRle8 && header.bits == 8) ||
                     (header.compression == kRle4 && header.bits == 4) ||
                     (masks && (header.bits == 16 || header.bits == 32));
  if (!known || (rle && header.top_down))
    return fail(ErrorCode::unsupported_input, Retry::never, input.subject,
                fmt::format("this form of BMP is not read ({} bits, compression {}); save it as "
                            "PNG",
                            header.bits, header.compression));
  if (masks) {
    for (std::size_t i = 0; i < 3; ++i) header.masks[i] = file.u32(kFileHeader + 40 + 4 * i);
  } else if (header.bits == 16) {
    header.masks = {0x7C00, 0x03E0, 0x001F};
  } else if (header.bits == 32) {
    header.masks = {0xFF0000, 0x00FF00, 0x0000FF};
  }
  if (header.bits <= 8)
    SOGOC_CHECK(read_palette(input, header, palette, length == 12 ? 3 : 4, colours));
  if (header.data < kFileHeader || header.data >= input.bytes.size())
    return ends_early(input.subject);
  return header;
}

// A masked part of a pixel, spread over 0..255.
std::uint8_t part(std::uint32_t pixel, std::uint32_t mask) {
  if (mask == 0) return 0;
  unsigned shift = 0;
  while (!((mask >> shift) & 1u)) ++shift;
  const std::uint64_t most = mask >> shift;
  return static_cast<std::uint8_t>((std::uint64_t{(pixel & mask) >> shift} * 255 + most / 2) /
                                   most);
}

// Palette indices, top row first.
Result<Buffer> run_length_indices(const Input& input, const BmpHeader& header) {
  const auto width = static_cast<std::size_t>(header.width);
  const auto height = static_cast<std::size_t>(header.height);
  Buffer out(width * height);
  const Bytes in = input.bytes.subspan(header.data);
  const bool four = header.compression == kRle4;
  std::size_t at = 0;
  std::size_t x = 0;
  std::size_t y = 0;
  const auto put = [&](std::uint8_t index) {
    if (x < width && y < height) out[(height - 1 - y) * width + x] = index;
    ++x;
  };
  while (in.size() - at >= 2) {
    const unsigned count = in[at];
    const unsigned value = in[at + 1];
    at += 2;
    if (count > 0) {
      for (unsigned i = 0; i < count; ++i)
        put(static_cast<std::uint8_t>(!four ? value : (i % 2 == 0 ? value >> 4 : value & 15)));
    } else if (value == 0) {
      x = 0;
      ++y;
    } else if (value == 1) {
      return out;
    } else if (value == 2) {
      if (in.size() - at < 2) break;
      x += in[at];
      y += in[at + 1];
      at += 2;
    } else {
      const std::size_t bytes = four ? (value + 1) / 2 : value;
      if (in.size() - at < bytes) break;
      for (unsigned i = 0; i < value; ++i) {
        const unsigned byte = in[at + (four ? i / 2 : i)];
        put(static_cast<std::uint8_t>(!four ? byte : (i % 2 == 0 ? byte >> 4 : byte & 15)));
      }
      at += bytes + bytes % 2;
      at = std::min(at, in.size());
    }
    if (x > width + 255 || y > height) return damaged(input.subject, "its run lengths");
  }
  return ends_early(input.subject);
}

bool is_gray(const Buffer& palette) {
  for (std::size_t i = 0; i + 2 < palette.size(); i += 3)
    if (palette[i] != palette[i + 1] || palette[i] != palette[i + 2]) return false;
  return true;
}

Result<ImagePage> page_of_indices(const BmpHeader& header, SizePx size, const Buffer& indices) {
  ImagePage page;
  const bool gray = is_gray(header.palette);
  const std::size_t channels = gray ? 1 : 3;
  Buffer pixels(indices.size() * channels);
  for (std::size_t i = 0; i < indices.size(); ++i)
    for (std::size_t c = 0; c < channels; ++c)
      pixels[i * channels + c] = header.palette[3 * std::size_t{indices[i]} + c];
  SOGOC_TRY(const PageImage raster,
            PageImage::create(size, gray ? PixelFormat::gray8 : PixelFormat::rgb8,
                              header.resolution, std::move(pixels)));
  page.raster = as_bilevel_if_lossless(raster);
  if (page.raster.format() == PixelFormat::rgb8) {
    SOGOC_TRY(page.coded, code_indexed(indices, size, header.palette));
  }
  return page;
}

}  // namespace

Result<ImageFileFacts> inspect_bmp(const Input& input) {
  SOGOC_CHECK(header_of(input));
  return ImageFileFacts{};
}

Result<ImagePage> read_bmp(const Input& input) {
  SOGOC_TRY(const BmpHeader header, header_of(input));
  const SizePx size{static_cast<int>(header.width), static_cast<int>(header.height)};
  const auto width = static_cast<std::size_t>(header.width);
  const auto height = static_cast<std::size_t>(header.height);
  if (header.compression == kRle8 || header.compression == kRle4) {
    SOGOC_TRY(const Buffer indices, run_length_indices(input, header));
    return page_of_indices(header, size, indices);
  }
  const std::size_t stride = (width * header.bits + 31) / 32 * 4;
  if ((input.bytes.size() - header.data) / stride < height) {
    // The last row may lack its padding.
    const std::size_t least = stride * (height - 1) + (width * header.bits + 7) / 8;
    if (input.bytes.size() - header.data < least) return ends_early(input.subject);
  }
  const auto row_at = [&](std::size_t y) {
    return input.bytes.data() + header.data + (header.top_down ? y : height - 1 - y) * stride;
  };
  if (header.bits <= 8) {
    Buffer indices(width * height);
    for (std::size_t y = 0; y < height; ++y)
      unpack_samples(Bytes(row_at(y), (width * header.bits + 7) / 8), width,
                     static_cast<int>(header.bits), false, indices.data() + y * width);
    return page_of_indices(header, size, indices);
  }
  Buffer pixels(3 * width * height);
  const std::size_t step = header.bits / 8;
  for (std::size_t y = 0; y < height; ++y) {
    const std::uint8_t* in = row_at(y);
    std::uint8_t* out = pixels.data() + 3 * y * width;
    for (std::size_t x = 0; x < width; ++x, in += step, out += 3) {
      if (step == 3) {
        out[0] = in[2];
        out[1] = in[1];
        out[2] = in[0];
        continue;
      }
      std::uint32_t pixel = 0;
      for (std::size_t i = step; i-- > 0;) pixel = pixel << 8 | in[i];
      for (std::size_t c = 0; c < 3; ++c) out[c] = part(pixel, header.masks[c]);
    }
  }
  ImagePage page;
  SOGOC_TRY(page.raster,
            PageImage::create(size, PixelFormat::rgb8, header.resolution, std::move(pixels)));
  return page;
}

}  // namespace sogoc::decoding
