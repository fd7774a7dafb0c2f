#pragma once

#include <optional>

#include "workers/image/page_map.hpp"

namespace sogoc::image {

// Where an opened book is cut into its two pages: x in page pixels; nothing when this is one page
// or nobody can tell. A landscape table is one page: a rule or a line of text across the middle
// forbids the cut. Without a visible gutter only a book (`is_book`) is cut.
[[nodiscard]] std::optional<int> find_gutter(const PageMap& map, bool is_book);

}  // namespace sogoc::image
