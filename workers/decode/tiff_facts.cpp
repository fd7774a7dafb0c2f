#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "workers/decode/tiff_pixels.hpp"

namespace sogoc::decoding {

namespace {

template <typename T>
T field_or(TIFF* tiff, std::uint32_t tag, T fallback) {
  T value{};
  return TIFFGetFieldDefaulted(tiff, tag, &value) ? value : fallback;
}

Resolution resolution_of(TIFF* tiff) {
  float x = 0;
  float y = 0;
  TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &x);
  TIFFGetField(tiff, TIFFTAG_YRESOLUTION, &y);
  switch (field_or<std::uint16_t>(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH)) {
    case RESUNIT_INCH: return stated_resolution(x, y);
    case RESUNIT_CENTIMETER: return stated_resolution(x * 2.54, y * 2.54);
    default: return {};
  }
}

Buffer palette_of(TIFF* tiff, int bits) {
  std::uint16_t* red = nullptr;
  std::uint16_t* green = nullptr;
  std::uint16_t* blue = nullptr;
  if (!TIFFGetField(tiff, TIFFTAG_COLORMAP, &red, &green, &blue)) return {};
  const std::size_t count = std::size_t{1} << bits;
  // Some writers store 8-bit values where 16 bits are meant.
  unsigned most = 0;
  for (std::size_t i = 0; i < count; ++i)
    most = std::max({most, unsigned{red[i]}, unsigned{green[i]}, unsigned{blue[i]}});
  const bool small = most < 256;
  const auto to8 = [&](std::uint16_t value) {
    return static_cast<std::uint8_t>(small ? value : (value + 128u) / 257u);
  };
  Buffer palette;
  palette.reserve(3 * count);
  for (std::size_t i = 0; i < count; ++i)
    palette.insert(palette.end(), {to8(red[i]), to8(green[i]), to8(blue[i])});
  return palette;
}

void find_alpha(TIFF* tiff, TiffFacts& facts) {
  std::uint16_t count = 0;
  std::uint16_t* kinds = nullptr;
  if (!TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) || !kinds) return;
  const int first = facts.samples - count;
  for (int i = 0; i < count && first >= 0; ++i) {
    if (kinds[i] != EXTRASAMPLE_ASSOCALPHA && kinds[i] != EXTRASAMPLE_UNASSALPHA) continue;
    facts.alpha_sample = first + i;
    facts.alpha_premultiplied = kinds[i] == EXTRASAMPLE_ASSOCALPHA;
    return;
  }
}

// Every strip or tile must lie in the file: a cut copy is found before pixels are allocated.
Done check_data_is_there(TIFF* tiff, const TiffFacts& facts, const Input& input) {
  const std::uint32_t count = facts.tiled ? TIFFNumberOfTiles(tiff) : TIFFNumberOfStrips(tiff);
  constexpr std::uint32_t kMostPieces = 4'000'000;
  if (count == 0) return damaged(input.subject, "no pixel data");
  if (count > kMostPieces) return damaged(input.subject, "too many pieces of pixel data");
  std::uint64_t stored = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t offset = TIFFGetStrileOffset(tiff, i);
    const std::uint64_t length = TIFFGetStrileByteCount(tiff, i);
    if (offset == 0) return ends_early(input.subject);
    if (offset > input.bytes.size() || length > input.bytes.size() - offset)
      return ends_early(input.subject);
    if (length == 0) return ends_early(input.subject);
    stored += length;
  }
  const auto pixels =
      static_cast<std::uint64_t>(facts.size.width) * static_cast<std::uint64_t>(facts.size.height);
  const std::uint64_t wanted = pixels * static_cast<std::uint64_t>(facts.bits) *
                               static_cast<std::uint64_t>(facts.samples) / 8;
  if (facts.compression == COMPRESSION_NONE && facts.photometric != PHOTOMETRIC_YCBCR &&
      stored < wanted)
    return ends_early(input.subject);
  // zlib cannot shrink more than about a thousandfold: what claims more is no scan.
  constexpr std::uint64_t kMostShrinking = 1100;
  const bool zlib =
      facts.compression == COMPRESSION_ADOBE_DEFLATE || facts.compression == COMPRESSION_DEFLATE;
  if (zlib && wanted / kMostShrinking > stored) return ends_early(input.subject);
  return {};
}

}  // namespace

