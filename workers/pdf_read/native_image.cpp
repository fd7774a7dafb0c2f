#include "workers/pdf_read/native_image.hpp"

#include <algorithm>
#include <span>

#include "workers/decode/codecs.hpp"
#include "workers/pdf_read/coded_heads.hpp"
#include "workers/pdf_read/image_facts.hpp"
#include "workers/pdf_read/image_samples.hpp"

namespace sogoc::pdf {
namespace {

constexpr int kCmykJpegQuality = 92;   // what a CMYK or odd JPEG 2000 picture is coded again with

using Kind = ColourSpace::Kind;
using Native = std::optional<NativeImage>;

ColourModel model_of(PixelFormat format) {
  switch (format) {
    case PixelFormat::bit1: return ColourModel::bilevel;
    case PixelFormat::gray8: return ColourModel::gray;
    case PixelFormat::rgb8: return ColourModel::rgb;
  }
  return ColourModel::rgb;
}

// ---- One codec each -----------------------------------------------------------------------------

Result<Native> recoded(PageImage pixels, bool as_a_photo) {
  NativeImage image;
  if (as_a_photo && pixels.format() != PixelFormat::bit1) {
    SOGOC_TRY(image.coded, as_jpeg(pixels, kCmykJpegQuality));
  } else {
    SOGOC_TRY(image.coded, losslessly(pixels));
  }
  image.pixels = std::move(pixels);
  return Native(std::move(image));
}

Result<Native> from_jpeg(Bytes bytes, const ImageFacts& facts, const DecodeLimits& limits,
                         const std::string& subject) {
  const std::optional<JpegHead> head = jpeg_head(bytes);
  if (!head) return damaged_picture(subject);
  QPDFObjectHandle parameters = facts.parameters.back();
  if (parameters.isDictionary() && !parameters.getKey("/ColorTransform").isNull() &&
      !head->adobe && head->components == 3 &&
      int_of(parameters.getKey("/ColorTransform"), 1) == 0)
    return Native();
  const ColourSpace space = facts.space.value_or(ColourSpace{
      head->components == 1 ? Kind::gray : head->components == 4 ? Kind::cmyk : Kind::rgb, {}, {}});
  if (!facts.space && !facts.filters.empty() && head->components != 3) return Native();
  if (space.components() != head->components) return Native();
  const CmykSense sense = facts.inverted ? CmykSense::inverted : CmykSense::plain;
  SOGOC_TRY(PageImage pixels, decode_jpeg(bytes, subject, limits, sense));
  if (space.kind == Kind::cmyk) return recoded(std::move(pixels), true);
  if (space.kind == Kind::indexed) {
    ImageFacts eight_bits = facts;
    eight_bits.size = pixels.size();
    eight_bits.space = space;
    SOGOC_TRY(PageImage coloured, pixels_of_samples(pixels.pixels(), eight_bits));
    return recoded(std::move(coloured), false);
  }
  NativeImage image;
  image.coded.picture.coding = PictureCoding::jpeg;
  image.coded.picture.size = pixels.size();
  image.coded.picture.colour = space.kind == Kind::gray ? ColourModel::gray : ColourModel::rgb;
  image.coded.picture.inverted = facts.inverted;
  image.coded.data = std::move(bytes);
  image.coded.icc = space.icc;
  image.pixels = facts.inverted ? inverted(pixels) : pixels;
  return Native(std::move(image));
}

Result<Native> from_jpx(QPDFObjectHandle dictionary, Bytes bytes, const ImageFacts& facts,
                        const DecodeLimits& limits, const std::string& subject) {
  const bool says_space = !dictionary.getKey("/ColorSpace").isNull();
  if (facts.mask || (says_space && (!facts.space || facts.space->kind == Kind::indexed)))
    return Native();
  SOGOC_TRY(PageImage pixels, decode_jpx(bytes, subject, limits));
  const int channels = pixels.format() == PixelFormat::rgb8 ? 3 : 1;
  if (says_space && facts.space->kind != Kind::cmyk && facts.space->components() != channels)
    return Native();
  if (!plain_jp2(bytes) || int_of(dictionary.getKey("/SMaskInData"), 0) != 0)
    return recoded(facts.inverted ? inverted(pixels) : std::move(pixels), true);
  NativeImage image;
  image.coded.picture.coding = PictureCoding::jpx;
  image.coded.picture.size = pixels.size();
  image.coded.picture.colour = model_of(pixels.format());
  image.coded.picture.inverted = facts.inverted;
  image.coded.data = std::move(bytes);
  if (says_space) image.coded.icc = facts.space->icc;
  image.pixels = facts.inverted ? inverted(pixels) : pixels;
  return Native(std::move(image));
}

// A bilevel picture in two colours that may not be black and white.
Result<Native> in_colours(NativeImage image, const ImageFacts& facts) {
  const ColourSpace& space = *facts.space;
  if (space.kind == Kind::gray) {
    image.coded.picture.inverted = facts.inverted;
    if (facts.inverted) image.pixels = inverted(image.pixels);
    image.coded.icc = space.icc;
    return Native(std::move(image));
  }
  if (space.kind != Kind::indexed || space.palette.size() < 3) return Native();
  Bytes palette = space.palette;
  palette.resize(6);
  if (space.palette.size() < 6) std::copy_n(palette.begin(), 3, palette.begin() + 3);
  if (facts.inverted) std::swap_ranges(palette.begin(), palette.begin() + 3, palette.begin() + 3);
  const Bytes black_white = {0, 0, 0, 255, 255, 255};
  const Bytes white_black = {255, 255, 255, 0, 0, 0};
  if (palette == black_white || palette == white_black) {
    image.coded.picture.inverted = palette == white_black;
    if (palette == white_black) image.pixels = inverted(image.pixels);
    return Native(std::move(image));
  }
  // Sample 0 is what our bit1 calls black.
  const auto row_length = image.pixels.stride();
  Bytes samples(image.pixels.pixels().begin(), image.pixels.pixels().end());
  for (std::uint8_t& byte : samples) byte = static_cast<std::uint8_t>(~byte);
  ImageFacts two_colours = facts;
  two_colours.bits = 1;
  two_colours.inverted = false;
  two_colours.space->palette = palette;
  NativeImage coloured;
  SOGOC_TRY(coloured.pixels, pixels_of_samples(samples, two_colours));
  Picture& picture = coloured.coded.picture;
  picture.coding = PictureCoding::flate;
  picture.size = facts.size;
  picture.bits_per_component = 1;
  picture.colour = ColourModel::indexed;
  picture.palette = palette;
  coloured.coded.data = deflated(std::span(samples).first(
      row_length * static_cast<std::size_t>(facts.size.height)));
  return Native(std::move(coloured));
}

Result<Native> from_ccitt(Bytes bytes, const ImageFacts& facts, const DecodeLimits& limits,
                          const std::string& subject) {
  QPDFObjectHandle given = facts.parameters.back();
  const auto flag = [&](const char* key, bool otherwise) {
    if (!given.isDictionary()) return otherwise;
    QPDFObjectHandle value = given.getKey(key);
    return value.isBool() ? value.getBoolValue() : otherwise;
  };
  const auto number = [&](const char* key, int otherwise) {
    return given.isDictionary() ? int_of(given.getKey(key), otherwise) : otherwise;
  };
  CcittParameters parameters;
  parameters.columns = number("/Columns", 1728);
  parameters.rows = facts.size.height;
  parameters.k = number("/K", 0);
  parameters.byte_align = flag("/EncodedByteAlign", false);
  const bool black_is_1 = flag("/BlackIs1", false);
  if (parameters.columns != facts.size.width) return Native();
  // Decoded as if black were coded black; what /BlackIs1 says is applied as the picture's own
  // inversion, so that the meaning of sample 0 stays in one place.
  SOGOC_TRY(PageImage pixels, decode_ccitt(bytes, parameters, subject, limits));
  NativeImage image;
  image.coded.picture.size = facts.size;
  image.coded.picture.bits_per_component = 1;
  image.coded.picture.colour = ColourModel::bilevel;
  image.coded.picture.coding = PictureCoding::ccitt_g4;
  if (parameters.k < 0 && !parameters.byte_align) {
    image.coded.picture.black_is_1 = black_is_1;
    image.coded.data = std::move(bytes);
    image.pixels = black_is_1 ? inverted(pixels) : pixels;
  } else {
    image.pixels = black_is_1 ? inverted(pixels) : pixels;
    SOGOC_TRY(image.coded.data, encode_g4(image.pixels));
  }
  return in_colours(std::move(image), facts);
}

Result<Native> from_jbig2(Bytes bytes, const ImageFacts& facts, const DecodeLimits& limits,
                          const std::string& subject) {
  NativeImage image;
  QPDFObjectHandle parameters = facts.parameters.back();
  if (parameters.isDictionary() && parameters.getKey("/JBIG2Globals").isStream()) {
    SOGOC_TRY(image.coded.globals,
              decoded_bytes(parameters.getKey("/JBIG2Globals"), 64u << 20, subject));
  }
  std::optional<std::span<const std::uint8_t>> globals;
  if (!image.coded.globals.empty()) globals = image.coded.globals;
  SOGOC_TRY(image.pixels, decode_jbig2(bytes, globals, facts.size, subject, limits));
  image.coded.picture.coding = PictureCoding::jbig2;
  image.coded.picture.size = facts.size;
  image.coded.picture.bits_per_component = 1;
  image.coded.picture.colour = ColourModel::bilevel;
  image.coded.data = std::move(bytes);
  SOGOC_TRY(Native native, in_colours(std::move(image), facts));
  if (native) native->jbig2 = true;
  return native;
}

// The predictor under which the stored bytes may pass on; nothing when they may not.
std::optional<int> passing_predictor(const ImageFacts& facts) {
  if (facts.filters.size() != 1 || facts.filters[0] != "/FlateDecode") return std::nullopt;
  QPDFObjectHandle parameters = facts.parameters[0];
  if (!parameters.isDictionary()) return 1;
  const int predictor = int_of(parameters.getKey("/Predictor"), 1);
  if (predictor == 1) return 1;
  if (predictor < 10 || predictor > 15) return std::nullopt;
  if (int_of(parameters.getKey("/Colors"), 1) != facts.space->components() ||
      int_of(parameters.getKey("/BitsPerComponent"), 8) != facts.bits ||
      int_of(parameters.getKey("/Columns"), 1) != facts.size.width)
    return std::nullopt;
  return 15;
}

Result<Native> from_samples(QPDFObjectHandle stream, const ImageFacts& facts,
                            const std::string& subject) {
  if (!facts.space) return Native();
  const ColourSpace& space = *facts.space;
  if (facts.bits != 1 && facts.bits != 2 && facts.bits != 4 && facts.bits != 8 && facts.bits != 16)
    return damaged_picture(subject);
  if (space.kind == Kind::indexed && facts.bits == 16) return damaged_picture(subject);
  const std::size_t stride = row_bytes(facts.size.width, space.components(), facts.bits);
  const std::size_t expected = stride * static_cast<std::size_t>(facts.size.height);
  if (expected > kMaxCodedBytes)
    return fail(ErrorCode::limit_exceeded, Retry::never, subject,
                "a picture of the page needs more memory than the limit allows");
  SOGOC_TRY(Bytes samples, decoded_bytes(stream, 2 * expected + (1u << 20), subject));
  if (samples.size() + stride < expected || samples.size() < stride) return damaged_picture(subject);
  samples.resize(expected);  // many writers leave out the padding of the last row

  if (space.kind == Kind::indexed && facts.inverted) return Native();
  NativeImage image;
  SOGOC_TRY(image.pixels, pixels_of_samples(samples, facts));
  QPDFObjectHandle key = stream.getDict().getKey("/Mask");
  std::optional<PageImage> key_mask;
  if (key.isArray()) key_mask = colour_key_mask(key, samples, facts);

  const std::optional<int> predictor = passing_predictor(facts);
  Picture& picture = image.coded.picture;
  picture.size = facts.size;
  picture.bits_per_component = facts.bits;
  picture.inverted = facts.inverted && space.kind != Kind::cmyk;
  picture.palette = space.palette;
  image.coded.icc = space.icc;
  picture.coding = PictureCoding::flate;
  switch (space.kind) {
    case Kind::gray:
      picture.colour = facts.bits == 1 ? ColourModel::bilevel : ColourModel::gray;
      break;
    case Kind::rgb: picture.colour = ColourModel::rgb; break;
    case Kind::indexed: picture.colour = ColourModel::indexed; break;
    case Kind::cmyk: break;  // coded again below
  }
  if (space.kind == Kind::cmyk) {
    SOGOC_TRY(image.coded, losslessly(image.pixels));
  } else if (predictor) {
    picture.predictor = *predictor;
    SOGOC_TRY(image.coded.data, raw_bytes(stream, kMaxCodedBytes, subject));
    if (picture.inverted) image.pixels = inverted(image.pixels);
  } else if (facts.bits == 16 || space.kind == Kind::indexed || !space.icc.empty()) {
    image.coded.data = deflated(samples);
    if (picture.inverted) image.pixels = inverted(image.pixels);
  } else {
    if (picture.inverted) image.pixels = inverted(image.pixels);
    SOGOC_TRY(image.coded, losslessly(image.pixels));
  }
  if (key_mask) {
    SOGOC_TRY(image.mask.emplace(), losslessly(*key_mask));
    SOGOC_TRY(image.mask_pixels, to_gray(*key_mask));
  }
  return Native(std::move(image));
}

Result<Native> read_pixels(Document& document, QPDFObjectHandle stream, const ImageFacts& facts,
                           const ReadingSettings& settings, const std::string& subject) {
  const DecodeLimits limits{settings.max_pixels};
  const std::string codec = facts.codec();
  for (std::size_t i = 0; i + 1 < facts.filters.size(); ++i) {
    ImageFacts before;
    before.filters = {facts.filters[i]};
    if (!before.codec().empty()) return Native();  // a codec in the middle of the chain
  }
  if (facts.odd_decode) return Native();
  if (codec.empty()) return from_samples(stream, facts, subject);
  if (stream.getDict().getKey("/Mask").isArray()) return Native();
  SOGOC_TRY(Bytes bytes, coded_bytes(document, stream, facts, subject));
  if (codec == "/DCTDecode") return from_jpeg(std::move(bytes), facts, limits, subject);
  if (codec == "/JPXDecode")
    return from_jpx(stream.getDict(), std::move(bytes), facts, limits, subject);
  if (!facts.space) return Native();
  if (codec == "/CCITTFaxDecode") return from_ccitt(std::move(bytes), facts, limits, subject);
  return from_jbig2(std::move(bytes), facts, limits, subject);
}

bool all_shown(const PageImage& mask) {
  return std::all_of(mask.pixels().begin(), mask.pixels().end(),
                     [](std::uint8_t value) { return value == 255; });
}

// /SMask or a stencil /Mask. False when it cannot be carried over.
Result<bool> add_mask(Document& document, const DrawnImage& drawn, NativeImage& image,
                      const ReadingSettings& settings, const std::string& subject) {
  QPDFObjectHandle dictionary = dictionary_of(drawn.stream);
  QPDFObjectHandle soft = dictionary.getKey("/SMask");
  QPDFObjectHandle hard = dictionary.getKey("/Mask");
  QPDFObjectHandle mask = soft.isStream() ? soft : hard;
  if (!mask.isStream()) return true;
  if (!mask.getDict().getKey("/Matte").isNull()) return false;
  SOGOC_TRY(ImageFacts facts, image_facts(mask.getDict(), drawn.resources, settings, subject));
  SOGOC_TRY(Native read, read_pixels(document, mask, facts, settings, subject));
  if (!read || read->pixels.format() == PixelFormat::rgb8 ||
      read->coded.picture.colour == ColourModel::indexed)
    return false;
  read->coded.icc.clear();
  if (!soft.isStream()) {  // sample 1 of a stencil is not painted; white of a soft mask is
    read->coded.picture.inverted = !read->coded.picture.inverted;
    read->pixels = inverted(read->pixels);
  }
  SOGOC_TRY(PageImage shown, to_gray(read->pixels));
  if (all_shown(shown)) return true;  // says nothing
  image.mask = std::move(read->coded);
  image.mask_pixels = std::move(shown);
  image.jbig2 = image.jbig2 || read->jbig2;
  return true;
}

Result<Native> stencil_of(NativeImage mask, const std::array<double, 3>& fill) {
  const auto level = [](double v) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(v, 0.0, 1.0) * 255));
  };
  NativeImage image;
  image.stencil = true;
  image.jbig2 = mask.jbig2;
  SOGOC_TRY(image.pixels, PageImage::create({1, 1}, PixelFormat::rgb8, {},
                                            {level(fill[0]), level(fill[1]), level(fill[2])}));
  SOGOC_TRY(image.coded, losslessly(image.pixels));
  // Painted where the sample is 0 (black for our eyes): turn it over to a soft mask.
  SOGOC_TRY(image.mask_pixels, to_gray(inverted(mask.pixels)));
  mask.coded.picture.inverted = !mask.coded.picture.inverted;
  image.mask = std::move(mask.coded);
  return Native(std::move(image));
}

}  // namespace

