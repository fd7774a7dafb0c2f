#include "workers/decode/tiff_pixels.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace sogoc::decoding {

namespace {

std::size_t as_size(int value) { return static_cast<std::size_t>(value); }

// libtiff's decoders go on after many kinds of damage; their messages tell.
Done check_messages(TiffInMemory& file, const TiffFacts& facts, const Input& input,
                    std::vector<std::string>& notes) {
  TiffMessages& messages = file.messages();
  if (messages.count == 0) return {};
  switch (facts.compression) {
    case COMPRESSION_JPEG:
    case COMPRESSION_OJPEG:
      if (messages.any_contains("Premature end")) return ends_early(input.subject);
      if (messages.any_contains("Corrupt JPEG")) return damaged(input.subject, "its JPEG data");
      break;
    case COMPRESSION_CCITTFAX4: return damaged(input.subject, "its fax data do not fit the page");
    case COMPRESSION_CCITTFAX3:
    case COMPRESSION_CCITTRLE:
    case COMPRESSION_CCITTRLEW: {
      // A received fax has bad rows that harm nothing but themselves.
      constexpr std::size_t kOneIn = 20;
      if (messages.count > 1 + as_size(facts.size.height) / kOneIn)
        return damaged(input.subject, "too many of its fax rows");
      notes.push_back(fmt::format("{} damaged fax rows", messages.count));
      break;
    }
    default: break;
  }
  if (!messages.errors.empty()) return damaged(input.subject, messages.errors.front());
  return {};
}

tl::unexpected<Error> unreadable(TiffInMemory& file, const Input& input) {
  const TiffMessages& messages = file.messages();
  for (const char* word : {"Read error", "EOF", "Not enough data", "not enough", "lack of data",
                           "Premature", "Decoding error at scanline"})
    if (messages.any_contains(word)) return ends_early(input.subject);
  return damaged(input.subject,
                 messages.errors.empty() ? "its pixel data" : messages.errors.front());
}

// One strip or tile into `to`; short data is a failure.
bool read_piece(TIFF* tiff, bool tiled, std::uint32_t piece, std::uint8_t* to, std::size_t bytes) {
  const auto wanted = static_cast<tmsize_t>(bytes);
  return (tiled ? TIFFReadEncodedTile(tiff, piece, to, wanted)
                : TIFFReadEncodedStrip(tiff, piece, to, wanted)) == wanted;
}

// Whole strips straight into the raster: what nearly every scanner writes.
Result<Buffer> read_plain_strips(TiffInMemory& file, const TiffFacts& facts, std::size_t stride,
                                 const Input& input) {
  Buffer pixels(stride * as_size(facts.size.height));
  std::uint32_t strip = 0;
  for (std::size_t y = 0; y < as_size(facts.size.height); y += facts.rows_per_strip, ++strip) {
    const std::size_t rows =
        std::min<std::size_t>(facts.rows_per_strip, as_size(facts.size.height) - y);
    if (!read_piece(file.handle(), false, strip, pixels.data() + y * stride, rows * stride))
      return unreadable(file, input);
  }
  return pixels;
}

// One band of rows (a strip, or a row of tiles) as 8-bit samples, interleaved.
class Bands {
 public:
  Bands(TiffInMemory& file, const TiffFacts& facts) : tiff_(file.handle()), facts_(facts) {
    if (facts.tiled) {
      std::uint32_t tile_width = 0;
      std::uint32_t tile_height = 0;
      TIFFGetField(tiff_, TIFFTAG_TILEWIDTH, &tile_width);
      TIFFGetField(tiff_, TIFFTAG_TILELENGTH, &tile_height);
      piece_width_ = tile_width;
      height_ = tile_height;
      piece_bytes_ = static_cast<std::size_t>(TIFFTileSize(tiff_));
    } else {
      piece_width_ = as_size(facts.size.width);
      height_ = facts.rows_per_strip;
      piece_bytes_ = static_cast<std::size_t>(TIFFStripSize(tiff_));
    }
    planes_ = facts.separate ? as_size(facts.samples) : 1;
    in_piece_ = facts.separate ? 1 : as_size(facts.samples);
    piece_row_bytes_ = (piece_width_ * in_piece_ * as_size(facts.bits) + 7) / 8;
    piece_.resize(std::max(piece_bytes_, piece_row_bytes_ * height_));
    row_.resize(piece_width_ * in_piece_);
    samples_.resize(std::min(height_, as_size(facts.size.height)) * as_size(facts.size.width) *
                    as_size(facts.samples));
  }

