#include "workers/pdf_read/native_image.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <span>

#include <fmt/format.h>
#include <qpdf/Pl_Buffer.hh>
#include <qpdf/Pl_Flate.hh>

#include "workers/decode/codecs.hpp"
#include "workers/decode/decoding.hpp"
#include "workers/pdf_read/colour_space.hpp"

namespace sogoc::pdf {
namespace {

constexpr std::uint64_t kMaxCodedBytes = 1ull << 30;
constexpr int kCmykJpegQuality = 92;   // what a CMYK or odd JPEG 2000 picture is coded again with

using Kind = ColourSpace::Kind;
using Native = std::optional<NativeImage>;

// What the image dictionary says, checked.
struct Facts {
  SizePx size;
  int bits = 8;
  bool mask = false;                          // /ImageMask
  bool inverted = false;                      // /Decode [1 0 ...]
  bool odd_decode = false;                    // any other /Decode than the two plain ones
  std::vector<std::string> filters;
  std::vector<QPDFObjectHandle> parameters;   // one for each filter; may be null
  std::optional<ColourSpace> space;

  // The image codec at the end of the chain, "" when the samples are plain.
  [[nodiscard]] std::string codec() const {
    static const std::map<std::string, int> codecs = {
        {"/DCTDecode", 0}, {"/CCITTFaxDecode", 0}, {"/JBIG2Decode", 0}, {"/JPXDecode", 0}};
    return !filters.empty() && codecs.contains(filters.back()) ? filters.back() : std::string();
  }
};

tl::unexpected<Error> damaged(const std::string& subject) {
  return fail(ErrorCode::invalid_input, Retry::never, subject,
              "a picture of the page is truncated or damaged; get a complete copy");
}

std::string long_filter(const std::string& name) {
  static const std::map<std::string, std::string> names = {
      {"/AHx", "/ASCIIHexDecode"}, {"/A85", "/ASCII85Decode"}, {"/LZW", "/LZWDecode"},
      {"/Fl", "/FlateDecode"}, {"/RL", "/RunLengthDecode"}, {"/CCF", "/CCITTFaxDecode"},
      {"/DCT", "/DCTDecode"}};
  const auto found = names.find(name);
  return found == names.end() ? name : found->second;
}

void read_filters(QPDFObjectHandle dictionary, Facts& facts) {
  QPDFObjectHandle filter = dictionary.getKey("/Filter");
  QPDFObjectHandle parameters = dictionary.getKey("/DecodeParms");
  const auto item = [](QPDFObjectHandle object, int i) {
    if (object.isArray())
      return i < object.getArrayNItems() ? object.getArrayItem(i) : QPDFObjectHandle::newNull();
    return i == 0 ? object : QPDFObjectHandle::newNull();
  };
  const int count = filter.isArray() ? std::min(filter.getArrayNItems(), 8)
                                     : (filter.isName() ? 1 : 0);
  for (int i = 0; i < count; ++i) {
    facts.filters.push_back(long_filter(name_of(item(filter, i))));
    facts.parameters.push_back(item(parameters, i));
  }
}

void read_decode(QPDFObjectHandle decode, Facts& facts) {
  if (!decode.isArray() || decode.getArrayNItems() < 2) return;
  const bool indexed = facts.space && facts.space->kind == Kind::indexed;
  const double top = indexed ? (1 << facts.bits) - 1 : 1;
  int straight = 0, turned = 0;
  const int count = decode.getArrayNItems() / 2;
  for (int i = 0; i < count; ++i) {
    const double low = number_of(decode.getArrayItem(2 * i), 0);
    const double high = number_of(decode.getArrayItem(2 * i + 1), 1);
    straight += low == 0 && high == top;
    turned += low == top && high == 0;
  }
  facts.inverted = turned == count;
  facts.odd_decode = straight != count && turned != count;
}

Result<Facts> image_facts(QPDFObjectHandle dictionary, QPDFObjectHandle resources,
                          const ReadingSettings& settings, const std::string& subject) {
  Facts facts;
  facts.size = {int_of(dictionary.getKey("/Width"), 0), int_of(dictionary.getKey("/Height"), 0)};
  if (facts.size.width <= 0 || facts.size.height <= 0)
    return fail(ErrorCode::invalid_input, Retry::never, subject,
                "a picture of the page has no size; get the file again from its source");
  if (static_cast<std::uint64_t>(facts.size.width) * static_cast<std::uint64_t>(facts.size.height) >
      settings.max_pixels)
    return fail(ErrorCode::limit_exceeded, Retry::never, subject,
                fmt::format("a picture of the page has {} x {} pixels, more than the limit allows",
                            facts.size.width, facts.size.height));
  read_filters(dictionary, facts);
  QPDFObjectHandle mask = dictionary.getKey("/ImageMask");
  facts.mask = mask.isBool() && mask.getBoolValue();
  facts.bits = int_of(dictionary.getKey("/BitsPerComponent"), facts.mask ? 1 : 8);
  const std::string codec = facts.codec();
  if (facts.mask || codec == "/CCITTFaxDecode" || codec == "/JBIG2Decode") facts.bits = 1;
  if (codec == "/DCTDecode") facts.bits = 8;
  if (facts.mask) facts.space = ColourSpace{};
  else facts.space = colour_space(dictionary.getKey("/ColorSpace"), resources, subject);
  read_decode(dictionary.getKey("/Decode"), facts);
  return facts;
}

// The bytes that the codec at the end of the chain gets; other filters before it are undone.
Result<Bytes> coded_bytes(Document& document, QPDFObjectHandle stream, const Facts& facts,
                          const std::string& subject) {
  SOGOC_TRY(Bytes raw, raw_bytes(stream, kMaxCodedBytes, subject));
  if (raw.empty()) return damaged(subject);
  if (facts.filters.size() == 1) return raw;
  QPDFObjectHandle inner = QPDFObjectHandle::newStream(
      document.qpdf.get(), std::string(raw.begin(), raw.end()));
  QPDFObjectHandle filters = QPDFObjectHandle::newArray();
  QPDFObjectHandle parameters = QPDFObjectHandle::newArray();
  for (std::size_t i = 0; i + 1 < facts.filters.size(); ++i) {
    if (facts.filters[i] == "/Crypt") continue;  // undone by qpdf already
    filters.appendItem(QPDFObjectHandle::newName(facts.filters[i]));
    parameters.appendItem(facts.parameters[i]);
  }
  inner.getDict().replaceKey("/Filter", filters);
  inner.getDict().replaceKey("/DecodeParms", parameters);
  SOGOC_TRY(Bytes bytes, decoded_bytes(inner, kMaxCodedBytes, subject));
  if (bytes.empty()) return damaged(subject);
  return bytes;
}

// ---- Pixels -----------------------------------------------------------------------------------

PageImage inverted(const PageImage& image) {
  Bytes pixels(image.pixels().begin(), image.pixels().end());
  for (std::uint8_t& value : pixels) value = static_cast<std::uint8_t>(~value);
  return PageImage::create(image.size(), image.format(), image.resolution(), std::move(pixels))
      .value_or(PageImage());
}

Result<PageImage> to_gray(const PageImage& image) {
  if (image.format() == PixelFormat::gray8) return image;
  const auto width = static_cast<std::size_t>(image.size().width);
  Bytes pixels(width * static_cast<std::size_t>(image.size().height));
  for (int y = 0; y < image.size().height; ++y) {
    const auto row = image.row(y);
    std::uint8_t* out = pixels.data() + static_cast<std::size_t>(y) * width;
    for (std::size_t x = 0; x < width; ++x) {
      if (image.format() == PixelFormat::bit1)
        out[x] = (row[x / 8] >> (7 - x % 8)) & 1 ? 0 : 255;
      else
        out[x] = static_cast<std::uint8_t>(
            (299u * row[3 * x] + 587u * row[3 * x + 1] + 114u * row[3 * x + 2] + 500u) / 1000u);
    }
  }
  return PageImage::create(image.size(), PixelFormat::gray8, image.resolution(),
                           std::move(pixels));
}

// One sample of 1, 2, 4, 8 or 16 bits.
unsigned sample_at(std::span<const std::uint8_t> row, std::size_t index, int bits) {
  switch (bits) {
    case 8: return row[index];
    case 16: return static_cast<unsigned>(row[2 * index]) << 8 | row[2 * index + 1];
    default: {
      const std::size_t bit = index * static_cast<std::size_t>(bits);
      const int shift = 8 - bits - static_cast<int>(bit % 8);
      return (static_cast<unsigned>(row[bit / 8]) >> shift) & ((1u << bits) - 1u);
    }
  }
}

std::uint8_t to_eight_bits(unsigned sample, int bits) {
  if (bits == 8) return static_cast<std::uint8_t>(sample);
  return static_cast<std::uint8_t>((sample * 255u + ((1u << bits) - 1u) / 2u) /
                                   ((1u << bits) - 1u));
}

std::size_t row_bytes(int width, int components, int bits) {
  return (static_cast<std::size_t>(width) * static_cast<std::size_t>(components) *
              static_cast<std::size_t>(bits) + 7) / 8;
}

bool all_gray(const Bytes& palette) {
  for (std::size_t i = 0; i + 2 < palette.size(); i += 3)
    if (palette[i] != palette[i + 1] || palette[i] != palette[i + 2]) return false;
  return true;
}

// Plain samples as stored in the PDF to pixels as shown (without /Decode).
Result<PageImage> pixels_of_samples(std::span<const std::uint8_t> samples, const Facts& facts) {
  const ColourSpace& space = *facts.space;
  const auto width = static_cast<std::size_t>(facts.size.width);
  const auto height = static_cast<std::size_t>(facts.size.height);
  const std::size_t stride = row_bytes(facts.size.width, space.components(), facts.bits);
  if (space.kind == Kind::gray && facts.bits == 1) {
    Bytes pixels(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(stride * height));
    for (std::uint8_t& byte : pixels) byte = static_cast<std::uint8_t>(~byte);
    return PageImage::create(facts.size, PixelFormat::bit1, {}, std::move(pixels));
  }
  const bool gray = space.kind == Kind::gray ||
                    (space.kind == Kind::indexed && all_gray(space.palette));
  const std::size_t channels = gray ? 1 : 3;
  Bytes pixels(width * height * channels);
  for (std::size_t y = 0; y < height; ++y) {
    const auto row = samples.subspan(y * stride, stride);
    std::uint8_t* out = pixels.data() + y * width * channels;
    for (std::size_t x = 0; x < width; ++x, out += channels) {
      if (space.kind == Kind::indexed) {
        const std::size_t entry = std::min<std::size_t>(sample_at(row, x, facts.bits),
                                                        space.palette.size() / 3 - 1);
        for (std::size_t c = 0; c < channels; ++c) out[c] = space.palette[3 * entry + c];
      } else if (space.kind == Kind::cmyk) {
        std::uint8_t ink[4];
        for (std::size_t c = 0; c < 4; ++c) {
          ink[c] = to_eight_bits(sample_at(row, 4 * x + c, facts.bits), facts.bits);
          if (facts.inverted) ink[c] = static_cast<std::uint8_t>(255 - ink[c]);
        }
        decoding::cmyk_to_rgb(ink[0], ink[1], ink[2], ink[3], out);
      } else {
        for (std::size_t c = 0; c < channels; ++c)
          out[c] = to_eight_bits(sample_at(row, channels * x + c, facts.bits), facts.bits);
      }
    }
  }
  return PageImage::create(facts.size, gray ? PixelFormat::gray8 : PixelFormat::rgb8, {},
                           std::move(pixels));
}

Bytes deflated(std::span<const std::uint8_t> bytes) {
  Pl_Buffer buffer("deflated");
  Pl_Flate flate("flate", &buffer, Pl_Flate::a_deflate);
  flate.write(bytes.data(), bytes.size());
  flate.finish();
  const std::shared_ptr<Buffer> out = buffer.getBufferSharedPointer();
  return {out->getBuffer(), out->getBuffer() + out->getSize()};
}

ColourModel model_of(PixelFormat format) {
  switch (format) {
    case PixelFormat::bit1: return ColourModel::bilevel;
    case PixelFormat::gray8: return ColourModel::gray;
    case PixelFormat::rgb8: return ColourModel::rgb;
  }
  return ColourModel::rgb;
}

// ---- One codec each -----------------------------------------------------------------------------

struct JpegHead {
  SizePx size;
  int components = 0;
  bool adobe = false;
};

std::optional<JpegHead> jpeg_head(const Bytes& bytes) {
  JpegHead head;
  std::size_t at = 2;
  while (at + 4 <= bytes.size()) {
    if (bytes[at] != 0xFF) {
      ++at;
      continue;
    }
    const unsigned marker = bytes[at + 1];
    if (marker == 0xFF || marker == 0 || (marker >= 0xD0 && marker <= 0xD8)) {
      at += marker == 0xFF ? 1 : 2;
      continue;
    }
    const std::size_t length = static_cast<std::size_t>(bytes[at + 2]) << 8 | bytes[at + 3];
    if (marker == 0xEE && length >= 14 && at + 9 < bytes.size() &&
        std::memcmp(bytes.data() + at + 4, "Adobe", 5) == 0)
      head.adobe = true;
    const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 &&
                       marker != 0xCC;
    if (frame && at + 10 <= bytes.size()) {
      head.size = {bytes[at + 7] << 8 | bytes[at + 8], bytes[at + 5] << 8 | bytes[at + 6]};
      head.components = bytes[at + 9];
      return head;
    }
    if (marker == 0xDA) return std::nullopt;
    at += 2 + length;
  }
  return std::nullopt;
}

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

Result<Native> from_jpeg(Bytes bytes, const Facts& facts, const DecodeLimits& limits,
                         const std::string& subject) {
  const std::optional<JpegHead> head = jpeg_head(bytes);
  if (!head) return damaged(subject);
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
    Facts eight_bits = facts;
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

// True when a PDF/A-2 may carry these bytes: a JP2 file with one or three plain 8-bit channels.
bool plain_jp2(const Bytes& bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()),
                              std::min<std::size_t>(bytes.size(), 4096));
  if (text.size() < 12 || text.substr(4, 4) != "jP  ") return false;
  const std::size_t size = text.find("\xFF\x4F\xFF\x51");
  if (size == std::string_view::npos || size + 42 > text.size()) return false;
  const std::string_view boxes = text.substr(0, size);
  if (boxes.find("colr") == std::string_view::npos) return false;
  for (const char* odd : {"pclr", "cdef", "cmap"})
    if (boxes.find(odd) != std::string_view::npos) return false;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[size + i]); };
  const int components = byte(40) << 8 | byte(41);
  if ((components != 1 && components != 3) ||
      size + 42 + static_cast<std::size_t>(components) * 3 > text.size())
    return false;
  for (int c = 0; c < components; ++c)
    if (byte(42 + static_cast<std::size_t>(c) * 3) != 7) return false;  // 8 bits, unsigned
  return true;
}

