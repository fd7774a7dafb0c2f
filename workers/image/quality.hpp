#pragma once

#include "pipeline/core/page.hpp"
#include "workers/image/borders.hpp"
#include "workers/image/page_map.hpp"

namespace sogoc::image {

// Sharpness: the steepest step between neighbouring pixels at edges of ink, as a share of the
// contrast; 1 = from paper to ink within one pixel (every bilevel scan), below kBlurred a person
// sees blur. Measured on the master, not on the map.
constexpr double kBlurred = 0.12;
constexpr double kLowContrast = 0.25;
constexpr double kSpeckled = 25;        // specks a square inch

// Everything but resolution and blankness, which are judged earlier.
void judge_quality(const PageImage& master, const PageMap& map, const EdgeMarks& marks,
                   PageQuality& quality);

}  // namespace sogoc::image
