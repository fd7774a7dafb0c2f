#pragma once

// Is a picture a photograph of a page, or a flat scan?

#include <opencv2/core.hpp>

#include "workers/image/bent_paper_private.hpp"

namespace sogoc::image {

// A glance of about a millisecond, which most flat scans do not pass: paper that reaches the frame
// on three sides under even light needs no further look. `pixels`: gray8 or rgb8.
[[nodiscard]] bool may_be_photograph(const cv::Mat& pixels);

// No page was found: is the picture one of other things on every side all the same? Then a person is told. `paper`: what
// PaperNetwork tells of it.
[[nodiscard]] bool lies_among_other_things(const cv::Mat& pixels, const cv::Mat& paper);

// With the outline known: a scan shows its page as a rectangle with straight sides on a lid of one
// colour, however it is turned; a photograph does not.
[[nodiscard]] bool is_photograph(const cv::Mat& pixels, const PageOutline& outline,
                                 const FlatPaper& paper);

}  // namespace sogoc::image
