#include "workers/decode/jpeg_decoder.hpp"

#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <utility>

#include <jpeglib.h>

#include <jerror.h>

namespace sogoc::decoding {

// libjpeg leaves a failing call by longjmp. Every function below that sets the jump holds only
// plain values, so nothing is skipped that should have been destroyed. No other function may call
// into libjpeg (but to destroy it): the jump would go to a frame that is gone.
struct JpegDecoder::State {
  jpeg_decompress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  std::jmp_buf jump{};
  Input input;
  JpegFacts facts;
  bool created = false;
  bool missing_end = false;  // libjpeg ran out of bytes
  bool corrupt = false;      // it filled in pixels of its own
  bool unsupported = false;
  bool several_scans = false;
  bool too_large = false;
  char message[JMSG_LENGTH_MAX] = {};

  ~State() {
    if (created) jpeg_destroy_decompress(&jpeg);
  }
};

namespace {

using State = JpegDecoder::State;

State& state_of(j_common_ptr jpeg) { return *static_cast<State*>(jpeg->client_data); }

[[noreturn]] void leave(j_common_ptr jpeg) {
  State& state = state_of(jpeg);
  (*jpeg->err->format_message)(jpeg, state.message);
  switch (jpeg->err->msg_code) {
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_NOT_COMPILED:
    case JERR_ARITH_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL: state.unsupported = true; break;
    case JERR_IMAGE_TOO_BIG: state.too_large = true; break;
    default: break;
  }
  std::longjmp(state.jump, 1);
}

void note_warning(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  State& state = state_of(jpeg);
  switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF: state.missing_end = true; break;
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_BOGUS_PROGRESSION: state.corrupt = true; break;
    default: break;  // stray bytes between markers and the like: no pixel is lost
  }
}

void print_nothing(j_common_ptr) {}

// A small progressive file may ask for thousands of passes over a large picture.
void watch_scans(j_common_ptr jpeg) {
  constexpr int kMostScans = 200;
  if (jpeg->is_decompressor &&
      reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number > kMostScans) {
    State& state = state_of(jpeg);
    std::snprintf(state.message, sizeof state.message, "more than %d passes", kMostScans);
    std::longjmp(state.jump, 1);
  }
}

JpegColour colour_of(J_COLOR_SPACE space) {
  switch (space) {
    case JCS_GRAYSCALE: return JpegColour::gray;
    case JCS_YCbCr: return JpegColour::ycc;
    case JCS_RGB: return JpegColour::rgb;
    case JCS_CMYK: return JpegColour::cmyk;
    case JCS_YCCK: return JpegColour::ycck;
    default: return JpegColour::other;
  }
}

bool read_header(State& state) {
  state.jpeg.err = jpeg_std_error(&state.errors);
  state.errors.error_exit = leave;
  state.errors.emit_message = note_warning;
  state.errors.output_message = print_nothing;
  state.jpeg.client_data = &state;
  if (setjmp(state.jump)) return false;
  jpeg_create_decompress(&state.jpeg);
  state.created = true;
  state.progress.progress_monitor = watch_scans;
  state.jpeg.progress = &state.progress;
  jpeg_mem_src(&state.jpeg, state.input.bytes.data(),
               static_cast<unsigned long>(state.input.bytes.size()));
  jpeg_save_markers(&state.jpeg, JPEG_APP0 + 1, 0xFFFF);  // EXIF
  jpeg_save_markers(&state.jpeg, JPEG_APP0 + 2, 0xFFFF);  // ICC
  if (jpeg_read_header(&state.jpeg, TRUE) != JPEG_HEADER_OK) return false;
  // Asked here: after the last row libjpeg takes the question for a mistake and jumps.
  state.several_scans = jpeg_has_multiple_scans(&state.jpeg) != FALSE;
  return true;
}

bool start(State& state, J_COLOR_SPACE out) {
  if (setjmp(state.jump)) return false;
  state.jpeg.out_color_space = out;
  return jpeg_start_decompress(&state.jpeg) != FALSE;
}

bool read_rows(State& state, std::uint8_t* first, std::size_t stride, unsigned rows) {
  if (setjmp(state.jump)) return false;
  constexpr unsigned kRowsAtOnce = 16;
  JSAMPROW pointers[kRowsAtOnce];
  const unsigned until = state.jpeg.output_scanline + rows;
  std::uint8_t* next = first;
  while (state.jpeg.output_scanline < until && !state.corrupt) {
    const unsigned left = until - state.jpeg.output_scanline;
    const unsigned wanted = left < kRowsAtOnce ? left : kRowsAtOnce;
    for (unsigned i = 0; i < wanted; ++i) pointers[i] = next + i * stride;
    const unsigned got = jpeg_read_scanlines(&state.jpeg, pointers, wanted);
    if (got == 0) return false;
    next += got * stride;
  }
  return true;
}

bool finish(State& state) {
  if (setjmp(state.jump)) return false;
  return jpeg_finish_decompress(&state.jpeg) != FALSE;
}

void read_markers(State& state) {
  const jpeg_decompress_struct& jpeg = state.jpeg;
  if (jpeg.saw_JFIF_marker && (jpeg.density_unit == 1 || jpeg.density_unit == 2)) {
    const double to_dpi = jpeg.density_unit == 2 ? 2.54 : 1.0;
    state.facts.resolution = stated_resolution(jpeg.X_density * to_dpi, jpeg.Y_density * to_dpi);
  }
  constexpr std::size_t kExifStart = 6;  // "Exif", 0, 0
  for (jpeg_saved_marker_ptr marker = jpeg.marker_list; marker; marker = marker->next) {
    if (marker->marker != JPEG_APP0 + 1 || marker->data_length <= kExifStart ||
        std::memcmp(marker->data, "Exif\0\0", kExifStart) != 0)
      continue;
    const ExifFacts exif =
        read_exif(Bytes(marker->data + kExifStart, marker->data_length - kExifStart));
    state.facts.orientation = exif.orientation;
    if (!state.facts.resolution.known()) state.facts.resolution = exif.resolution;
    break;
  }
}

bool read_icc(State& state, JOCTET** icc, unsigned* length) {
  if (setjmp(state.jump)) return false;
  return jpeg_read_icc_profile(&state.jpeg, icc, length) != FALSE;
}

tl::unexpected<Error> failure(const State& state) {
  if (state.unsupported)
    return fail(ErrorCode::unsupported_input, Retry::never, state.input.subject,
                std::string("this form of JPEG is not read (") + state.message +
                    "); save it as an ordinary 8-bit JPEG or as TIFF");
  if (state.too_large)
    return fail(ErrorCode::limit_exceeded, Retry::never, state.input.subject,
                "a JPEG side is over the limit of 65500 pixels; scan it at a lower resolution");
  if (state.missing_end) return ends_early(state.input.subject);
  return damaged(state.input.subject,
                 state.message[0] ? state.message : "its JPEG data cannot be followed");
}

}  // namespace

