#pragma once

// Files of every kind, made on the spot with the libraries or by hand, and the way to read them.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "pipeline/core/ports.hpp"
#include "workers/decode/codecs.hpp"

namespace sogoc::made {

using Buffer = std::vector<std::uint8_t>;

// ---- Pictures -------------------------------------------------------------------------------
// Shapes like letters on a page: runs of many lengths, not a regular grid.
PageImage bilevel(int width, int height, unsigned seed = 1);
PageImage gray(int width, int height);  // soft gradients, so that JPEG keeps them
PageImage colour(int width, int height);
// The largest difference of two pictures of one size and format, 0..255; -1 when they differ in
// size or format.
int difference(const PageImage& a, const PageImage& b);
int gray_at(const PageImage& image, int x, int y);
std::vector<int> rgb_at(const PageImage& image, int x, int y);

// ---- TIFF -----------------------------------------------------------------------------------
struct TiffPage {
  SizePx size;
  int bits = 8;
  int samples = 1;
  int photometric = 1;  // MINISBLACK
  int compression = 1;
  std::uint32_t rows_per_strip = 0;  // 0: one strip
  int tile = 0;                      // side; 0: strips
  bool separate = false;
  int fill_order = 1;
  int orientation = 0;  // 0: not said
  double x_dpi = 300;
  double y_dpi = 300;
  int unit = 2;
  int extra = -1;  // kind of the last sample
  int jpeg_quality = 90;
  int subfile = 0;
  int sample_format = 1;
  int predictor = 1;
  std::vector<std::uint16_t> palette;  // red, then green, then blue
  Buffer rows;                         // packed rows, host byte order; contiguous samples
};
// `mode` as libtiff's: "w", "wb" (big-endian), "w8" (BigTIFF).
Buffer tiff(const std::vector<TiffPage>& pages, const std::string& mode = "w");
TiffPage page_of(const PageImage& image);  // bit1: MINISWHITE
// Where the directory of page 1 stands, and where the offset of the next one is kept.
std::size_t next_directory_field(const Buffer& tiff);

// ---- JPEG -----------------------------------------------------------------------------------
struct JpegFile {
  int components = 3;   // of `rows`: gray, RGB or CMYK as stored
  bool as_rgb = false;  // coded without YCbCr
  bool adobe = false;
  bool progressive = false;
  bool arithmetic = false;
  int dpi = 300;
  int quality = 95;
  int orientation = 0;  // an EXIF block with it
  int exif_dpi = 0;
  Buffer icc = {};
};
Buffer jpeg(SizePx size, const Buffer& rows, const JpegFile& how = {});
Buffer jpeg(const PageImage& image, const JpegFile& how = {});

// ---- Others ---------------------------------------------------------------------------------
struct PngFile {
  int bits = 8;
  int colour_type = 2;
  bool interlaced = false;
  double dpi = 300;
  Buffer palette = {};
  Buffer transparency = {};
};
Buffer png(SizePx size, const Buffer& rows, const PngFile& how);
Buffer jpeg2000(SizePx size, const Buffer& samples, int components, bool boxes, int bits = 8);
Buffer webp(SizePx size, const Buffer& samples, int components, bool lossless = true);
// Bottom-up rows with padding; `bits` 1, 4, 8, 24.
Buffer bmp(SizePx size, int bits, const Buffer& rows, const Buffer& palette, int dpi = 300);
Buffer text(const std::string& header, const Buffer& bytes = {});

// ---- Reading --------------------------------------------------------------------------------
class MemoryBlobs final : public BlobSink {
 public:
  Result<Sha256> put(std::span<const std::uint8_t> bytes) override;
  Result<Sha256> put_file(const std::filesystem::path& file) override;
  std::map<Sha256, Buffer> blobs;
};

std::filesystem::path scratch_file(const Buffer& bytes, const std::string& name = "scan.dat");

struct ReadPage {
  DecodedPage page;
  MemoryBlobs blobs;
  [[nodiscard]] const Picture& picture() const { return page.pictures.at(0).picture; }
  [[nodiscard]] const Buffer& bytes() const { return blobs.blobs.at(picture().data); }
  // The stored picture, decoded again.
  [[nodiscard]] Result<PageImage> again() const;
  [[nodiscard]] bool says(const std::string& words) const;  // in a note
};
Result<OpenedFile> open(const Buffer& bytes, const ReadingSettings& settings = {});
Result<ReadPage> read(const Buffer& bytes, std::uint32_t page = 0,
                      const ReadingSettings& settings = {});

}  // namespace sogoc::made
