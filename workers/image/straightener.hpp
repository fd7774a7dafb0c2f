#pragma once

#include <memory>

#include "pipeline/core/ports.hpp"

namespace sogoc {

// Judges the picture of a page and lays it straight for reading; straightener.cpp reads as the
// list of its steps.
//
// Owner:  keeps nothing between pages.
// Thread: may be used by several threads; starts none (OpenCV is told to use one).
// Units:  everything in the result is in pixels of the upright part, see pipeline/core/page.hpp.
// Fails with invalid_input when the page has no pixels or its crop box is empty. A page it cannot
// make sense of is a success that changes nothing.
class Straightener final : public PageStraightener {
 public:
  Straightener();
  [[nodiscard]] Result<StraightPage> straighten(const DecodedPage& page,
                                                const ReadingSettings& settings) override;
};

[[nodiscard]] std::unique_ptr<PageStraightener> make_straightener();

}  // namespace sogoc
