#pragma once

// Coded bytes to pixels and back, for every worker that needs it. Each function is pure, holds
// nothing, and may run in any thread. Bytes are never trusted: sizes are checked against the
// limits before anything is allocated; what is truncated or damaged is refused, never half read.
//
// Failures of decoders: invalid_input (truncated, damaged), unsupported_input, limit_exceeded.
// Failures of encoders: invalid_input (an image without pixels, or too large for the format).
// `subject` is what an error speaks about: a file's shown name, "doc.pdf page 3".

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/image.hpp"
#include "pipeline/core/page.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

struct DecodeLimits {
  std::uint64_t max_pixels = 400'000'000;
};

// ---- JPEG -----------------------------------------------------------------------------------

// What the four components of a CMYK JPEG mean: files written by Adobe's programs store them
// inverted; a PDF decides by its /Decode array alone.
enum class CmykSense : std::uint8_t { by_adobe_marker, plain, inverted };

// gray8 for one component, rgb8 for three or four. Resolution from JFIF or EXIF.
[[nodiscard]] Result<PageImage> decode_jpeg(std::span<const std::uint8_t> bytes,
                                            const std::string& subject, const DecodeLimits& limits,
                                            CmykSense cmyk = CmykSense::by_adobe_marker);

// Baseline JPEG with optimised tables; bit1 becomes gray. From quality 90 up, colour is not
// subsampled, so that red seals keep their edges.
[[nodiscard]] Result<std::vector<std::uint8_t>> encode_jpeg(const PageImage& image, int quality);

// A small JPEG whose longer side is at most `max_side`, never enlarged.
[[nodiscard]] Result<std::vector<std::uint8_t>> make_thumbnail(const PageImage& image,
                                                               int max_side);

// ---- JPEG 2000 --------------------------------------------------------------------------------

// JP2 files and bare codestreams; gray8 or rgb8; alpha is laid on white.
[[nodiscard]] Result<PageImage> decode_jpx(std::span<const std::uint8_t> bytes,
                                           const std::string& subject, const DecodeLimits& limits);

// ---- CCITT fax --------------------------------------------------------------------------------

struct CcittParameters {  // the words of PDF's CCITTFaxDecode
  int columns = 1728;
  int rows = 0;             // 0: as many as the bytes hold
  int k = 0;                // < 0: G4; 0: G3, one-dimensional; > 0: G3, mixed
  bool black_is_1 = false;  // true: the coded black runs are the white of the picture
  bool byte_align = false;  // each row starts at a byte
};

// bit1. End-of-line marks are found by themselves. With `rows` given, an earlier end is refused.
// In G3, a damaged row between end-of-line marks repeats the row above and counts as damage;
// more than one in twenty is refused.
[[nodiscard]] Result<PageImage> decode_ccitt(std::span<const std::uint8_t> bytes,
                                             const CcittParameters& parameters,
                                             const std::string& subject,
                                             const DecodeLimits& limits);

// One G4 strip, black coded as black (PDF: /K -1, /BlackIs1 false). Only bit1 images.
[[nodiscard]] Result<std::vector<std::uint8_t>> encode_g4(const PageImage& image);

// ---- JBIG2 ------------------------------------------------------------------------------------

// The embedded form of PDF: no file header, globals apart. bit1 of exactly `size`: a page that
// comes out smaller is filled with white.
[[nodiscard]] Result<PageImage> decode_jbig2(std::span<const std::uint8_t> bytes,
                                             std::optional<std::span<const std::uint8_t>> globals,
                                             SizePx size, const std::string& subject,
                                             const DecodeLimits& limits);

// ---- Lossless ---------------------------------------------------------------------------------

// zlib with PNG predictors (PDF: /Predictor 15), samples as PDF means them: 0 = black for bit1
// too, so its bits are turned over.
[[nodiscard]] Result<std::vector<std::uint8_t>> encode_flate(const PageImage& image);

[[nodiscard]] Result<std::vector<std::uint8_t>> encode_png(const PageImage& image);
// bit1, gray8 or rgb8; alpha is laid on white, 16 bits become 8.
[[nodiscard]] Result<PageImage> decode_png(std::span<const std::uint8_t> bytes,
                                           const std::string& subject, const DecodeLimits& limits);

// ---- Pictures as they go into a PDF -----------------------------------------------------------

// The pixels of a stored picture again. `globals` only for JBIG2. A flate stream must hold
// exactly the picture. ICC profiles are not applied.
[[nodiscard]] Result<PageImage> decode_picture(const Picture& picture,
                                               std::span<const std::uint8_t> bytes,
                                               std::optional<std::span<const std::uint8_t>> globals,
                                               const std::string& subject,
                                               const DecodeLimits& limits);

}  // namespace sogoc
