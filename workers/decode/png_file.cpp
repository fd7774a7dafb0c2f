#include <cstring>

#include "workers/decode/png_codec.hpp"

namespace sogoc::decoding {

namespace {

// The zlib stream of the picture: PDF's predictor 15 means the same bytes. libpng has checked
// the chunks' sums by the time this is asked.
Buffer joined_idat(Bytes png) {
  Buffer joined;
  std::size_t at = 8;
  while (png.size() - at >= 12) {
    const std::size_t length = static_cast<std::size_t>(png[at]) << 24 |
                               static_cast<std::size_t>(png[at + 1]) << 16 |
                               static_cast<std::size_t>(png[at + 2]) << 8 | png[at + 3];
    if (png.size() - at - 12 < length) return {};
    const Bytes kind = png.subspan(at + 4, 4);
    if (std::memcmp(kind.data(), "IDAT", 4) == 0) {
      const Bytes body = png.subspan(at + 8, length);
      joined.insert(joined.end(), body.begin(), body.end());
    } else if (std::memcmp(kind.data(), "IEND", 4) == 0) {
      break;
    }
    at += 12 + length;
  }
  return joined;
}

bool passes_through(const PngFacts& facts) {
  return !facts.interlaced && !facts.transparent && facts.bits <= 8 &&
         (facts.colour_type == 0 || facts.colour_type == 2 || facts.colour_type == 3);
}

bool is_gray(const Buffer& palette) {
  for (std::size_t i = 0; i + 2 < palette.size(); i += 3)
    if (palette[i] != palette[i + 1] || palette[i] != palette[i + 2]) return false;
  return true;
}

}  // namespace

Result<ImageFileFacts> inspect_png(const Input& input) {
  SOGOC_CHECK(read_png_image(input, true));
  return ImageFileFacts{};
}

Result<ImagePage> read_png(const Input& input) {
  SOGOC_TRY(PngImage png, read_png_image(input, false));
  const PngFacts& facts = png.facts;
  ImagePage page;
  const ExifFacts exif = read_exif(facts.exif);
  page.orientation = exif.orientation;
  page.raster = png.raster;
  if (!facts.resolution.known()) page.raster = page.raster.with_resolution(exif.resolution);
  if (facts.bits == 16) page.notes.push_back("16 bits a sample reduced to 8");
  if (facts.transparent) page.notes.push_back("transparent parts laid on white");

  const bool palette = facts.colour_type == 3;
  if (palette && is_gray(facts.palette)) page.raster = as_gray_if_lossless(page.raster);
  page.raster = as_bilevel_if_lossless(page.raster);
  if (page.raster.format() == PixelFormat::bit1) return page;  // coded as G4
  const bool gray = page.raster.format() == PixelFormat::gray8;
  Buffer icc = palette ? usable_profile(facts.icc, ProfileKind::rgb)
                       : usable_profile(facts.icc, gray ? ProfileKind::gray : ProfileKind::rgb);
  Buffer stream = passes_through(facts) ? joined_idat(input.bytes) : Buffer{};
  if (stream.empty()) {
    // A palette's profile speaks of RGB; a gray raster cannot carry it.
    if (!(palette && gray)) page.icc = std::move(icc);
    return page;
  }
  page.coded.emplace();
  page.coded->bytes = std::move(stream);
  Picture& picture = page.coded->picture;
  picture.coding = PictureCoding::flate;
  picture.predictor = 15;
  picture.size = facts.size;
  picture.bits_per_component = facts.bits;
  picture.colour = palette ? ColourModel::indexed
                           : (facts.colour_type == 0 ? ColourModel::gray : ColourModel::rgb);
  if (palette) picture.palette = facts.palette;
  page.coded->icc = std::move(icc);
  return page;
}

}  // namespace sogoc::decoding
