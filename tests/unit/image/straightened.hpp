#pragma once

#include <algorithm>
#include <string>

#include "workers/image/straightener.hpp"

namespace sogoc::test {

[[nodiscard]] inline DecodedPage decoded(const PageImage& image) {
  DecodedPage page;
  page.raster = image;
  page.crop = {0, 0, image.size().width, image.size().height};
  return page;
}

[[nodiscard]] inline StraightPage straightened(const DecodedPage& page,
                                               const ReadingSettings& settings = {}) {
  return Straightener().straighten(page, settings).value();
}
[[nodiscard]] inline StraightPage straightened(const PageImage& image) {
  return straightened(decoded(image));
}

[[nodiscard]] inline bool has_finding(const StraightPage& page, const std::string& finding) {
  return std::count(page.quality.findings.begin(), page.quality.findings.end(), finding) > 0;
}

}  // namespace sogoc::test