std::size_t TiffFacts::colour_samples() const {
  switch (photometric) {
    case PHOTOMETRIC_RGB:
    case PHOTOMETRIC_YCBCR: return 3;
    case PHOTOMETRIC_SEPARATED: return 4;
    default: return 1;
  }
}

Result<TiffFacts> read_tiff_facts(TiffInMemory& file, const Input& input) {
  TIFF* tiff = file.handle();
  TiffFacts facts;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  if (!TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width) ||
      !TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height))
    return damaged(input.subject, "a page without a size");
  SOGOC_CHECK(check_size(width, height, input));
  facts.size = {static_cast<int>(width), static_cast<int>(height)};
  facts.bits = field_or<std::uint16_t>(tiff, TIFFTAG_BITSPERSAMPLE, 1);
  facts.samples = field_or<std::uint16_t>(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  facts.compression = field_or<std::uint16_t>(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  facts.sample_format = field_or<std::uint16_t>(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  facts.separate = facts.samples > 1 &&
                   field_or<std::uint16_t>(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) ==
                       PLANARCONFIG_SEPARATE;
  facts.tiled = TIFFIsTiled(tiff) != 0;
  facts.orientation = field_or<std::uint16_t>(tiff, TIFFTAG_ORIENTATION, 1);
  if (facts.orientation < 1 || facts.orientation > 8) facts.orientation = 1;
  facts.fill_order = field_or<std::uint16_t>(tiff, TIFFTAG_FILLORDER, FILLORDER_MSB2LSB);
  facts.rows_per_strip =
      std::min(field_or<std::uint32_t>(tiff, TIFFTAG_ROWSPERSTRIP, height), height);
  facts.resolution = resolution_of(tiff);

  const bool fax =
      facts.compression == COMPRESSION_CCITTFAX4 || facts.compression == COMPRESSION_CCITTFAX3 ||
      facts.compression == COMPRESSION_CCITTRLE || facts.compression == COMPRESSION_CCITTRLEW;
  std::uint16_t photometric = 0;
  if (TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric)) {
    facts.photometric = photometric;
  } else if (facts.samples >= 3) {
    facts.photometric = PHOTOMETRIC_RGB;
  } else {
    facts.photometric = fax ? PHOTOMETRIC_MINISWHITE : PHOTOMETRIC_MINISBLACK;
  }

  constexpr int kMostSamples = 8;
  if (facts.samples < 1 || facts.samples > kMostSamples)
    return fail(ErrorCode::unsupported_input, Retry::never, input.subject,
                fmt::format("a TIFF with {} samples a pixel is not read; save it as RGB or gray",
                            facts.samples));
  if (!TIFFIsCODECConfigured(static_cast<std::uint16_t>(facts.compression)))
    return fail(ErrorCode::unsupported_input, Retry::never, input.subject,
                fmt::format("TIFF compression {} is not read; save it with LZW, Deflate, JPEG or "
                            "G4",
                            facts.compression));
  if (facts.bits < 1 || facts.bits > 64)
    return damaged(input.subject, fmt::format("{} bits a sample", facts.bits));
  if (facts.photometric == PHOTOMETRIC_PALETTE) {
    if (facts.bits > 8)
      return fail(ErrorCode::unsupported_input, Retry::never, input.subject,
                  "a TIFF palette of more than 256 colours is not read; save it as RGB");
    facts.palette = palette_of(tiff, facts.bits);
    if (facts.palette.empty()) return damaged(input.subject, "a palette picture without palette");
  }
  find_alpha(tiff, facts);
  if (facts.alpha_sample >= 0 &&
      static_cast<std::size_t>(facts.alpha_sample) < facts.colour_samples())
    facts.alpha_sample = -1;
  std::uint32_t icc_length = 0;
  void* icc = nullptr;
  if (TIFFGetField(tiff, TIFFTAG_ICCPROFILE, &icc_length, &icc) && icc) {
    const auto* first = static_cast<const std::uint8_t*>(icc);
    facts.icc.assign(first, first + icc_length);
  }
  if (facts.tiled) {
    const auto tile_width = field_or<std::uint32_t>(tiff, TIFFTAG_TILEWIDTH, 0u);
    const auto tile_height = field_or<std::uint32_t>(tiff, TIFFTAG_TILELENGTH, 0u);
    SOGOC_CHECK(check_size(tile_width, tile_height, input));
  }
  SOGOC_CHECK(check_data_is_there(tiff, facts, input));
  return facts;
}

}  // namespace sogoc::decoding
