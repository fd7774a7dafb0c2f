#include "workers/decode/tiff_memory.hpp"

namespace sogoc {

// libtiff's encoder, through a TIFF in memory whose only strip is taken out again.
Result<std::vector<std::uint8_t>> encode_g4(const PageImage& image) {
  using namespace decoding;
  if (image.empty() || image.format() != PixelFormat::bit1)
    return fail(ErrorCode::invalid_input, Retry::never, "image",
                "only a bilevel picture can be coded as G4");
  const auto broken = [] {
    return fail(ErrorCode::internal, Retry::never, "image", "libtiff did not code it as G4");
  };
  TiffToMemory written;
  TIFF* tiff = written.handle();
  if (!tiff) return broken();
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(image.size().width));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(image.size().height));
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 1);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, static_cast<std::uint32_t>(image.size().height));
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_CCITTFAX4);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
  TIFFSetField(tiff, TIFFTAG_FILLORDER, FILLORDER_MSB2LSB);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  // libtiff takes a plain pointer and does not write through it.
  if (TIFFWriteEncodedStrip(tiff, 0, const_cast<std::uint8_t*>(image.pixels().data()),
                            static_cast<tmsize_t>(image.pixels().size())) < 0)
    return broken();
  const std::uint64_t* offsets = nullptr;
  const std::uint64_t* counts = nullptr;
  if (!TIFFGetField(tiff, TIFFTAG_STRIPOFFSETS, &offsets) ||
      !TIFFGetField(tiff, TIFFTAG_STRIPBYTECOUNTS, &counts))
    return broken();
  const std::uint64_t offset = offsets[0];
  const std::uint64_t count = counts[0];
  const Buffer file = written.finish();
  if (count == 0 || offset > file.size() || file.size() - offset < count) return broken();
  const auto first = file.begin() + static_cast<std::ptrdiff_t>(offset);
  return Buffer(first, first + static_cast<std::ptrdiff_t>(count));
}

}  // namespace sogoc
