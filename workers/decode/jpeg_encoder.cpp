#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include "workers/decode/decoding.hpp"

namespace sogoc {

namespace {

using decoding::Buffer;

struct Encoder {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  std::jmp_buf jump{};
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  char message[JMSG_LENGTH_MAX] = {};
  bool created = false;

  Encoder() = default;
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  ~Encoder() {
    if (created) jpeg_destroy_compress(&jpeg);
    std::free(bytes);
  }
};

[[noreturn]] void leave(j_common_ptr jpeg) {
  Encoder& encoder = *static_cast<Encoder*>(jpeg->client_data);
  (*jpeg->err->format_message)(jpeg, encoder.message);
  std::longjmp(encoder.jump, 1);
}
void print_nothing(j_common_ptr) {}
void warn_nothing(j_common_ptr, int) {}

// Plain values only: libjpeg leaves a failing call by longjmp.
bool encode(Encoder& encoder, const PageImage& image, int quality, std::uint8_t* gray_row) {
  jpeg_compress_struct& jpeg = encoder.jpeg;
  jpeg.err = jpeg_std_error(&encoder.errors);
  encoder.errors.error_exit = leave;
  encoder.errors.output_message = print_nothing;
  encoder.errors.emit_message = warn_nothing;
  jpeg.client_data = &encoder;
  if (setjmp(encoder.jump)) return false;
  jpeg_create_compress(&jpeg);
  encoder.created = true;
  jpeg_mem_dest(&jpeg, &encoder.bytes, &encoder.size);
  const bool colour = image.format() == PixelFormat::rgb8;
  jpeg.image_width = static_cast<JDIMENSION>(image.size().width);
  jpeg.image_height = static_cast<JDIMENSION>(image.size().height);
  jpeg.input_components = colour ? 3 : 1;
  jpeg.in_color_space = colour ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg.optimize_coding = TRUE;
  constexpr int kFullColourFrom = 90;
  if (colour && quality >= kFullColourFrom) {
    jpeg.comp_info[0].h_samp_factor = 1;
    jpeg.comp_info[0].v_samp_factor = 1;
  }
  if (image.resolution().known()) {
    jpeg.density_unit = 1;
    jpeg.X_density = static_cast<UINT16>(std::lround(image.resolution().x.value));
    jpeg.Y_density = static_cast<UINT16>(std::lround(image.resolution().y.value));
  }
  jpeg_start_compress(&jpeg, TRUE);
  while (jpeg.next_scanline < jpeg.image_height) {
    const std::uint8_t* row = image.pixels().data() + jpeg.next_scanline * image.stride();
    if (image.format() == PixelFormat::bit1) {
      for (unsigned x = 0; x < jpeg.image_width; ++x)
        gray_row[x] = (row[x / 8] >> (7 - x % 8)) & 1 ? 0 : 255;
      row = gray_row;
    }
    JSAMPROW pointer = const_cast<JSAMPROW>(row);
    jpeg_write_scanlines(&jpeg, &pointer, 1);
  }
  jpeg_finish_compress(&jpeg);
  return true;
}

// The mean of each target pixel's box of source pixels.
Result<PageImage> shrunk(const PageImage& image, SizePx size) {
  const bool colour = image.format() == PixelFormat::rgb8;
  const std::size_t channels = colour ? 3 : 1;
  const auto width = static_cast<std::size_t>(size.width);
  const auto from_width = static_cast<std::size_t>(image.size().width);
  std::vector<std::uint64_t> sums(width * channels);
  std::vector<std::uint32_t> counts(width);
  std::vector<std::uint32_t> column_of(from_width);
  for (std::size_t x = 0; x < from_width; ++x)
    column_of[x] = static_cast<std::uint32_t>(x * width / from_width);
  Buffer out(width * channels * static_cast<std::size_t>(size.height));
  int y = 0;
  for (int target = 0; target < size.height; ++target) {
    const auto end =
        static_cast<int>(static_cast<std::int64_t>(target + 1) * image.size().height / size.height);
    std::fill(sums.begin(), sums.end(), 0);
    std::fill(counts.begin(), counts.end(), 0);
    for (; y < end; ++y) {
      const auto row = image.row(y);
      for (std::size_t x = 0; x < from_width; ++x) {
        const std::size_t column = column_of[x];
        ++counts[column];
        if (image.format() == PixelFormat::bit1) {
          sums[column] += (row[x / 8] >> (7 - x % 8)) & 1 ? 0 : 255;
        } else {
          for (std::size_t c = 0; c < channels; ++c)
            sums[column * channels + c] += row[x * channels + c];
        }
      }
    }
    std::uint8_t* to = out.data() + static_cast<std::size_t>(target) * width * channels;
    for (std::size_t x = 0; x < width; ++x)
      for (std::size_t c = 0; c < channels; ++c)
        to[x * channels + c] = static_cast<std::uint8_t>((sums[x * channels + c] + counts[x] / 2) /
                                                         std::max(counts[x], 1u));
  }
  return PageImage::create(size, colour ? PixelFormat::rgb8 : PixelFormat::gray8, {},
                           std::move(out));
}

}  // namespace

Result<std::vector<std::uint8_t>> encode_jpeg(const PageImage& image, int quality) {
  if (image.empty())
    return fail(ErrorCode::invalid_input, Retry::never, "image", "it has no pixels");
  Encoder encoder;
  Buffer gray_row(image.format() == PixelFormat::bit1 ? static_cast<std::size_t>(image.size().width)
                                                      : 0);
  if (!encode(encoder, image, std::clamp(quality, 1, 100), gray_row.data()))
    return fail(
        ErrorCode::invalid_input, Retry::never, "image",
        std::string("it cannot be coded as JPEG (") + encoder.message + "); use a lossless coding");
  return Buffer(encoder.bytes, encoder.bytes + encoder.size);
}

Result<std::vector<std::uint8_t>> make_thumbnail(const PageImage& image, int max_side) {
  if (image.empty() || max_side < 1)
    return fail(ErrorCode::invalid_input, Retry::never, "image", "it has no pixels");
  constexpr int kThumbnailQuality = 75;
  const SizePx from = image.size();
  const int longer = std::max(from.width, from.height);
  if (longer <= max_side) return encode_jpeg(image, kThumbnailQuality);
  const auto scaled = [&](int side) {
    return std::max(1, static_cast<int>(static_cast<std::int64_t>(side) * max_side / longer));
  };
  SOGOC_TRY(const PageImage small, shrunk(image, {scaled(from.width), scaled(from.height)}));
  return encode_jpeg(small, kThumbnailQuality);
}

}  // namespace sogoc
