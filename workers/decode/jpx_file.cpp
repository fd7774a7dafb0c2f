// JPEG 2000, as JP2 files or bare codestreams, through OpenJPEG.

#include <algorithm>
#include <cstring>
#include <memory>

#include <openjpeg.h>

#include <fmt/format.h>

#include "workers/decode/decoding.hpp"

namespace sogoc::decoding {

namespace {

struct CodecFreer {
  void operator()(opj_codec_t* codec) const noexcept { opj_destroy_codec(codec); }
};
struct StreamFreer {
  void operator()(opj_stream_t* stream) const noexcept { opj_stream_destroy(stream); }
};
struct ImageFreer {
  void operator()(opj_image_t* image) const noexcept { opj_image_destroy(image); }
};
using CodecPtr = std::unique_ptr<opj_codec_t, CodecFreer>;
using StreamPtr = std::unique_ptr<opj_stream_t, StreamFreer>;
using ImagePtr = std::unique_ptr<opj_image_t, ImageFreer>;

struct Source {
  Bytes bytes;
  std::size_t position = 0;
};

OPJ_SIZE_T read_some(void* to, OPJ_SIZE_T length, void* user) {
  auto& source = *static_cast<Source*>(user);
  const std::size_t count = std::min<std::size_t>(length, source.bytes.size() - source.position);
  if (count == 0) return static_cast<OPJ_SIZE_T>(-1);
  std::memcpy(to, source.bytes.data() + source.position, count);
  source.position += count;
  return count;
}
OPJ_OFF_T skip_some(OPJ_OFF_T length, void* user) {
  auto& source = *static_cast<Source*>(user);
  if (length < 0) return -1;
  const std::size_t count = std::min<std::size_t>(static_cast<std::size_t>(length),
                                                  source.bytes.size() - source.position);
  source.position += count;
  return static_cast<OPJ_OFF_T>(count);
}
OPJ_BOOL seek_to(OPJ_OFF_T position, void* user) {
  auto& source = *static_cast<Source*>(user);
  if (position < 0 || static_cast<std::size_t>(position) > source.bytes.size()) return OPJ_FALSE;
  source.position = static_cast<std::size_t>(position);
  return OPJ_TRUE;
}

struct Said {
  std::string error;
};
void keep_error(const char* text, void* user) {
  auto& said = *static_cast<Said*>(user);
  if (!said.error.empty() || !text) return;
  said.error = text;
  while (!said.error.empty() && said.error.back() == '\n') said.error.pop_back();
}
void ignore(const char*, void*) {}

bool is_codestream(Bytes bytes) {
  constexpr std::uint8_t kStart[] = {0xFF, 0x4F, 0xFF, 0x51};
  return bytes.size() >= 4 && std::equal(std::begin(kStart), std::end(kStart), bytes.begin());
}

std::uint32_t u32(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 24 |
         static_cast<std::uint32_t>(bytes[at + 1]) << 16 |
         static_cast<std::uint32_t>(bytes[at + 2]) << 8 | bytes[at + 3];
}

// ---- What the JP2 boxes say, beyond what OpenJPEG tells --------------------------------------

struct Boxes {
  bool bits_vary = false;         // bpcc
  bool palette = false;           // pclr
  bool channels_defined = false;  // cdef: alpha or another order
  int colour_boxes = 0;
  int method = 0;
  std::uint32_t colour_space = 0;  // enumerated: 16 sRGB, 17 gray, 18 sYCC
  Bytes icc;
  Resolution resolution;
  std::size_t codestream_end = 0;  // 0: not found
};

double box_dpi(Bytes body, std::size_t number_at, std::size_t exponent_at) {
  const double over = body[number_at] * 256.0 + body[number_at + 1];
  const double under = body[number_at + 2] * 256.0 + body[number_at + 3];
  if (under <= 0) return 0;
  double per_metre = over / under;
  for (int e = static_cast<std::int8_t>(body[exponent_at]); e > 0 && per_metre < 1e9; --e)
    per_metre *= 10;
  for (int e = static_cast<std::int8_t>(body[exponent_at]); e < 0 && per_metre > 1e-9; ++e)
    per_metre /= 10;
  return per_metre * 0.0254;
}

void read_boxes(Bytes bytes, std::size_t from, std::size_t until, int depth, Boxes& boxes) {
  std::size_t at = from;
  while (until - at >= 8) {
    std::uint64_t length = u32(bytes, at);
    const std::uint32_t kind = u32(bytes, at + 4);
    std::size_t head = 8;
    if (length == 1) {
      if (until - at < 16) return;
      length = static_cast<std::uint64_t>(u32(bytes, at + 8)) << 32 | u32(bytes, at + 12);
      head = 16;
    } else if (length == 0) {
      length = until - at;
    }
    if (length < head || length > until - at) return;
    const std::size_t end = at + static_cast<std::size_t>(length);
    const Bytes body = bytes.subspan(at + head, end - at - head);
    switch (kind) {
      case 0x6A703268:  // jp2h
      case 0x72657320:  // "res "
        if (depth < 3) read_boxes(bytes, at + head, end, depth + 1, boxes);
        break;
      case 0x62706363: boxes.bits_vary = true; break;         // bpcc
      case 0x70636C72: boxes.palette = true; break;           // pclr
      case 0x63646566: boxes.channels_defined = true; break;  // cdef
      case 0x636F6C72:                                        // colr
        if (++boxes.colour_boxes == 1 && body.size() >= 3) {
          boxes.method = body[0];
          if (boxes.method == 1 && body.size() >= 7) boxes.colour_space = u32(body, 3);
          if (boxes.method == 2) boxes.icc = body.subspan(3);
        }
        break;
      case 0x72657363:  // resc: of the scanner
      case 0x72657364:  // resd: for display
        if (body.size() >= 10 && !boxes.resolution.known())
          boxes.resolution = stated_resolution(box_dpi(body, 4, 9), box_dpi(body, 0, 8));
        break;
      case 0x6A703263: boxes.codestream_end = end; break;  // jp2c
      default: break;
    }
    at = end;
  }
}

// ---- Decoding ---------------------------------------------------------------------------------

struct Decoded {
  ImagePtr image;
  Boxes boxes;
};

// A codestream starts with its size marker: checked before OpenJPEG sees it.
Done check_codestream_size(const Input& input, std::size_t at) {
  if (input.bytes.size() - at < 41) return ends_early(input.subject);
  const std::uint32_t right = u32(input.bytes, at + 8);
  const std::uint32_t bottom = u32(input.bytes, at + 12);
  const std::uint32_t left = u32(input.bytes, at + 16);
  const std::uint32_t top = u32(input.bytes, at + 20);
  const std::uint32_t tile_width = u32(input.bytes, at + 24);
  const std::uint32_t tile_height = u32(input.bytes, at + 28);
  SOGOC_CHECK(check_size(std::int64_t{right} - left, std::int64_t{bottom} - top, input));
  if (tile_width == 0 || tile_height == 0) return damaged(input.subject, "its tiles");
  const std::uint64_t tiles =
      (std::uint64_t{right} / tile_width + 1) * (std::uint64_t{bottom} / tile_height + 1);
  constexpr std::uint64_t kMostTiles = 65'535;
  if (tiles > kMostTiles * 2) return damaged(input.subject, "too many tiles");
  return {};
}

Result<Decoded> decode_image(const Input& input, bool header_only) {
  Decoded decoded;
  const bool bare = is_codestream(input.bytes);
  if (bare) {
    SOGOC_CHECK(check_codestream_size(input, 0));
  } else {
    read_boxes(input.bytes, 0, input.bytes.size(), 0, decoded.boxes);
    if (decoded.boxes.codestream_end == 0) return ends_early(input.subject);
  }
  Source source{input.bytes, 0};
  Said said;
  const CodecPtr codec(opj_create_decompress(bare ? OPJ_CODEC_J2K : OPJ_CODEC_JP2));
  const StreamPtr stream(opj_stream_create(1 << 16, OPJ_TRUE));
  if (!codec || !stream)
    return fail(ErrorCode::internal, Retry::never, input.subject, "OpenJPEG cannot start");
  opj_set_error_handler(codec.get(), keep_error, &said);
  opj_set_warning_handler(codec.get(), ignore, nullptr);
  opj_set_info_handler(codec.get(), ignore, nullptr);
  opj_stream_set_user_data(stream.get(), &source, nullptr);
  opj_stream_set_user_data_length(stream.get(), input.bytes.size());
  opj_stream_set_read_function(stream.get(), read_some);
  opj_stream_set_skip_function(stream.get(), skip_some);
  opj_stream_set_seek_function(stream.get(), seek_to);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  const auto failure = [&]() -> tl::unexpected<Error> {
    if (source.position >= input.bytes.size()) return ends_early(input.subject);
    return damaged(input.subject, said.error.empty() ? "its JPEG 2000 data" : said.error);
  };
  if (!opj_setup_decoder(codec.get(), &parameters) ||
      !opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE))
    return fail(ErrorCode::internal, Retry::never, input.subject, "OpenJPEG cannot start");
  opj_image_t* read = nullptr;
  const bool has_header = opj_read_header(stream.get(), codec.get(), &read) != OPJ_FALSE;
  decoded.image.reset(read);
  if (!has_header || !read) return failure();
  const opj_image_t& image = *decoded.image;
  SOGOC_CHECK(
      check_size(std::int64_t{image.x1} - image.x0, std::int64_t{image.y1} - image.y0, input));
  constexpr std::uint32_t kMostComponents = 5;
  if (image.numcomps < 1 || image.numcomps > kMostComponents)
    return fail(ErrorCode::unsupported_input, Retry::never, input.subject,
                fmt::format("JPEG 2000 with {} components is not read; save it as RGB or gray",
                            image.numcomps));
  for (std::uint32_t i = 0; i < image.numcomps; ++i)
    if (image.comps[i].prec < 1 || image.comps[i].prec > 16 || image.comps[i].dx < 1 ||
        image.comps[i].dx > 4 || image.comps[i].dy < 1 || image.comps[i].dy > 4)
      return fail(ErrorCode::unsupported_input, Retry::never, input.subject,
                  "JPEG 2000 of this depth or sampling is not read; save it as 8-bit RGB");
  if (header_only) return decoded;
  if (!opj_decode(codec.get(), stream.get(), decoded.image.get()) ||
      !opj_end_decompress(codec.get(), stream.get()))
    return failure();
  for (std::uint32_t i = 0; i < image.numcomps; ++i)
    if (!image.comps[i].data || image.comps[i].w == 0 || image.comps[i].h == 0) return failure();
  return decoded;
}

// One component's value at a pixel of the page, as 8 bits.
class Component {
 public:
  Component(const opj_image_comp_t& component)
      : component_(component),
        offset_(component.sgnd ? 1 << (component.prec - 1) : 0),
        most_((1 << component.prec) - 1) {}
  [[nodiscard]] std::uint8_t at(std::size_t x, std::size_t y) const {
    const std::size_t column = std::min<std::size_t>(x / component_.dx, component_.w - 1);
    const std::size_t row = std::min<std::size_t>(y / component_.dy, component_.h - 1);
    const int value = std::clamp(component_.data[row * component_.w + column] + offset_, 0, most_);
    return static_cast<std::uint8_t>(most_ == 255 ? value : (value * 255 + most_ / 2) / most_);
  }

