#pragma once

// Private to workers/decode: libpng behind one function.

#include "workers/decode/decoding.hpp"

namespace sogoc::decoding {

struct PngFacts {
  SizePx size;
  int bits = 8;         // a sample
  int colour_type = 0;  // 0 gray, 2 RGB, 3 palette, 4 gray+alpha, 6 RGB+alpha
  bool interlaced = false;
  bool transparent = false;  // alpha or a tRNS chunk
  Resolution resolution;
  Buffer palette;  // RGB triples
  Buffer icc;
  Buffer exif;
};

struct PngImage {
  PngFacts facts;
  PageImage raster;  // empty when only the header was asked for
};

// Until the end mark: a cut file fails.
[[nodiscard]] Result<PngImage> read_png_image(const Input& input, bool header_only);

}  // namespace sogoc::decoding
