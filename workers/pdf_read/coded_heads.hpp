#pragma once

// Private to this folder. What the first bytes of coded pictures say, without decoding them.

#include <cstdint>
#include <optional>
#include <vector>

#include "pipeline/core/units.hpp"

namespace sogoc::pdf {

struct JpegHead {
  SizePx size;
  int components = 0;
  bool adobe = false;
};

// Nothing when no frame begins before the first scan.
[[nodiscard]] std::optional<JpegHead> jpeg_head(const std::vector<std::uint8_t>& bytes);

// True when a PDF/A-2 may carry these bytes: a JP2 file with one or three plain 8-bit channels.
[[nodiscard]] bool plain_jp2(const std::vector<std::uint8_t>& bytes);

}  // namespace sogoc::pdf
