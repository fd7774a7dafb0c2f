#include <array>

#include <fmt/format.h>

#include "workers/decode/jpeg_decoder.hpp"
#include "workers/decode/jpeg_stream.hpp"
#include "workers/decode/tiff_pixels.hpp"

namespace sogoc::decoding {

namespace {

bool is_preview_or_mask(TIFF* tiff) {
  std::uint32_t kind = 0;
  if (!TIFFGetField(tiff, TIFFTAG_SUBFILETYPE, &kind)) return false;
  return (kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) != 0;
}

struct Walk {
  std::uint32_t pages = 0;
  std::uint32_t previews = 0;
};

// Visits the directories in file order until `stop(walk, is_page)` says so.
template <typename Stop>
Result<Walk> walk_pages(TiffInMemory& file, const Input& input, Stop stop) {
  TIFF* tiff = file.handle();
  Walk walk;
  // Previews double the count at most; beyond that the list of pages is no list.
  const std::uint64_t most = 2ull * input.max_pages + 16;
  for (std::uint64_t seen = 0;; ++seen) {
    if (seen > most)
      return fail(ErrorCode::limit_exceeded, Retry::never, input.subject,
                  fmt::format("the file has more than the limit of {} pages; split it or raise "
                              "the limit",
                              input.max_pages));
    const bool preview = is_preview_or_mask(tiff);
    ++(preview ? walk.previews : walk.pages);
    if (stop(walk, !preview)) return walk;
    if (TIFFLastDirectory(tiff)) return walk;
    file.messages().clear();
    if (TIFFReadDirectory(tiff)) continue;
    if (file.messages().any_contains("loop"))
      return damaged(input.subject, "its list of pages runs in a circle");
    return fail(ErrorCode::invalid_input, Retry::never, input.subject,
                fmt::format("the list of pages ends early, after page {}; scan or copy it again",
                            walk.pages));
  }
}

tl::unexpected<Error> not_opened(TiffInMemory& file, const Input& input) {
  if (file.messages().errors.empty()) return ends_early(input.subject);
  return fail(ErrorCode::invalid_input, Retry::never, input.subject,
              "the file ends early or its first page is damaged; scan or copy it again");
}

constexpr std::array<std::uint8_t, 256> make_bit_order() {
  std::array<std::uint8_t, 256> table{};
  for (unsigned v = 0; v < 256; ++v) {
    unsigned out = 0;
    for (unsigned b = 0; b < 8; ++b) out |= ((v >> b) & 1u) << (7 - b);
    table[v] = static_cast<std::uint8_t>(out);
  }
  return table;
}

// The bytes of a strip as they lie in the file; TIFF facts have checked that they do.
Bytes raw_strip(const TiffInMemory& file, std::uint32_t strip) {
  return file.bytes().subspan(
      static_cast<std::size_t>(TIFFGetStrileOffset(file.handle(), strip)),
      static_cast<std::size_t>(TIFFGetStrileByteCount(file.handle(), strip)));
}

// The file's own G4 bytes, when one strip holds the page.
std::optional<CodedPicture> passed_g4(const TiffInMemory& file, const TiffFacts& facts) {
  constexpr std::uint32_t kUncompressedMode = 2;
  std::uint32_t options = 0;
  TIFFGetField(file.handle(), TIFFTAG_GROUP4OPTIONS, &options);
  if (facts.compression != COMPRESSION_CCITTFAX4 || facts.tiled || facts.samples != 1 ||
      facts.bits != 1 || (options & kUncompressedMode) != 0 ||
      TIFFNumberOfStrips(file.handle()) != 1)
    return std::nullopt;
  const Bytes raw = raw_strip(file, 0);
  CodedPicture coded;
  coded.bytes.assign(raw.begin(), raw.end());
  if (facts.fill_order == FILLORDER_LSB2MSB) {
    static constexpr auto kBitOrder = make_bit_order();
    for (std::uint8_t& byte : coded.bytes) byte = kBitOrder[byte];
  }
  coded.picture.coding = PictureCoding::ccitt_g4;
  coded.picture.size = facts.size;
  coded.picture.bits_per_component = 1;
  coded.picture.colour = ColourModel::bilevel;
  coded.picture.black_is_1 = facts.photometric == PHOTOMETRIC_MINISBLACK;
  return coded;
}

// The strips of a JPEG TIFF as one JPEG stream; empty when that needs new coding.
Buffer joined_jpeg(const TiffInMemory& file, const TiffFacts& facts) {
  const bool gray = facts.photometric == PHOTOMETRIC_MINISBLACK && facts.samples == 1;
  const bool colour =
      (facts.photometric == PHOTOMETRIC_RGB || facts.photometric == PHOTOMETRIC_YCBCR) &&
      facts.samples == 3;
  if (facts.compression != COMPRESSION_JPEG || facts.separate || facts.bits != 8 ||
      (!gray && !colour))
    return {};
  const std::uint32_t count =
      facts.tiled ? TIFFNumberOfTiles(file.handle()) : TIFFNumberOfStrips(file.handle());
  if (facts.tiled && count != 1) return {};
  std::uint32_t length = 0;
  void* tables = nullptr;
  Bytes shared;
  if (TIFFGetField(file.handle(), TIFFTAG_JPEGTABLES, &length, &tables) && tables)
    shared = Bytes(static_cast<const std::uint8_t*>(tables), length);
  std::vector<Bytes> strips;
  strips.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) strips.push_back(raw_strip(file, i));
  Buffer joined = joined_strips(shared, strips, facts.size);
  if (joined.empty() || gray) return joined;
  return with_adobe_marker(joined, facts.photometric == PHOTOMETRIC_YCBCR);
}

// Empty when the joined stream cannot be used after all.
Result<std::optional<ImagePage>> read_joined_jpeg(const TiffInMemory& file, const TiffFacts& facts,
                                                  const Input& input) {
  Buffer joined = joined_jpeg(file, facts);
  if (joined.empty()) return std::optional<ImagePage>();
  Input stream = input;
  stream.bytes = joined;
  SOGOC_TRY(JpegDecoder decoder, JpegDecoder::open(stream));
  const JpegColour colour = decoder.facts().colour;
  const bool gray = facts.samples == 1;
  const JpegColour wanted = gray                                     ? JpegColour::gray
                            : facts.photometric == PHOTOMETRIC_YCBCR ? JpegColour::ycc
                                                                     : JpegColour::rgb;
  if (colour != wanted || decoder.facts().size != facts.size) return std::optional<ImagePage>();
  ImagePage page;
  SOGOC_TRY(const PageImage raster, decoder.decode(CmykSense::plain, {}));
  page.raster = raster.with_resolution(facts.resolution);
  page.recode = Recode::jpeg;
  page.coded.emplace();
  page.coded->bytes = std::move(joined);
  page.coded->picture.coding = PictureCoding::jpeg;
  page.coded->picture.size = facts.size;
  page.coded->picture.colour = gray ? ColourModel::gray : ColourModel::rgb;
  page.coded->icc = usable_profile(facts.icc, gray ? ProfileKind::gray : ProfileKind::rgb);
  return std::optional<ImagePage>(std::move(page));
}

Result<ImagePage> read_page(TiffInMemory& file, const Input& input) {
  SOGOC_TRY(const TiffFacts facts, read_tiff_facts(file, input));
  SOGOC_TRY(std::optional<ImagePage> jpeg, read_joined_jpeg(file, facts, input));
  if (jpeg) {
    jpeg->orientation = facts.orientation;
    return std::move(*jpeg);
  }
  SOGOC_TRY(TiffPixels pixels, read_tiff_pixels(file, facts, input));
  ImagePage page;
  page.raster = std::move(pixels.raster);
  page.notes = std::move(pixels.notes);
  page.orientation = facts.orientation;
  page.coded = passed_g4(file, facts);
  if (page.coded) return page;
  const PageImage bilevel = as_bilevel_if_lossless(page.raster);
  if (!pixels.indices.empty() && bilevel.format() != PixelFormat::bit1 &&
      page.raster.format() == PixelFormat::rgb8) {
    SOGOC_TRY(page.coded, code_indexed(pixels.indices, facts.size, facts.palette));
    return page;
  }
  page.raster = bilevel;
  if (facts.photometric == PHOTOMETRIC_SEPARATED) {
    page.notes.push_back("re-encoded from CMYK as sRGB");
  } else {
    const bool gray = page.raster.format() == PixelFormat::gray8;
    page.icc = usable_profile(facts.icc, gray ? ProfileKind::gray : ProfileKind::rgb);
  }
  return page;
}

}  // namespace