  [[nodiscard]] std::size_t height() const { return height_; }
  [[nodiscard]] const Buffer& samples() const { return samples_; }

  // `scale` as in unpack_samples.
  [[nodiscard]] bool read(std::size_t top, bool scale) {
    const std::size_t width = as_size(facts_.size.width);
    const std::size_t rows = std::min(height_, as_size(facts_.size.height) - top);
    const std::size_t across = (width + piece_width_ - 1) / piece_width_;
    const std::size_t down = (as_size(facts_.size.height) + height_ - 1) / height_;
    for (std::size_t plane = 0; plane < planes_; ++plane) {
      for (std::size_t column = 0; column < across; ++column) {
        const auto piece =
            static_cast<std::uint32_t>((plane * down + top / height_) * across + column);
        const std::size_t bytes = facts_.tiled ? piece_bytes_ : piece_row_bytes_ * rows;
        if (!read_piece(tiff_, facts_.tiled, piece, piece_.data(), bytes)) return false;
        place(plane, column * piece_width_, rows, scale);
      }
    }
    return true;
  }

 private:
  void place(std::size_t plane, std::size_t left, std::size_t rows, bool scale) {
    const std::size_t width = as_size(facts_.size.width);
    const std::size_t samples = as_size(facts_.samples);
    const std::size_t columns = std::min(piece_width_, width - left);
    for (std::size_t y = 0; y < rows; ++y) {
      const Bytes packed(piece_.data() + y * piece_row_bytes_, piece_row_bytes_);
      std::uint8_t* to = samples_.data() + (y * width + left) * samples;
      if (!facts_.separate) {
        unpack_samples(packed, columns * samples, facts_.bits, scale, to);
        continue;
      }
      unpack_samples(packed, columns, facts_.bits, scale, row_.data());
      for (std::size_t x = 0; x < columns; ++x) to[x * samples + plane] = row_[x];
    }
  }

  TIFF* tiff_;
  const TiffFacts& facts_;
  std::size_t piece_width_ = 0;
  std::size_t height_ = 0;
  std::size_t planes_ = 1;
  std::size_t in_piece_ = 1;
  std::size_t piece_bytes_ = 0;
  std::size_t piece_row_bytes_ = 0;
  Buffer piece_;
  Buffer row_;
  Buffer samples_;
};

// Samples of one pixel to gray or RGB on white.
class PixelConverter {
 public:
  PixelConverter(const TiffFacts& facts, bool palette_is_gray)
      : facts_(facts), palette_is_gray_(palette_is_gray), cmyk_(facts.icc) {}

  void convert(const std::uint8_t* in, std::size_t count, std::uint8_t* out) {
    const std::size_t samples = as_size(facts_.samples);
    const std::size_t channels = out_channels();
    for (std::size_t i = 0; i < count; ++i, in += samples, out += channels) {
      switch (facts_.photometric) {
        case PHOTOMETRIC_MINISWHITE: out[0] = static_cast<std::uint8_t>(255 - in[0]); break;
        case PHOTOMETRIC_PALETTE:
          std::memcpy(out, facts_.palette.data() + 3 * in[0], channels);
          break;
        case PHOTOMETRIC_SEPARATED: cmyk_.convert(in, out, 1); break;
        default: std::memcpy(out, in, channels); break;
      }
      if (facts_.alpha_sample < 0) continue;
      const unsigned alpha = in[facts_.alpha_sample];
      for (std::size_t c = 0; c < channels; ++c)
        out[c] = facts_.alpha_premultiplied && facts_.photometric != PHOTOMETRIC_MINISWHITE
                     ? static_cast<std::uint8_t>(std::min(255u, out[c] + 255u - alpha))
                     : on_white(out[c], alpha);
    }
  }

