#pragma once

// Private to workers/decode: one directory of a TIFF to pixels.

#include "workers/decode/tiff_memory.hpp"

namespace sogoc::decoding {

// The tags that decide how pixels are read, checked.
struct TiffFacts {
  SizePx size;
  int bits = 1;     // a sample
  int samples = 1;  // a pixel
  int photometric = 0;
  int compression = 1;
  int sample_format = 1;
  bool separate = false;  // one plane a sample
  bool tiled = false;
  int orientation = 1;
  int fill_order = 1;
  int alpha_sample = -1;  // index of the opacity sample
  bool alpha_premultiplied = false;
  std::uint32_t rows_per_strip = 0;
  Resolution resolution;
  Buffer palette;  // RGB triples, 2^bits of them
  Buffer icc;
  [[nodiscard]] std::size_t colour_samples() const;
};

// Checks sizes against the limits and that the pixel data lies inside the file.
[[nodiscard]] Result<TiffFacts> read_tiff_facts(TiffInMemory& file, const Input& input);

struct TiffPixels {
  PageImage raster;
  Buffer indices;  // palette pictures without alpha: one byte a pixel
  std::vector<std::string> notes;
};
[[nodiscard]] Result<TiffPixels> read_tiff_pixels(TiffInMemory& file, const TiffFacts& facts,
                                                  const Input& input);

}  // namespace sogoc::decoding
