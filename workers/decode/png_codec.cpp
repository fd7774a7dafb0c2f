#include "workers/decode/png_codec.hpp"

#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstring>

#include <png.h>

namespace sogoc::decoding {

namespace {

// libpng leaves a failing call by longjmp: functions that set the jump hold plain values only.
struct Reading {
  png_structp png = nullptr;
  png_infop info = nullptr;
  Bytes bytes;
  std::size_t position = 0;
  bool ran_out = false;
  char message[128] = {};

  Reading() = default;
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  ~Reading() { png_destroy_read_struct(&png, &info, nullptr); }
};

void copy_message(char (&to)[128], const char* text) {
  std::strncpy(to, text ? text : "", sizeof to - 1);
}

[[noreturn]] void leave(png_structp png, png_const_charp text) {
  copy_message(static_cast<Reading*>(png_get_error_ptr(png))->message, text);
  png_longjmp(png, 1);
}

void warn_nothing(png_structp, png_const_charp) {}

void read_bytes(png_structp png, png_bytep to, std::size_t length) {
  auto& reading = *static_cast<Reading*>(png_get_io_ptr(png));
  if (reading.bytes.size() - reading.position < length) {
    reading.ran_out = true;
    png_error(png, "the data end early");
  }
  std::memcpy(to, reading.bytes.data() + reading.position, length);
  reading.position += length;
}

bool read_header(Reading& reading) {
  reading.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reading, leave, warn_nothing);
  if (!reading.png) return false;
  if (setjmp(png_jmpbuf(reading.png))) return false;
  reading.info = png_create_info_struct(reading.png);
  if (!reading.info) return false;
  png_set_read_fn(reading.png, &reading, read_bytes);
  png_set_chunk_malloc_max(reading.png, 16u << 20);
  png_set_chunk_cache_max(reading.png, 256);
  constexpr png_uint_32 kMostSide = 0x1FFFFFFF;  // ours is the check that counts
  png_set_user_limits(reading.png, kMostSide, kMostSide);
  png_read_info(reading.png, reading.info);
  return true;
}

// What the decoder gives: 8-bit gray or RGB, with an alpha channel where there is transparency;
// 1-bit gray stays packed.
struct Layout {
  std::size_t row_bytes = 0;
  int channels = 1;
  bool packed = false;
};

bool start(Reading& reading, bool keep_packed, Layout& layout) {
  if (setjmp(png_jmpbuf(reading.png))) return false;
  png_structp png = reading.png;
  layout.packed = keep_packed;
  if (!keep_packed) {
    png_set_expand(png);
    png_set_scale_16(png);
  }
  png_set_interlace_handling(png);
  png_read_update_info(png, reading.info);
  layout.row_bytes = png_get_rowbytes(png, reading.info);
  layout.channels = png_get_channels(png, reading.info);
  return true;
}

bool read_rows(Reading& reading, png_bytepp rows) {
  if (setjmp(png_jmpbuf(reading.png))) return false;
  png_read_image(reading.png, rows);
  png_read_end(reading.png, nullptr);
  return true;
}

// Row by row into one buffer, for layouts that are converted at once.
bool read_next_row(Reading& reading, png_bytep row) {
  if (setjmp(png_jmpbuf(reading.png))) return false;
  png_read_row(reading.png, row, nullptr);
  return true;
}

bool finish(Reading& reading) {
  if (setjmp(png_jmpbuf(reading.png))) return false;
  png_read_end(reading.png, nullptr);
  return true;
}

PngFacts facts_of(Reading& reading) {
  png_structp png = reading.png;
  png_infop info = reading.info;
  PngFacts facts;
  facts.bits = png_get_bit_depth(png, info);
  facts.colour_type = png_get_color_type(png, info);
  facts.interlaced = png_get_interlace_type(png, info) != PNG_INTERLACE_NONE;
  facts.transparent = (facts.colour_type & PNG_COLOR_MASK_ALPHA) != 0 ||
                      png_get_valid(png, info, PNG_INFO_tRNS) != 0;
  png_uint_32 x = 0;
  png_uint_32 y = 0;
  int unit = 0;
  if (png_get_pHYs(png, info, &x, &y, &unit) && unit == PNG_RESOLUTION_METER)
    facts.resolution = stated_resolution(x * 0.0254, y * 0.0254);
  png_colorp palette = nullptr;
  int colours = 0;
  if (png_get_PLTE(png, info, &palette, &colours) && facts.colour_type == PNG_COLOR_TYPE_PALETTE)
    for (int i = 0; i < colours; ++i)
      facts.palette.insert(facts.palette.end(),
                           {palette[i].red, palette[i].green, palette[i].blue});
  png_charp name = nullptr;
  png_bytep profile = nullptr;
  png_uint_32 length = 0;
  int compression = 0;
  if (png_get_iCCP(png, info, &name, &compression, &profile, &length) && profile)
    facts.icc.assign(profile, profile + length);
  png_bytep exif = nullptr;
  png_uint_32 exif_length = 0;
  if (png_get_eXIf_1(png, info, &exif_length, &exif) && exif)
    facts.exif.assign(exif, exif + exif_length);
  return facts;
}

tl::unexpected<Error> failure(const Reading& reading, const Input& input) {
  if (reading.ran_out || std::strstr(reading.message, "Not enough"))
    return ends_early(input.subject);
  return damaged(input.subject, reading.message[0] ? reading.message : "its PNG data");
}

// PNG: 0 is black.
void set_bits_for_black(Buffer& pixels, std::size_t stride, int width) {
  const auto used = static_cast<unsigned>(width % 8);
  const auto last = static_cast<std::uint8_t>(used == 0 ? 0xFF : 0xFF << (8 - used));
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    pixels[i] = static_cast<std::uint8_t>(~pixels[i]);
    if ((i + 1) % stride == 0) pixels[i] &= last;
  }
}

}  // namespace

