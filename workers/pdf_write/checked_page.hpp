#pragma once

#include <string>

#include "pipeline/core/page.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

// A page record comes from a worker that read outside bytes, so it is outside input itself.
//
// Refused (invalid_input, naming `subject`): sizes, resolutions, maps and picture codings from
// which no valid page can be made. Repaired: text (see clean_text), empty words and lines left
// out, boxes clipped to their page, the lines of illegible regions left out. What comes back can
// be written without further checks: every number is finite and small enough for an int after
// any of the page's maps.
[[nodiscard]] Result<PageRecord> checked_page(PageRecord record, const std::string& subject);

// An upright part on paper: `points_from_upright` maps upright pixels (y down) to points of the
// PDF page (y up, origin bottom left).
struct PaperSpace {
  Points width;
  Points height;
  double points_per_pixel_x = 0;
  double points_per_pixel_y = 0;
  Affine points_from_upright;
  bool scaled = false;  // the true size does not fit a PDF page (3 to 14,400 points)
};
[[nodiscard]] PaperSpace paper_space(const PagePart& part);

}  // namespace sogoc