JpegDecoder::JpegDecoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
JpegDecoder::JpegDecoder(JpegDecoder&&) noexcept = default;
JpegDecoder& JpegDecoder::operator=(JpegDecoder&&) noexcept = default;
JpegDecoder::~JpegDecoder() = default;

Result<JpegDecoder> JpegDecoder::open(const Input& input) {
  auto owned = std::make_unique<State>();
  State& state = *owned;
  state.input = input;
  if (!read_header(state)) return failure(state);
  SOGOC_CHECK(check_size(state.jpeg.image_width, state.jpeg.image_height, input));
  JpegFacts& facts = state.facts;
  facts.size = {static_cast<int>(state.jpeg.image_width),
                static_cast<int>(state.jpeg.image_height)};
  facts.components = state.jpeg.num_components;
  facts.colour = colour_of(state.jpeg.jpeg_color_space);
  facts.adobe_marker = state.jpeg.saw_Adobe_marker != FALSE;
  facts.arithmetic = state.jpeg.arith_code != FALSE;
  facts.progressive = state.jpeg.progressive_mode != FALSE;
  read_markers(state);
  JOCTET* icc = nullptr;
  unsigned length = 0;
  if (read_icc(state, &icc, &length)) {
    const std::unique_ptr<JOCTET, decltype(&std::free)> owner(icc, &std::free);
    facts.icc.assign(icc, icc + length);
  }
  return JpegDecoder(std::move(owned));
}

const JpegFacts& JpegDecoder::facts() const { return state_->facts; }

Result<PageImage> JpegDecoder::decode(CmykSense sense, Bytes cmyk_profile) {
  State& state = *state_;
  const JpegFacts& facts = state.facts;
  const bool is_cmyk = facts.colour == JpegColour::cmyk || facts.colour == JpegColour::ycck;
  const bool is_gray = facts.colour == JpegColour::gray;
  if (facts.colour == JpegColour::other)
    return fail(ErrorCode::unsupported_input, Retry::never, state.input.subject,
                "this JPEG has an unknown number of colours; save it as an ordinary JPEG");
  if (!start(state, is_gray ? JCS_GRAYSCALE : (is_cmyk ? JCS_CMYK : JCS_RGB)))
    return failure(state);

  const PixelFormat format = is_gray ? PixelFormat::gray8 : PixelFormat::rgb8;
  const auto width = static_cast<std::size_t>(facts.size.width);
  const auto height = static_cast<std::size_t>(facts.size.height);
  const std::size_t stride = PageImage::stride_of(facts.size.width, format);
  Buffer pixels(stride * height);
  if (!is_cmyk) {
    if (!read_rows(state, pixels.data(), stride, static_cast<unsigned>(height)))
      return failure(state);
  } else {
    const bool turn_over =
        sense == CmykSense::inverted || (sense == CmykSense::by_adobe_marker && facts.adobe_marker);
    const CmykToRgb to_rgb(cmyk_profile);
    Buffer row(4 * width);
    for (std::size_t y = 0; y < height && !state.corrupt; ++y) {
      if (!read_rows(state, row.data(), row.size(), 1)) return failure(state);
      if (turn_over)
        for (std::uint8_t& ink : row) ink = static_cast<std::uint8_t>(255 - ink);
      to_rgb.convert(row.data(), pixels.data() + y * stride, width);
    }
  }
  if (state.corrupt) return failure(state);
  // Only a stream in one scan is surely whole when its end mark is missing.
  if (!finish(state)) return failure(state);
  if (state.corrupt || (state.missing_end && (facts.progressive || state.several_scans)))
    return failure(state);
  return PageImage::create(facts.size, format, facts.resolution, std::move(pixels));
}

std::size_t JpegDecoder::end() const {
  return state_->input.bytes.size() - (state_->missing_end ? 0 : state_->jpeg.src->bytes_in_buffer);
}

bool JpegDecoder::has_end_mark() const { return !state_->missing_end; }

}  // namespace sogoc::decoding

namespace sogoc {

Result<PageImage> decode_jpeg(std::span<const std::uint8_t> bytes, const std::string& subject,
                              const DecodeLimits& limits, CmykSense cmyk) {
  using namespace decoding;
  SOGOC_TRY(JpegDecoder decoder,
            JpegDecoder::open({.bytes = bytes, .subject = subject, .limits = limits}));
  return decoder.decode(cmyk, usable_profile(decoder.facts().icc, ProfileKind::cmyk));
}

}  // namespace sogoc
