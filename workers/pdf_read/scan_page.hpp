#pragma once

// Private to this folder. A page that is nothing but pictures, taken out as they are.

#include <optional>
#include <string>

#include "workers/pdf_read/composite.hpp"
#include "workers/pdf_read/native_image.hpp"
#include "workers/pdf_read/page_judgement.hpp"

namespace sogoc::pdf {

// The grid of the master raster on its page, and what is known before anything is stored.
struct RasterGrid {
  SizePx size;
  Resolution resolution;
  int turn = 0;              // clockwise, from raster to displayed
  Affine raster_from_user;

  // Pixels of the raster as displayed after the turn.
  [[nodiscard]] Affine displayed_from_user() const {
    return raster_from_user.then(turned_from_raster(size, turn));
  }
  // Where a picture drawn with `ctm` lies in the raster.
  [[nodiscard]] Affine place_of(const Affine& ctm) const {
    return snapped(user_from_unit(ctm).then(raster_from_user));
  }
};

// Displayed orientation at `dpi` (of paper), without a turn.
[[nodiscard]] RasterGrid displayed_grid(const PageGeometry& geometry, double dpi);

struct ScanPage {
  RasterGrid grid;
  DecodedPage page;          // pictures stored
};

// Nothing when a picture cannot be carried over exactly: the page must then be rendered.
// The same failures as FileReader::decode.
[[nodiscard]] Result<std::optional<ScanPage>> take_out_scan(
    Document& document, const PageContent& content, const PageJudgement& judgement,
    const PageGeometry& geometry, const ReadingSettings& settings, BlobSink& blobs,
    const std::string& subject);

}  // namespace sogoc::pdf
