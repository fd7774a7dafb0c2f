#include <cstring>

#include <webp/decode.h>

#include "workers/decode/decoding.hpp"

namespace sogoc::decoding {

namespace {

// A chunk of the RIFF container; empty when it is not there or cut.
Bytes chunk(Bytes webp, const char* name) {
  std::size_t at = 12;
  while (webp.size() > at && webp.size() - at >= 8) {
    const std::size_t length =
        static_cast<std::size_t>(webp[at + 4]) | static_cast<std::size_t>(webp[at + 5]) << 8 |
        static_cast<std::size_t>(webp[at + 6]) << 16 | static_cast<std::size_t>(webp[at + 7]) << 24;
    if (webp.size() - at - 8 < length) return {};
    if (std::memcmp(webp.data() + at, name, 4) == 0) return webp.subspan(at + 8, length);
    at += 8 + length + length % 2;
  }
  return {};
}

Result<WebPBitstreamFeatures> features_of(const Input& input) {
  WebPBitstreamFeatures features;
  switch (WebPGetFeatures(input.bytes.data(), input.bytes.size(), &features)) {
    case VP8_STATUS_OK: break;
    case VP8_STATUS_NOT_ENOUGH_DATA: return ends_early(input.subject);
    default: return damaged(input.subject, "its WebP header");
  }
  SOGOC_CHECK(check_size(features.width, features.height, input));
  if (features.has_animation)
    return fail(ErrorCode::unsupported_input, Retry::never, input.subject,
                "an animated WebP is not a page; save its picture as PNG");
  const std::uint64_t riff = 8ull + (static_cast<std::uint64_t>(input.bytes[4]) |
                                     static_cast<std::uint64_t>(input.bytes[5]) << 8 |
                                     static_cast<std::uint64_t>(input.bytes[6]) << 16 |
                                     static_cast<std::uint64_t>(input.bytes[7]) << 24);
  if (riff > input.bytes.size()) return ends_early(input.subject);
  return features;
}

}  // namespace

Result<ImageFileFacts> inspect_webp(const Input& input) {
  SOGOC_CHECK(features_of(input));
  return ImageFileFacts{};
}

Result<ImagePage> read_webp(const Input& input) {
  SOGOC_TRY(const WebPBitstreamFeatures features, features_of(input));
  const auto count =
      static_cast<std::size_t>(features.width) * static_cast<std::size_t>(features.height);
  ImagePage page;
  Buffer pixels(3 * count);
  if (!features.has_alpha) {
    if (!WebPDecodeRGBInto(input.bytes.data(), input.bytes.size(), pixels.data(), pixels.size(),
                           3 * features.width))
      return damaged(input.subject, "its WebP data");
  } else {
    Buffer rgba(4 * count);
    if (!WebPDecodeRGBAInto(input.bytes.data(), input.bytes.size(), rgba.data(), rgba.size(),
                            4 * features.width))
      return damaged(input.subject, "its WebP data");
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t c = 0; c < 3; ++c)
        pixels[3 * i + c] = on_white(rgba[4 * i + c], rgba[4 * i + 3]);
    page.notes.push_back("transparent parts laid on white");
  }
  Bytes exif_bytes = chunk(input.bytes, "EXIF");
  if (exif_bytes.size() > 6 && std::memcmp(exif_bytes.data(), "Exif\0\0", 6) == 0)
    exif_bytes = exif_bytes.subspan(6);
  const ExifFacts exif = read_exif(exif_bytes);
  page.orientation = exif.orientation;
  SOGOC_TRY(const PageImage colour,
            PageImage::create({features.width, features.height}, PixelFormat::rgb8, exif.resolution,
                              std::move(pixels)));
  page.raster = as_gray_if_lossless(colour);  // WebP has no gray of its own
  if (page.raster.format() == PixelFormat::rgb8)
    page.icc = usable_profile(chunk(input.bytes, "ICCP"), ProfileKind::rgb);
  return page;
}

}  // namespace sogoc::decoding
