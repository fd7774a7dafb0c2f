#pragma once

#include "pipeline/core/units.hpp"

namespace sogoc {

// The nearest of 0, 90, 180, 270.
[[nodiscard]] inline int quarter_of(Degrees turn) {
  const int quarters = static_cast<int>(std::lround(turn.clockwise / 90.0)) % 4;
  return (quarters < 0 ? quarters + 4 : quarters) * 90;
}

[[nodiscard]] inline SizePx turned_size(SizePx size, Degrees turn) {
  return quarter_of(turn) % 180 == 0 ? size : SizePx{size.height, size.width};
}

// The map of a whole picture of `size` turned clockwise by a quarter-turn multiple; the turned
// picture's origin is again top left.
[[nodiscard]] inline Affine quarter_turn(SizePx size, Degrees turn) {
  switch (quarter_of(turn)) {
    case 90: return {0, -1, double(size.height), 1, 0, 0};
    case 180: return {-1, 0, double(size.width), 0, -1, double(size.height)};
    case 270: return {0, 1, 0, -1, 0, double(size.width)};
    default: return {};
  }
}

}  // namespace sogoc