 private:
  const opj_image_comp_t& component_;
  int offset_;
  int most_;
};

std::uint8_t clamped(double value) {
  return static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0));
}

struct Layout {
  std::size_t colours = 3;
  int alpha = -1;  // component
  bool ycc = false;
  bool cmyk = false;
};

Layout layout_of(const opj_image_t& image, const Boxes& boxes) {
  Layout layout;
  for (std::uint32_t i = 0; i < image.numcomps; ++i)
    if (image.comps[i].alpha != 0 && i > 0) layout.alpha = static_cast<int>(i);
  const std::uint32_t opaque = image.numcomps - (layout.alpha >= 0 ? 1 : 0);
  layout.cmyk = opaque >= 4 && (image.color_space == OPJ_CLRSPC_CMYK || boxes.colour_space == 12);
  layout.colours = opaque >= 3 ? 3 : 1;
  const bool subsampled = image.numcomps >= 3 && (image.comps[1].dx > image.comps[0].dx ||
                                                  image.comps[1].dy > image.comps[0].dy);
  layout.ycc =
      layout.colours == 3 && !layout.cmyk &&
      (image.color_space == OPJ_CLRSPC_SYCC || image.color_space == OPJ_CLRSPC_EYCC || subsampled);
  // Without words about it, a second or fourth component is opacity.
  if (layout.alpha < 0 && !layout.cmyk && (image.numcomps == 2 || image.numcomps == 4))
    layout.alpha = static_cast<int>(image.numcomps) - 1;
  return layout;
}

