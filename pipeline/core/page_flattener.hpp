#pragma once

// The port behind which photographs become flat pages. Implementation: workers/image.

#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/ports.hpp"

namespace sogoc {

// A photograph, and what was made of it.
struct PhotographedPage {
  // The flat page as a page of its own: its raster was drawn from the master and its one picture is
  // in the blobs. Absent where no page was found: then the picture goes on as it came.
  std::optional<DecodedPage> flat;
  std::optional<Flattening> flattening;     // present when `flat` is
  double enlarged = 1;                      // pixels of `flat` for one of the master, where it is seen best
  std::vector<std::string> findings;        // names of PageQuality::findings
  std::vector<QualityPlace> places;         // where glare and shadow lie
  std::vector<std::string> doubts;
};

class PageFlattener {
 public:
  virtual ~PageFlattener() = default;
  // Nothing for flat scans and born-digital pages, which go on untouched. `known_turn` of the flat
  // page is that of the master. Fails as the sink does.
  [[nodiscard]] virtual Result<std::optional<PhotographedPage>> flatten(
      const DecodedPage& page, const ReadingSettings& settings, BlobSink& pictures) = 0;
  // The picture that print is read on, with some of the edge that the lens and the resampling took given back
  // to its letters. Handwriting is read better without (measured). `reading`: of a flat page, `enlarged` as
  // flatten() said.
  [[nodiscard]] virtual PageImage sharpened(const PageImage& reading, double enlarged) const = 0;
};

}  // namespace sogoc
