#pragma once

// Private to workers/decode: what the readers of the formats share.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/image.hpp"
#include "pipeline/core/page.hpp"
#include "pipeline/core/result.hpp"
#include "workers/decode/codecs.hpp"

namespace sogoc::decoding {

using Bytes = std::span<const std::uint8_t>;
using Buffer = std::vector<std::uint8_t>;

struct Input {
  Bytes bytes;          // the whole file
  std::string subject;  // its shown name
  DecodeLimits limits;
  std::uint32_t max_pages = 20'000;
};

// A picture whose bytes are not stored yet: `picture.data` and `icc_profile` are unset.
struct CodedPicture {
  Picture picture;
  Buffer bytes;
  Buffer icc;  // empty: none
};

// How to code the raster when the file's own bytes cannot be used.
enum class Recode : std::uint8_t { lossless, jpeg };

struct ImagePage {
  PageImage raster;                   // as stored, before any orientation mark
  std::optional<CodedPicture> coded;  // the file's own bytes; absent: code the raster
  Recode recode = Recode::lossless;   // used when `coded` is absent or the page is mirrored
  Buffer icc;                         // of a re-coded raster; empty: none
  int orientation = 1;                // 1..8 as in TIFF and EXIF
  std::vector<std::string> notes;
};

struct ImageFileFacts {
  std::uint32_t page_count = 1;
  std::vector<std::string> notes;
};

// ---- One format each: what opening tells, and one page --------------------------------------
[[nodiscard]] Result<ImageFileFacts> inspect_tiff(const Input& input);
[[nodiscard]] Result<ImagePage> read_tiff(const Input& input, std::uint32_t index);
[[nodiscard]] Result<ImageFileFacts> inspect_jpeg(const Input& input);
[[nodiscard]] Result<ImagePage> read_jpeg(const Input& input);
[[nodiscard]] Result<ImageFileFacts> inspect_png(const Input& input);
[[nodiscard]] Result<ImagePage> read_png(const Input& input);
[[nodiscard]] Result<ImageFileFacts> inspect_jpx(const Input& input);
[[nodiscard]] Result<ImagePage> read_jpx(const Input& input);
[[nodiscard]] Result<ImageFileFacts> inspect_webp(const Input& input);
[[nodiscard]] Result<ImagePage> read_webp(const Input& input);
[[nodiscard]] Result<ImageFileFacts> inspect_bmp(const Input& input);
[[nodiscard]] Result<ImagePage> read_bmp(const Input& input);
[[nodiscard]] Result<ImageFileFacts> inspect_pnm(const Input& input);
[[nodiscard]] Result<ImagePage> read_pnm(const Input& input);

// By media type; never asked for a PDF.
[[nodiscard]] Result<ImageFileFacts> inspect_image(MediaType type, const Input& input);
[[nodiscard]] Result<ImagePage> read_image(MediaType type, const Input& input, std::uint32_t index);
// Applies a mirroring orientation, codes what is not coded yet. After it, `coded` is set and
// orientation is 1, 3, 6 or 8.
[[nodiscard]] Result<ImagePage> finish_page(ImagePage page);

// ---- Sentences ------------------------------------------------------------------------------
[[nodiscard]] tl::unexpected<Error> ends_early(const std::string& subject);
[[nodiscard]] tl::unexpected<Error> damaged(const std::string& subject, const std::string& what);
// The check that stands before every allocation of pixels.
[[nodiscard]] Done check_size(std::int64_t width, std::int64_t height, const Input& input);

// What a file says about its resolution, or 0 x 0 when it is absurd: outside 30..2400 dpi, not a
// number, or axes that differ more than threefold.
[[nodiscard]] Resolution stated_resolution(double x_dpi, double y_dpi);

// ---- Pixels ---------------------------------------------------------------------------------
[[nodiscard]] PageImage mirrored(const PageImage& image);  // left to right
[[nodiscard]] PageImage inverted(const PageImage& bit1);
// bit1 when every pixel is exactly black or white, else the same image.
[[nodiscard]] PageImage as_bilevel_if_lossless(const PageImage& image);
// gray8 when every pixel is gray.
[[nodiscard]] PageImage as_gray_if_lossless(const PageImage& image);
// One row of `columns` samples of 1, 2, 4, 8 or 16 (host order) bits to 8 bits. `scale` spreads
// the values over 0..255; without it they stay numbers (palette indices).
void unpack_samples(Bytes row, std::size_t columns, int bits, bool scale, std::uint8_t* out);
// `colour` laid on white with opacity `alpha`.
[[nodiscard]] inline std::uint8_t on_white(unsigned colour, unsigned alpha) {
  return static_cast<std::uint8_t>((colour * alpha + 255u * (255u - alpha) + 127u) / 255u);
}

// Ink to light, one pixel; 0 = no ink.
inline void cmyk_to_rgb(unsigned c, unsigned m, unsigned y, unsigned k, std::uint8_t* rgb) {
  rgb[0] = static_cast<std::uint8_t>(((255u - c) * (255u - k) + 127u) / 255u);
  rgb[1] = static_cast<std::uint8_t>(((255u - m) * (255u - k) + 127u) / 255u);
  rgb[2] = static_cast<std::uint8_t>(((255u - y) * (255u - k) + 127u) / 255u);
}

// ---- Coding ---------------------------------------------------------------------------------
// G4 for bit1, else flate.
[[nodiscard]] Result<CodedPicture> code_losslessly(const PageImage& image);
// Rows of `bytes_per_row` bytes, filtered by PNG's rules and deflated. `bytes_per_pixel` >= 1.
// Without `adaptive`, rows are left as they are, which is better for palette indices.
[[nodiscard]] Result<Buffer> deflate_rows(Bytes rows, std::size_t bytes_per_row,
                                          std::size_t bytes_per_pixel, bool adaptive);
// Indices of one byte each.
[[nodiscard]] Result<CodedPicture> code_indexed(Bytes indices, SizePx size, Buffer palette_rgb);

// ---- Colour profiles ------------------------------------------------------------------------
enum class ProfileKind : std::uint8_t { gray, rgb, cmyk };
// The profile when a PDF/A-2 may carry it for pictures of that kind and it is not plain sRGB;
// empty otherwise.
[[nodiscard]] Buffer usable_profile(Bytes icc, ProfileKind kind);

// Rows of CMYK (0 = no ink) to sRGB, by the file's profile or by the simple formula.
// Thread: belongs to one thread.
class CmykToRgb {
 public:
  explicit CmykToRgb(Bytes icc);
  ~CmykToRgb();
  CmykToRgb(const CmykToRgb&) = delete;
  CmykToRgb& operator=(const CmykToRgb&) = delete;
  void convert(const std::uint8_t* cmyk, std::uint8_t* rgb, std::size_t pixels) const;

 private:
  void* transform_ = nullptr;  // cmsHTRANSFORM: no LCMS type outside its adapter
};

// ---- EXIF -----------------------------------------------------------------------------------
struct ExifFacts {
  int orientation = 1;
  Resolution resolution;
};
// A TIFF structure with the tags of a photo; nothing readable gives the defaults.
[[nodiscard]] ExifFacts read_exif(Bytes tiff);

}  // namespace sogoc::decoding