Result<PageImage> to_raster(const Decoded& decoded, const Layout& layout) {
  const opj_image_t& image = *decoded.image;
  const SizePx size{static_cast<int>(image.x1 - image.x0), static_cast<int>(image.y1 - image.y0)};
  std::vector<Component> components;
  for (std::uint32_t i = 0; i < image.numcomps; ++i) components.emplace_back(image.comps[i]);
  const auto width = static_cast<std::size_t>(size.width);
  Buffer pixels(width * static_cast<std::size_t>(size.height) * layout.colours);
  std::uint8_t* out = pixels.data();
  for (std::size_t y = 0; y < static_cast<std::size_t>(size.height); ++y) {
    for (std::size_t x = 0; x < width; ++x, out += layout.colours) {
      if (layout.cmyk) {
        cmyk_to_rgb(components[0].at(x, y), components[1].at(x, y), components[2].at(x, y),
                    components[3].at(x, y), out);
      } else if (layout.ycc) {
        const double luma = components[0].at(x, y);
        const double blue = components[1].at(x, y) - 128.0;
        const double red = components[2].at(x, y) - 128.0;
        out[0] = clamped(luma + 1.402 * red);
        out[1] = clamped(luma - 0.344136 * blue - 0.714136 * red);
        out[2] = clamped(luma + 1.772 * blue);
      } else {
        for (std::size_t c = 0; c < layout.colours; ++c) out[c] = components[c].at(x, y);
      }
      if (layout.alpha < 0) continue;
      const unsigned alpha = components[static_cast<std::size_t>(layout.alpha)].at(x, y);
      for (std::size_t c = 0; c < layout.colours; ++c) out[c] = on_white(out[c], alpha);
    }
  }
  return PageImage::create(size, layout.colours == 1 ? PixelFormat::gray8 : PixelFormat::rgb8,
                           decoded.boxes.resolution, std::move(pixels));
}