Result<Native> read_native_image(Document& document, const DrawnImage& drawn, MaskUse mask_use,
                                 const ReadingSettings& settings, const std::string& subject) {
  return inside_qpdf(subject, [&]() -> Result<Native> {
    QPDFObjectHandle stream = drawn.stream;
    SOGOC_TRY(const ImageFacts facts,
              image_facts(stream.getDict(), drawn.resources, settings, subject));
    if (facts.mask && !drawn.fill) return Native();
    SOGOC_TRY(Native image, read_pixels(document, stream, facts, settings, subject));
    if (!image) return image;
    if (facts.mask) {
      const bool black = *std::max_element(drawn.fill->begin(), drawn.fill->end()) < 0.02;
      if (mask_use == MaskUse::scan && black) return image;
      return stencil_of(std::move(*image), *drawn.fill);
    }
    SOGOC_TRY(const bool carried, add_mask(document, drawn, *image, settings, subject));
    if (!carried) return Native();
    return image;
  });
}

Result<Picture> stored(const CodedPicture& coded, BlobSink& blobs) {
  Picture picture = coded.picture;
  SOGOC_TRY(picture.data, blobs.put(coded.data));
  if (!coded.globals.empty()) {
    SOGOC_TRY(picture.jbig2_globals, blobs.put(coded.globals));
  }
  if (!coded.icc.empty()) {
    SOGOC_TRY(picture.icc_profile, blobs.put(coded.icc));
  }
  return picture;
}

Result<CodedPicture> losslessly(const PageImage& image) {
  CodedPicture coded;
  coded.picture.size = image.size();
  coded.picture.colour = model_of(image.format());
  if (image.format() == PixelFormat::bit1) {
    coded.picture.coding = PictureCoding::ccitt_g4;
    coded.picture.bits_per_component = 1;
    SOGOC_TRY(coded.data, encode_g4(image));
  } else {
    coded.picture.coding = PictureCoding::flate;
    coded.picture.predictor = 15;
    SOGOC_TRY(coded.data, encode_flate(image));
  }
  return coded;
}

Result<CodedPicture> as_jpeg(const PageImage& image, int quality) {
  CodedPicture coded;
  coded.picture.coding = PictureCoding::jpeg;
  coded.picture.size = image.size();
  coded.picture.colour =
      image.format() == PixelFormat::rgb8 ? ColourModel::rgb : ColourModel::gray;
  SOGOC_TRY(coded.data, encode_jpeg(image, quality));
  return coded;
}

}  // namespace sogoc::pdf
