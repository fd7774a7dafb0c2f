#pragma once

// A page laid askew: turned about its middle on a canvas large enough for all of it, as a scanner
// would have seen it.

#include "pipeline/core/image.hpp"

namespace sogoc::test {

// Clockwise; bilevel pages stay bilevel, outside is white.
[[nodiscard]] PageImage turned_page(const PageImage& page, Degrees clockwise);
// By 0..3 quarters clockwise, exactly.
[[nodiscard]] PageImage quarter_turned_page(const PageImage& page, int quarters);

}  // namespace sogoc::test
