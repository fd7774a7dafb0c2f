#pragma once

// What paper, printers, scanners and cups do to a picture. Same wear, same pixels: seeded.

#include <string>
#include <vector>

#include "tests/support/pdf_checks.hpp"

namespace sogoc::test {

struct Wear {
  double dpi = 200;          // of the scanner; the picture comes at 300
  double skew_degrees = 0;
  double blur_px = 0;        // standard deviation, in pixels of the scan
  double noise = 0;          // standard deviation in gray levels
  double contrast = 1;       // 0.5: black is 64, white 191
  int jpeg_quality = 0;      // 0: none
  double stain_share = 0;    // of the symbol's area under coffee too dark to see through
  double stain_left = 0, stain_top = 0, stain_side = 0;  // the symbol, in pixels at 300 dpi
};
[[nodiscard]] GrayPicture worn(const GrayPicture& picture_300dpi, const Wear& wear);

// Texts of all QR symbols that zbar reads in the picture.
[[nodiscard]] std::vector<std::string> symbols_in(const GrayPicture& picture);

}  // namespace sogoc::test
