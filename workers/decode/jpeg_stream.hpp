#pragma once

// Private to workers/decode: changes to a JPEG stream that leave its coded pixels alone.

#include <vector>

#include "workers/decode/decoding.hpp"

namespace sogoc::decoding {

// The stream with an Adobe marker that says whether its three components are YCbCr or RGB; PDF
// viewers otherwise guess YCbCr. An Adobe marker that is there already is replaced.
[[nodiscard]] Buffer with_adobe_marker(Bytes jpeg, bool is_ycc);

// One JPEG of full height from the strips of a TIFF (top to bottom, each a whole JPEG stream,
// perhaps without its tables) and the TIFF's shared tables (perhaps empty). Strips become restart
// intervals, so no coefficient changes. Empty when that is not possible: progressive or several
// scans, restart marks of their own, differing tables or components, strips that do not start at
// a row of blocks.
[[nodiscard]] Buffer joined_strips(Bytes tables, const std::vector<Bytes>& strips, SizePx size);

}  // namespace sogoc::decoding
