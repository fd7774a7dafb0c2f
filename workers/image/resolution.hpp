#pragma once

#include <string>

#include "pipeline/core/units.hpp"
#include "workers/image/page_map.hpp"

namespace sogoc::image {

struct MeasuredResolution {
  Resolution stated;     // 0 when the file says nothing or something absurd
  Resolution effective;  // never 0
  std::string source;    // "file", "paper", "assumed"
  std::string paper;     // "A4", "A3 landscape"; "" when no size fits
};

// The paper whose size fits within 3 %, in either direction: "A4", "A4 landscape" or "".
[[nodiscard]] std::string paper_of(double width_mm, double height_mm);

// What the file states, unless the paper would be absurd; then what the shape of the page and the
// height of its letters say. `stated` belongs to axes of `size`; both are of the turned page.
// `letter_height_px` is the usual height of its small letters, 0 when it has none.
[[nodiscard]] MeasuredResolution measure_resolution(SizePx size, Resolution stated,
                                                    double letter_height_px);

// The most frequent height of its components in page pixels: small letters without marks. On a
// page whose lines stand, letters are as high as their components are wide.
[[nodiscard]] double usual_letter_height(const PageMap& map, bool lines_stand);

}  // namespace sogoc::image