// ---- Passing the file's own bytes -------------------------------------------------------------

// What PDF/A-2 allows of JPEG 2000, less what viewers get wrong.
bool passes_through(const Decoded& decoded, bool bare) {
  const opj_image_t& image = *decoded.image;
  if (image.numcomps != 1 && image.numcomps != 3) return false;
  for (std::uint32_t i = 0; i < image.numcomps; ++i) {
    const opj_image_comp_t& c = image.comps[i];
    if (c.prec != 8 || c.sgnd || c.dx != 1 || c.dy != 1 || c.alpha != 0) return false;
  }
  if (bare) return true;
  const Boxes& boxes = decoded.boxes;
  if (boxes.bits_vary || boxes.palette || boxes.channels_defined || boxes.colour_boxes != 1)
    return false;
  if (boxes.method == 1) return boxes.colour_space == (image.numcomps == 1 ? 17u : 16u);
  return boxes.method == 2 &&
         !usable_profile(boxes.icc, image.numcomps == 1 ? ProfileKind::gray : ProfileKind::rgb)
              .empty();
}

void append_u32(Buffer& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(value >> shift));
}

// PDF wants the JP2 boxes around a codestream.
Buffer wrapped(Bytes codestream, const opj_image_t& image) {
  Buffer out{0,   0,   0,   12,  'j', 'P', ' ', ' ', 0x0D, 0x0A, 0x87, 0x0A, 0,   0,   0,   20,
             'f', 't', 'y', 'p', 'j', 'p', '2', ' ', 0,    0,    0,    0,    'j', 'p', '2', ' ',
             0,   0,   0,   45,  'j', 'p', '2', 'h', 0,    0,    0,    22,   'i', 'h', 'd', 'r'};
  append_u32(out, image.y1 - image.y0);
  append_u32(out, image.x1 - image.x0);
  out.insert(out.end(), {0, static_cast<std::uint8_t>(image.numcomps), 7, 7, 0, 0});
  out.insert(out.end(), {0, 0, 0, 15, 'c', 'o', 'l', 'r', 1, 0, 0});
  append_u32(out, image.numcomps == 1 ? 17 : 16);
  append_u32(out, 0);  // to the end of the file
  out.insert(out.end(), {'j', 'p', '2', 'c'});
  out.insert(out.end(), codestream.begin(), codestream.end());
  return out;
}

}  // namespace

