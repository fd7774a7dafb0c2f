#include "workers/decode/decoding.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace sogoc::decoding {

tl::unexpected<Error> ends_early(const std::string& subject) {
  return fail(ErrorCode::invalid_input, Retry::never, subject,
              "the file ends early; scan or copy it again");
}

tl::unexpected<Error> damaged(const std::string& subject, const std::string& what) {
  return fail(ErrorCode::invalid_input, Retry::never, subject,
              fmt::format("the file is damaged ({}); scan or copy it again", what));
}

Done check_size(std::int64_t width, std::int64_t height, const Input& input) {
  if (width <= 0 || height <= 0)
    return damaged(input.subject, fmt::format("a picture of {} x {} pixels", width, height));
  constexpr std::int64_t kMost = std::numeric_limits<int>::max() / 4;
  if (width > kMost || height > kMost ||
      static_cast<std::uint64_t>(width) >
          input.limits.max_pixels / static_cast<std::uint64_t>(height))
    return fail(ErrorCode::limit_exceeded, Retry::never, input.subject,
                fmt::format("a picture of {} x {} pixels is over the limit of {} pixels; scan it "
                            "at a lower resolution or raise the limit",
                            width, height, input.limits.max_pixels));
  return {};
}

Resolution stated_resolution(double x_dpi, double y_dpi) {
  constexpr double kLeast = 30;
  constexpr double kMost = 2400;
  if (x_dpi > 0 && !(y_dpi > 0)) y_dpi = x_dpi;
  if (y_dpi > 0 && !(x_dpi > 0)) x_dpi = y_dpi;
  const auto plausible = [](double dpi) {
    return std::isfinite(dpi) && dpi >= kLeast && dpi <= kMost;
  };
  if (!plausible(x_dpi) || !plausible(y_dpi)) return {};
  if (x_dpi > 3 * y_dpi || y_dpi > 3 * x_dpi) return {};
  // Pixels per metre and per centimetre cannot hold whole dpi: 11811 a metre means 300 dpi.
  const auto tidy = [](double dpi) {
    return std::abs(dpi - std::round(dpi)) < 0.02 ? std::round(dpi) : dpi;
  };
  return {Dpi{tidy(x_dpi)}, Dpi{tidy(y_dpi)}};
}

Result<ImageFileFacts> inspect_image(MediaType type, const Input& input) {
  switch (type) {
    case MediaType::tiff: return inspect_tiff(input);
    case MediaType::jpeg: return inspect_jpeg(input);
    case MediaType::png: return inspect_png(input);
    case MediaType::jp2: return inspect_jpx(input);
    case MediaType::webp: return inspect_webp(input);
    case MediaType::bmp: return inspect_bmp(input);
    case MediaType::pnm: return inspect_pnm(input);
    case MediaType::pdf: break;
  }
  return fail(ErrorCode::unsupported_input, Retry::never, input.subject,
              "a PDF is not a picture file; give it to the PDF reader");
}

Result<ImagePage> read_image(MediaType type, const Input& input, std::uint32_t index) {
  if (type == MediaType::tiff) return read_tiff(input, index);
  if (index != 0)
    return fail(ErrorCode::invalid_input, Retry::never, input.subject,
                fmt::format("it has one page and page {} was asked for", index + 1));
  switch (type) {
    case MediaType::jpeg: return read_jpeg(input);
    case MediaType::png: return read_png(input);
    case MediaType::jp2: return read_jpx(input);
    case MediaType::webp: return read_webp(input);
    case MediaType::bmp: return read_bmp(input);
    case MediaType::pnm: return read_pnm(input);
    case MediaType::tiff:
    case MediaType::pdf: break;
  }
  return fail(ErrorCode::unsupported_input, Retry::never, input.subject,
              "a PDF is not a picture file; give it to the PDF reader");
}

Result<CodedPicture> code_losslessly(const PageImage& image) {
  CodedPicture coded;
  coded.picture.size = image.size();
  if (image.format() == PixelFormat::bit1) {
    SOGOC_TRY(coded.bytes, encode_g4(image));
    coded.picture.coding = PictureCoding::ccitt_g4;
    coded.picture.colour = ColourModel::bilevel;
    coded.picture.bits_per_component = 1;
    return coded;
  }
  SOGOC_TRY(coded.bytes, encode_flate(image));
  coded.picture.coding = PictureCoding::flate;
  coded.picture.predictor = 15;
  coded.picture.colour =
      image.format() == PixelFormat::gray8 ? ColourModel::gray : ColourModel::rgb;
  return coded;
}

namespace {

constexpr int kRecodeQuality = 92;

Result<CodedPicture> code_as_jpeg(const PageImage& image) {
  CodedPicture coded;
  SOGOC_TRY(coded.bytes, encode_jpeg(image, kRecodeQuality));
  coded.picture.coding = PictureCoding::jpeg;
  coded.picture.size = image.size();
  coded.picture.colour = image.format() == PixelFormat::rgb8 ? ColourModel::rgb : ColourModel::gray;
  return coded;
}

}  // namespace

Result<ImagePage> finish_page(ImagePage page) {
  const bool is_mirrored = page.orientation == 2 || page.orientation == 4 ||
                           page.orientation == 5 || page.orientation == 7;
  if (is_mirrored) {
    page.raster = mirrored(page.raster);
    // What remains after the mirror: nothing, a half turn, 270 or 90 degrees clockwise.
    constexpr int kAfterMirror[9] = {1, 1, 1, 1, 3, 8, 1, 6, 1};
    page.orientation = kAfterMirror[page.orientation];
    if (page.coded) page.icc = std::move(page.coded->icc);
    page.coded.reset();
    page.notes.push_back(page.recode == Recode::jpeg
                             ? "the file asks for a mirrored picture: mirrored and re-encoded as "
                               "JPEG at quality 92"
                             : "the file asks for a mirrored picture: mirrored without loss");
  }
  if (page.coded) return page;
  if (page.recode == Recode::jpeg && page.raster.format() != PixelFormat::bit1 &&
      page.raster.size().width <= 65'500 && page.raster.size().height <= 65'500) {
    SOGOC_TRY(page.coded, code_as_jpeg(page.raster));
  } else {
    page.raster = as_bilevel_if_lossless(page.raster);
    SOGOC_TRY(page.coded, code_losslessly(page.raster));
  }
  if (page.raster.format() != PixelFormat::bit1) page.coded->icc = std::move(page.icc);
  return page;
}

}  // namespace sogoc::decoding
