#include <algorithm>
#include <cstdlib>
#include <cstring>

#include <zlib.h>

#include "workers/decode/decoding.hpp"

namespace sogoc {

namespace {

using namespace decoding;

// A zlib stream that must give exactly `size` bytes.
Result<Buffer> inflated(Bytes bytes, std::size_t size, const std::string& subject) {
  constexpr std::size_t kMostShrinking = 1100;
  if (size / kMostShrinking > bytes.size()) return ends_early(subject);
  Buffer out(size);
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK)
    return fail(ErrorCode::internal, Retry::never, subject, "zlib cannot start");
  stream.next_in = const_cast<Bytef*>(bytes.data());
  std::size_t in_left = bytes.size();
  std::size_t out_left = size;
  stream.next_out = out.data();
  int status = Z_OK;
  constexpr std::size_t kPiece = 1u << 30;  // zlib counts in 32 bits
  while (status == Z_OK && (out_left > 0 || in_left > 0)) {
    const std::size_t in_piece = std::min(in_left, kPiece);
    const std::size_t out_piece = std::min(out_left, kPiece);
    stream.avail_in = static_cast<uInt>(in_piece);
    stream.avail_out = static_cast<uInt>(out_piece);
    status = inflate(&stream, Z_NO_FLUSH);
    in_left -= in_piece - stream.avail_in;
    out_left -= out_piece - stream.avail_out;
  }
  inflateEnd(&stream);
  if (status == Z_DATA_ERROR) return damaged(subject, "its zlib data");
  if (out_left > 0) return ends_early(subject);
  return out;
}

int paeth(int a, int b, int c) {
  const int p = a + b - c;
  const int pa = std::abs(p - a);
  const int pb = std::abs(p - b);
  const int pc = std::abs(p - c);
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}

// Takes PNG's filters back, in place; gives the rows without their filter bytes.
Result<Buffer> unfiltered(Buffer filtered, std::size_t row_bytes, std::size_t step,
                          const std::string& subject) {
  const std::size_t rows = filtered.size() / (row_bytes + 1);
  Buffer out(rows * row_bytes);
  const Buffer zeros(row_bytes);
  const std::uint8_t* above = zeros.data();
  for (std::size_t y = 0; y < rows; ++y) {
    const std::uint8_t* in = filtered.data() + y * (row_bytes + 1);
    std::uint8_t* row = out.data() + y * row_bytes;
    const int type = in[0];
    if (type > 4) return damaged(subject, "an unknown row filter");
    ++in;
    for (std::size_t i = 0; i < row_bytes; ++i) {
      const int left = i >= step ? row[i - step] : 0;
      const int up = above[i];
      const int corner = i >= step ? above[i - step] : 0;
      const int guess[] = {0, left, up, (left + up) / 2, paeth(left, up, corner)};
      row[i] = static_cast<std::uint8_t>(in[i] + guess[type]);
    }
    above = row;
  }
  return out;
}

Result<PageImage> decode_flate(const Picture& picture, Bytes bytes, const Input& input) {
  const std::string& subject = input.subject;
  SOGOC_CHECK(check_size(picture.size.width, picture.size.height, input));
  const int bits = picture.bits_per_component;
  if (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16)
    return damaged(subject, "its number of bits");
  const std::size_t samples = picture.colour == ColourModel::rgb    ? 3
                              : picture.colour == ColourModel::cmyk ? 4
                                                                    : 1;
  const auto width = static_cast<std::size_t>(picture.size.width);
  const auto height = static_cast<std::size_t>(picture.size.height);
  const std::size_t row_bytes = (width * samples * static_cast<std::size_t>(bits) + 7) / 8;
  const std::size_t step = std::max<std::size_t>(1, samples * static_cast<std::size_t>(bits) / 8);
  if (picture.predictor != 1 && picture.predictor < 10)
    return fail(ErrorCode::unsupported_input, Retry::never, subject,
                "a TIFF predictor inside a PDF picture is not read here");
  const bool filtered = picture.predictor >= 10;
  SOGOC_TRY(Buffer rows, inflated(bytes, (row_bytes + (filtered ? 1 : 0)) * height, subject));
  if (filtered) {
    SOGOC_TRY(rows, unfiltered(std::move(rows), row_bytes, step, subject));
  }
  const bool indexed = picture.colour == ColourModel::indexed;
  Buffer row(width * samples);
  const std::size_t channels = indexed || samples == 4 ? 3 : samples;
  Buffer pixels(width * height * channels);
  for (std::size_t y = 0; y < height; ++y) {
    Bytes packed(rows.data() + y * row_bytes, row_bytes);
    Buffer host;
    if (bits == 16) {  // PDF samples have the high byte first
      host.resize(row_bytes);
      for (std::size_t i = 0; i + 1 < row_bytes; i += 2) {
        const auto value = static_cast<std::uint16_t>(packed[i] << 8 | packed[i + 1]);
        std::memcpy(host.data() + i, &value, 2);
      }
      packed = host;
    }
    unpack_samples(packed, width * samples, bits, !indexed, row.data());
    if (picture.inverted && !indexed)
      for (std::uint8_t& sample : row) sample = static_cast<std::uint8_t>(255 - sample);
    std::uint8_t* out = pixels.data() + y * width * channels;
    for (std::size_t x = 0; x < width; ++x, out += channels) {
      if (indexed) {
        const std::size_t at = 3 * std::size_t{row[x]};
        if (at + 3 > picture.palette.size()) return damaged(subject, "an index past its palette");
        std::memcpy(out, picture.palette.data() + at, 3);
      } else if (samples == 4) {
        cmyk_to_rgb(row[4 * x], row[4 * x + 1], row[4 * x + 2], row[4 * x + 3], out);
      } else {
        std::memcpy(out, row.data() + x * samples, samples);
      }
    }
  }
  SOGOC_TRY(const PageImage image,
            PageImage::create(picture.size, channels == 1 ? PixelFormat::gray8 : PixelFormat::rgb8,
                              {}, std::move(pixels)));
  return bits == 1 && !indexed ? as_bilevel_if_lossless(image) : image;
}

Result<PageImage> turned_over(const PageImage& image) {
  if (image.format() == PixelFormat::bit1) return inverted(image);
  Buffer pixels(image.pixels().begin(), image.pixels().end());
  for (std::uint8_t& value : pixels) value = static_cast<std::uint8_t>(255 - value);
  return PageImage::create(image.size(), image.format(), image.resolution(), std::move(pixels));
}

}  // namespace