  [[nodiscard]] std::size_t out_channels() const {
    switch (facts_.photometric) {
      case PHOTOMETRIC_MINISWHITE:
      case PHOTOMETRIC_MINISBLACK: return 1;
      case PHOTOMETRIC_PALETTE: return palette_is_gray_ ? 1 : 3;
      default: return 3;
    }
  }

 private:
  const TiffFacts& facts_;
  bool palette_is_gray_;
  CmykToRgb cmyk_;
};

bool is_gray(const Buffer& palette) {
  for (std::size_t i = 0; i + 2 < palette.size(); i += 3)
    if (palette[i] != palette[i + 1] || palette[i] != palette[i + 2]) return false;
  return true;
}

// Any layout of 1, 2, 4, 8 or 16-bit samples.
Result<TiffPixels> read_samples(TiffInMemory& file, const TiffFacts& facts, const Input& input) {
  const std::size_t width = as_size(facts.size.width);
  const std::size_t height = as_size(facts.size.height);
  const bool palette = facts.photometric == PHOTOMETRIC_PALETTE;
  PixelConverter converter(facts, palette && is_gray(facts.palette));
  const std::size_t channels = converter.out_channels();
  Bands bands(file, facts);
  TiffPixels result;
  Buffer pixels(width * height * channels);
  if (palette && facts.samples == 1) result.indices.resize(width * height);
  for (std::size_t top = 0; top < height; top += bands.height()) {
    if (!bands.read(top, !palette)) return unreadable(file, input);
    const std::size_t rows = std::min(bands.height(), height - top);
    converter.convert(bands.samples().data(), rows * width, pixels.data() + top * width * channels);
    if (!result.indices.empty())
      std::memcpy(result.indices.data() + top * width, bands.samples().data(), rows * width);
  }
  SOGOC_TRY(result.raster,
            PageImage::create(facts.size, channels == 1 ? PixelFormat::gray8 : PixelFormat::rgb8,
                              facts.resolution, std::move(pixels)));
  if (facts.bits == 16) result.notes.push_back("16 bits a sample reduced to 8");
  if (facts.alpha_sample >= 0) result.notes.push_back("transparent parts laid on white");
  return result;
}

// Rare colour models, by libtiff's own converter: four bytes a pixel.
Result<TiffPixels> read_by_libtiff(TiffInMemory& file, const TiffFacts& facts, const Input& input) {
  char why[1024] = {};
  if (!TIFFRGBAImageOK(file.handle(), why))
    return fail(
        ErrorCode::unsupported_input, Retry::never, input.subject,
        fmt::format("this form of TIFF is not read ({}); save it as 8-bit RGB or gray", why));
  const std::size_t count = as_size(facts.size.width) * as_size(facts.size.height);
  std::vector<std::uint32_t> rgba(count);
  constexpr int kStopOnError = 1;
  if (!TIFFReadRGBAImageOriented(file.handle(), static_cast<std::uint32_t>(facts.size.width),
                                 static_cast<std::uint32_t>(facts.size.height), rgba.data(),
                                 facts.orientation, kStopOnError))
    return unreadable(file, input);
  Buffer pixels(3 * count);
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned missing = 255u - TIFFGetA(rgba[i]);  // colours come premultiplied
    pixels[3 * i] = static_cast<std::uint8_t>(std::min(255u, TIFFGetR(rgba[i]) + missing));
    pixels[3 * i + 1] = static_cast<std::uint8_t>(std::min(255u, TIFFGetG(rgba[i]) + missing));
    pixels[3 * i + 2] = static_cast<std::uint8_t>(std::min(255u, TIFFGetB(rgba[i]) + missing));
  }
  TiffPixels result;
  SOGOC_TRY(PageImage colour,
            PageImage::create(facts.size, PixelFormat::rgb8, facts.resolution, std::move(pixels)));
  result.raster = facts.samples < 3 ? as_gray_if_lossless(colour) : std::move(colour);
  if (facts.alpha_sample >= 0) result.notes.push_back("transparent parts laid on white");
  return result;
}

