#pragma once

#include <cstdint>

namespace sogoc {

// Of one search for words so many pages are gathered at most: a total of this says "so many or more". Of common words nobody reads
// further, and counting and weighing every page of a large archive is what would make a search slow.
inline constexpr std::int64_t kMostFoundPages = 1000;

}  // namespace sogoc