Result<PageImage> decode_picture(const Picture& picture, std::span<const std::uint8_t> bytes,
                                 std::optional<std::span<const std::uint8_t>> globals,
                                 const std::string& subject, const DecodeLimits& limits) {
  const Input input{.bytes = bytes, .subject = subject, .limits = limits};
  Result<PageImage> image = PageImage();
  switch (picture.coding) {
    case PictureCoding::flate: return decode_flate(picture, bytes, input);
    case PictureCoding::jpeg:
      if (picture.colour == ColourModel::cmyk)
        return decode_jpeg(bytes, subject, limits,
                           picture.inverted ? CmykSense::inverted : CmykSense::plain);
      image = decode_jpeg(bytes, subject, limits);
      break;
    case PictureCoding::jpx: image = decode_jpx(bytes, subject, limits); break;
    case PictureCoding::ccitt_g4:
      image = decode_ccitt(bytes,
                           {.columns = picture.size.width,
                            .rows = picture.size.height,
                            .k = -1,
                            .black_is_1 = picture.black_is_1},
                           subject, limits);
      break;
    case PictureCoding::jbig2:
      image = decode_jbig2(bytes, globals, picture.size, subject, limits);
      break;
  }
  if (!image) return image;
  if (image->size() != picture.size)
    return damaged(subject, "the picture has another size than it should");
  return picture.inverted ? turned_over(*image) : image;
}

}  // namespace sogoc