bool reads_as_samples(const TiffFacts& facts) {
  const bool bits =
      facts.bits == 1 || facts.bits == 2 || facts.bits == 4 || facts.bits == 8 || facts.bits == 16;
  if (!bits ||
      (facts.sample_format != SAMPLEFORMAT_UINT && facts.sample_format != SAMPLEFORMAT_VOID))
    return false;
  if (as_size(facts.samples) < facts.colour_samples()) return false;
  switch (facts.photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
    case PHOTOMETRIC_RGB:
    case PHOTOMETRIC_PALETTE:
    case PHOTOMETRIC_SEPARATED: return true;
    // Turned into RGB by the JPEG decoder.
    case PHOTOMETRIC_YCBCR: return facts.compression == COMPRESSION_JPEG && !facts.separate;
    default: return false;
  }
}

}  // namespace

Result<TiffPixels> read_tiff_pixels(TiffInMemory& file, const TiffFacts& facts,
                                    const Input& input) {
  file.messages().clear();
  if (facts.compression == COMPRESSION_JPEG && facts.photometric == PHOTOMETRIC_YCBCR)
    TIFFSetField(file.handle(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  const bool one_gray_sample = facts.samples == 1 && (facts.photometric == PHOTOMETRIC_MINISWHITE ||
                                                      facts.photometric == PHOTOMETRIC_MINISBLACK);
  TiffPixels result;
  if (!reads_as_samples(facts)) {
    SOGOC_TRY(result, read_by_libtiff(file, facts, input));
  } else if (facts.bits == 1 && one_gray_sample && !facts.tiled) {
    const std::size_t stride = PageImage::stride_of(facts.size.width, PixelFormat::bit1);
    SOGOC_TRY(Buffer bits, read_plain_strips(file, facts, stride, input));
    SOGOC_TRY(PageImage image,
              PageImage::create(facts.size, PixelFormat::bit1, facts.resolution, std::move(bits)));
    // inverted() also clears the padding; a second turn restores the sense.
    result.raster = inverted(image);
    if (facts.photometric == PHOTOMETRIC_MINISWHITE) result.raster = inverted(result.raster);
  } else if (facts.bits == 8 && !facts.tiled && !facts.separate &&
             ((facts.samples == 1 && facts.photometric == PHOTOMETRIC_MINISBLACK) ||
              (facts.samples == 3 &&
               (facts.photometric == PHOTOMETRIC_RGB || facts.photometric == PHOTOMETRIC_YCBCR)))) {
    const PixelFormat format = facts.samples == 1 ? PixelFormat::gray8 : PixelFormat::rgb8;
    SOGOC_TRY(
        Buffer pixels,
        read_plain_strips(file, facts, PageImage::stride_of(facts.size.width, format), input));
    SOGOC_TRY(result.raster,
              PageImage::create(facts.size, format, facts.resolution, std::move(pixels)));
  } else {
    SOGOC_TRY(result, read_samples(file, facts, input));
    if (facts.bits == 1) result.raster = as_bilevel_if_lossless(result.raster);
  }
  SOGOC_CHECK(check_messages(file, facts, input, result.notes));
  return result;
}

}  // namespace sogoc::decoding