Result<ImageFileFacts> inspect_jpx(const Input& input) {
  SOGOC_CHECK(decode_image(input, true));
  return ImageFileFacts{};
}

Result<ImagePage> read_jpx(const Input& input) {
  SOGOC_TRY(const Decoded decoded, decode_image(input, false));
  const opj_image_t& image = *decoded.image;
  const Layout layout = layout_of(image, decoded.boxes);
  ImagePage page;
  SOGOC_TRY(page.raster, to_raster(decoded, layout));
  const bool bare = is_codestream(input.bytes);
  const ProfileKind kind = layout.colours == 1 ? ProfileKind::gray : ProfileKind::rgb;
  if (passes_through(decoded, bare)) {
    page.coded.emplace();
    page.coded->bytes =
        bare ? wrapped(input.bytes, image) : Buffer(input.bytes.begin(), input.bytes.end());
    page.coded->picture.coding = PictureCoding::jpx;
    page.coded->picture.size = page.raster.size();
    page.coded->picture.colour = layout.colours == 1 ? ColourModel::gray : ColourModel::rgb;
    page.coded->icc = usable_profile(decoded.boxes.icc, kind);
    return page;
  }
  if (image.comps[0].prec > 8) page.notes.push_back("more than 8 bits a sample reduced to 8");
  if (layout.alpha >= 0) page.notes.push_back("transparent parts laid on white");
  if (layout.cmyk)
    page.notes.push_back("re-encoded from CMYK as sRGB");
  else if (!layout.ycc)
    page.icc = usable_profile(decoded.boxes.icc, kind);
  return page;
}

}  // namespace sogoc::decoding

namespace sogoc {

Result<PageImage> decode_jpx(std::span<const std::uint8_t> bytes, const std::string& subject,
                             const DecodeLimits& limits) {
  using namespace decoding;
  SOGOC_TRY(const Decoded decoded,
            decode_image({.bytes = bytes, .subject = subject, .limits = limits}, false));
  return to_raster(decoded, layout_of(*decoded.image, decoded.boxes));
}

}  // namespace sogoc