Result<PngImage> read_png_image(const Input& input, bool header_only) {
  Reading reading;
  reading.bytes = input.bytes;
  // The size stands at a fixed place: checked before libpng sees anything.
  constexpr std::size_t kHeaderEnd = 33;
  if (input.bytes.size() < kHeaderEnd) return ends_early(input.subject);
  const auto u32 = [&](std::size_t at) {
    return static_cast<std::uint32_t>(input.bytes[at]) << 24 |
           static_cast<std::uint32_t>(input.bytes[at + 1]) << 16 |
           static_cast<std::uint32_t>(input.bytes[at + 2]) << 8 | input.bytes[at + 3];
  };
  const std::uint32_t width = u32(16);
  const std::uint32_t height = u32(20);
  SOGOC_CHECK(check_size(width, height, input));
  if (!read_header(reading)) return failure(reading, input);
  PngImage image;
  image.facts = facts_of(reading);
  image.facts.size = {static_cast<int>(width), static_cast<int>(height)};
  if (header_only) return image;

  const PngFacts& facts = image.facts;
  // zlib cannot shrink more than about a thousandfold.
  constexpr std::uint64_t kMostShrinking = 1100;
  const int samples = facts.colour_type == 2   ? 3
                      : facts.colour_type == 4 ? 2
                      : facts.colour_type == 6 ? 4
                                               : 1;
  const std::uint64_t packed_row =
      (static_cast<std::uint64_t>(width) * static_cast<unsigned>(samples * facts.bits) + 7) / 8;
  if (packed_row * height / kMostShrinking > input.bytes.size()) return ends_early(input.subject);

  Layout layout;
  const bool packed = facts.bits == 1 && facts.colour_type == 0 && !facts.transparent;
  if (!start(reading, packed, layout)) return failure(reading, input);
  const bool alpha = layout.channels == 2 || layout.channels == 4;
  const PixelFormat format = packed                 ? PixelFormat::bit1
                             : layout.channels <= 2 ? PixelFormat::gray8
                                                    : PixelFormat::rgb8;
  const std::size_t stride = PageImage::stride_of(facts.size.width, format);
  Buffer pixels(stride * height);
  if (!alpha || facts.interlaced) {
    // Interlaced rows come in passes, so the whole picture is held with its alpha.
    Buffer with_alpha(alpha ? layout.row_bytes * height : 0);
    Buffer& target = alpha ? with_alpha : pixels;
    const std::size_t target_stride = alpha ? layout.row_bytes : stride;
    if (layout.row_bytes != target_stride) return damaged(input.subject, "its PNG rows");
    std::vector<png_bytep> rows(height);
    for (std::size_t y = 0; y < height; ++y) rows[y] = target.data() + y * target_stride;
    if (!read_rows(reading, rows.data())) return failure(reading, input);
    if (alpha) {
      const auto colours = static_cast<std::size_t>(layout.channels - 1);
      const std::size_t count = static_cast<std::size_t>(width) * height;
      for (std::size_t i = 0; i < count; ++i)
        for (std::size_t c = 0; c < colours; ++c)
          pixels[i * colours + c] =
              on_white(with_alpha[i * (colours + 1) + c], with_alpha[i * (colours + 1) + colours]);
    }
  } else {
    const auto colours = static_cast<std::size_t>(layout.channels - 1);
    Buffer row(layout.row_bytes);
    for (std::size_t y = 0; y < height; ++y) {
      if (!read_next_row(reading, row.data())) return failure(reading, input);
      std::uint8_t* to = pixels.data() + y * stride;
      for (std::size_t x = 0; x < width; ++x)
        for (std::size_t c = 0; c < colours; ++c)
          to[x * colours + c] =
              on_white(row[x * (colours + 1) + c], row[x * (colours + 1) + colours]);
    }
    if (!finish(reading)) return failure(reading, input);
  }
  if (packed) set_bits_for_black(pixels, stride, facts.size.width);
  SOGOC_TRY(image.raster,
            PageImage::create(facts.size, format, facts.resolution, std::move(pixels)));
  return image;
}