Result<Native> from_jpx(QPDFObjectHandle dictionary, Bytes bytes, const Facts& facts,
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
Result<Native> in_colours(NativeImage image, const Facts& facts) {
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
  Facts two_colours = facts;
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

Result<Native> from_ccitt(Bytes bytes, const Facts& facts, const DecodeLimits& limits,
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

Result<Native> from_jbig2(Bytes bytes, const Facts& facts, const DecodeLimits& limits,
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
std::optional<int> passing_predictor(const Facts& facts) {
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

// Where a picture's samples lie within the ranges of /Mask, it is not painted.
std::optional<PageImage> colour_key_mask(QPDFObjectHandle key, std::span<const std::uint8_t> samples,
                                         const Facts& facts) {
  const int components = facts.space->components();
  if (key.getArrayNItems() != 2 * components) return std::nullopt;
  std::array<std::pair<unsigned, unsigned>, 4> ranges;
  for (int c = 0; c < components; ++c)
    ranges[static_cast<std::size_t>(c)] = {
        static_cast<unsigned>(std::max(0, int_of(key.getArrayItem(2 * c), 0))),
        static_cast<unsigned>(std::max(0, int_of(key.getArrayItem(2 * c + 1), 0)))};
  const auto n = static_cast<std::size_t>(components);
  const std::size_t stride = row_bytes(facts.size.width, components, facts.bits);
  const std::size_t out_stride = PageImage::stride_of(facts.size.width, PixelFormat::bit1);
  Bytes mask(out_stride * static_cast<std::size_t>(facts.size.height));
  for (std::size_t y = 0; y < static_cast<std::size_t>(facts.size.height); ++y) {
    const auto row = samples.subspan(y * stride, stride);
    for (std::size_t x = 0; x < static_cast<std::size_t>(facts.size.width); ++x) {
      bool hidden = true;
      for (std::size_t c = 0; c < n && hidden; ++c) {
        const unsigned value = sample_at(row, x * n + c, facts.bits);
        hidden = value >= ranges[c].first && value <= ranges[c].second;
      }
      if (hidden) mask[y * out_stride + x / 8] |= static_cast<std::uint8_t>(0x80u >> (x % 8));
    }
  }
  Result<PageImage> image =
      PageImage::create(facts.size, PixelFormat::bit1, {}, std::move(mask));
  return image ? std::optional<PageImage>(*image) : std::nullopt;
}

Result<Native> from_samples(QPDFObjectHandle stream, const Facts& facts,
                            const std::string& subject) {
  if (!facts.space) return Native();
  const ColourSpace& space = *facts.space;
  if (facts.bits != 1 && facts.bits != 2 && facts.bits != 4 && facts.bits != 8 && facts.bits != 16)
    return damaged(subject);
  if (space.kind == Kind::indexed && facts.bits == 16) return damaged(subject);
  const std::size_t stride = row_bytes(facts.size.width, space.components(), facts.bits);
  const std::size_t expected = stride * static_cast<std::size_t>(facts.size.height);
  if (expected > kMaxCodedBytes)
    return fail(ErrorCode::limit_exceeded, Retry::never, subject,
                "a picture of the page needs more memory than the limit allows");
  SOGOC_TRY(Bytes samples, decoded_bytes(stream, 2 * expected + (1u << 20), subject));
  if (samples.size() + stride < expected || samples.size() < stride) return damaged(subject);
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

Result<Native> read_pixels(Document& document, QPDFObjectHandle stream, const Facts& facts,
                           const ReadingSettings& settings, const std::string& subject) {
  const DecodeLimits limits{settings.max_pixels};
  const std::string codec = facts.codec();
  for (std::size_t i = 0; i + 1 < facts.filters.size(); ++i) {
    Facts before;
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
  SOGOC_TRY(Facts facts, image_facts(mask.getDict(), drawn.resources, settings, subject));
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
    SOGOC_TRY(const Facts facts,
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