Result<ImageFileFacts> inspect_tiff(const Input& input) {
  TiffInMemory file(input.bytes, input.limits.max_pixels);
  if (!file.handle()) return not_opened(file, input);
  SOGOC_CHECK(read_tiff_facts(file, input));
  SOGOC_TRY(const Walk walk, walk_pages(file, input, [](const Walk&, bool) { return false; }));
  ImageFileFacts facts;
  facts.page_count = walk.pages == 0 ? walk.previews : walk.pages;
  if (walk.pages != 0 && walk.previews != 0)
    facts.notes.push_back(fmt::format(
        "{} reduced pictures or masks in the file are not counted as pages", walk.previews));
  return facts;
}

Result<ImagePage> read_tiff(const Input& input, std::uint32_t index) {
  TiffInMemory file(input.bytes, input.limits.max_pixels);
  if (!file.handle()) return not_opened(file, input);
  bool found = false;
  SOGOC_TRY(const Walk walk, walk_pages(file, input, [&](const Walk& seen, bool is_page) {
              found = is_page && seen.pages == index + 1;
              return found;
            }));
  if (found) return read_page(file, input);
  if (walk.pages == 0 && index < walk.previews) {
    if (!TIFFSetDirectory(file.handle(), index)) return not_opened(file, input);
    return read_page(file, input);
  }
  return fail(ErrorCode::invalid_input, Retry::never, input.subject,
              fmt::format("it has {} pages and page {} was asked for", walk.pages, index + 1));
}

}  // namespace sogoc::decoding
