#pragma once

// What an address of the IIIF Image API 3 asks for: region/size/rotation/quality.format. Pure.

#include <cstdint>
#include <string>
#include <string_view>

#include "pipeline/core/result.hpp"
#include "pipeline/core/units.hpp"

namespace sogoc::tiles {

enum class Quality : std::uint8_t { colour, gray, bitonal };  // default is colour
enum class Format : std::uint8_t { jpg, png };

// Resolved against the picture: nothing is left to choose.
struct PictureRequest {
  BoxPx region;        // of the whole picture, not empty
  SizePx size;         // of the answer before it is turned; not larger than the region
  int quarter_turns = 0;  // clockwise
  Quality quality = Quality::colour;
  Format format = Format::jpg;
  friend bool operator==(const PictureRequest&, const PictureRequest&) = default;
};

inline constexpr int kMostSide = 8000;  // of an answer; more is asked for tile by tile

// Level 2: regions full, square, x,y,w,h and pct:; sizes max, w,h and its parts, pct:, !w,h; rotation by quarter turns.
// Fails with usage and says which part.
[[nodiscard]] Result<PictureRequest> read_request(SizePx picture, std::string_view region, std::string_view size, std::string_view rotation,
                                                  std::string_view quality_and_format);

}  // namespace sogoc::tiles