namespace {

struct Writing {
  png_structp png = nullptr;
  png_infop info = nullptr;
  Buffer bytes;
  char message[128] = {};

  Writing() = default;
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;
  ~Writing() { png_destroy_write_struct(&png, &info); }
};

[[noreturn]] void leave_writing(png_structp png, png_const_charp text) {
  copy_message(static_cast<Writing*>(png_get_error_ptr(png))->message, text);
  png_longjmp(png, 1);
}

void write_bytes(png_structp png, png_bytep from, std::size_t length) {
  auto& writing = *static_cast<Writing*>(png_get_io_ptr(png));
  writing.bytes.insert(writing.bytes.end(), from, from + length);
}

void flush_nothing(png_structp) {}

bool write(Writing& writing, const PageImage& image) {
  writing.png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, &writing, leave_writing, warn_nothing);
  if (!writing.png) return false;
  if (setjmp(png_jmpbuf(writing.png))) return false;
  png_structp png = writing.png;
  writing.info = png_create_info_struct(png);
  if (!writing.info) return false;
  png_set_write_fn(png, &writing, write_bytes, flush_nothing);
  const bool bit1 = image.format() == PixelFormat::bit1;
  png_set_IHDR(png, writing.info, static_cast<png_uint_32>(image.size().width),
               static_cast<png_uint_32>(image.size().height), bit1 ? 1 : 8,
               image.format() == PixelFormat::rgb8 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (image.resolution().known())
    png_set_pHYs(png, writing.info,
                 static_cast<png_uint_32>(std::lround(image.resolution().x.value / 0.0254)),
                 static_cast<png_uint_32>(std::lround(image.resolution().y.value / 0.0254)),
                 PNG_RESOLUTION_METER);
  png_write_info(png, writing.info);
  if (bit1) png_set_invert_mono(png);
  for (int y = 0; y < image.size().height; ++y)
    png_write_row(png, const_cast<png_bytep>(image.row(y).data()));
  png_write_end(png, nullptr);
  return true;
}

}  // namespace

}  // namespace sogoc::decoding

namespace sogoc {

Result<PageImage> decode_png(std::span<const std::uint8_t> bytes, const std::string& subject,
                             const DecodeLimits& limits) {
  SOGOC_TRY(
      decoding::PngImage image,
      decoding::read_png_image({.bytes = bytes, .subject = subject, .limits = limits}, false));
  return image.raster;
}

Result<std::vector<std::uint8_t>> encode_png(const PageImage& image) {
  if (image.empty())
    return fail(ErrorCode::invalid_input, Retry::never, "image", "it has no pixels");
  decoding::Writing writing;
  if (!decoding::write(writing, image))
    return fail(ErrorCode::invalid_input, Retry::never, "image",
                std::string("it cannot be coded as PNG (") + writing.message + ")");
  return std::move(writing.bytes);
}

}  // namespace sogoc
