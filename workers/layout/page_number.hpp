#pragma once

#include <optional>

#include "workers/layout/rulings.hpp"
#include "workers/layout/value_reader.hpp"

namespace sogoc::layout {

// The number of a page: after "Trang", or figures alone in a corner or in the middle of the upper or
// lower margin, outside of `content` (the tables). Upright pixels; state empty when there is none.
[[nodiscard]] Result<FieldReading> read_page_number(const PageWords& words, ValueReader& values,
                                                    const RidgeMap& map, const BoxPx& content,
                                                    SizePx page, double dpi);

}  // namespace sogoc::layout
