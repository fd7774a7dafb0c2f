#pragma once

// From a filled form to laid-out pages: what stands where, before any PDF. Nothing overlaps,
// because everything on a page is a stack of strips, and a strip keeps its columns apart.

#include <optional>
#include <vector>

#include "pipeline/core/result.hpp"
#include "workers/copy_write/filled_form.hpp"
#include "workers/copy_write/typeset.hpp"

namespace sogoc {

// A page of a copy. Lengths in points from its top left.
struct LaidPage {
  double width = 0, height = 0;
  std::optional<std::size_t> image;  // index of the imported page; absent: the copy's own sheet
  double image_left = 0, image_top = 0;  // where the imported page's visible part begins
  double image_width = 0, image_height = 0;
  Strip content;
};

struct ImagePageSize {
  double width = 0, height = 0;
};

// All pages of the copy, in order. Imported pages keep their size: room for the block above and
// the band below is added around them, so that no ink is ever covered. `symbol` is the QR symbol.
// Fails with limit_exceeded when something that must stand together is higher than a page.
[[nodiscard]] Result<std::vector<LaidPage>> lay_out(FilledForm& form, FontSet& fonts,
                                                    const std::vector<ImagePageSize>& images,
                                                    const std::vector<CopyMark>& marks,
                                                    const std::optional<QrSymbol>& symbol);

// A frame around a marked entry, in points of the laid page.
struct PlacedFrame {
  double left = 0, top = 0, right = 0, bottom = 0;
};
[[nodiscard]] std::vector<PlacedFrame> frames_on(const LaidPage& page, const std::vector<CopyMark>& marks);

}  // namespace sogoc
