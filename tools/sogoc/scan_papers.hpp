#pragma once

// Papers of the capture station, as PDF: covers of a stack.

#include <string>
#include <vector>

#include "pipeline/capture/cover.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

struct CoverSheet {
  Cover cover;
  std::string title;
};
// Where the fonts of these papers are: SOGOC_FONTS, or Debian's.
[[nodiscard]] std::string fonts_folder();

// A4. A symbol in two places, Patch-T along both feed edges, what it is in words for people.
[[nodiscard]] Result<std::string> covers_pdf(const std::vector<CoverSheet>& covers);

}  // namespace sogoc
