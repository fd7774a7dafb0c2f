#pragma once

// Private to this folder. The colour spaces of images that we carry over.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workers/pdf_read/pdf_document.hpp"

namespace sogoc::pdf {

struct ColourSpace {
  enum class Kind : std::uint8_t { gray, rgb, cmyk, indexed } kind = Kind::gray;
  std::vector<std::uint8_t> icc;      // usable as it is for this kind; empty: none
  std::vector<std::uint8_t> palette;  // indexed: RGB triples

  [[nodiscard]] int components() const {
    return kind == Kind::rgb ? 3 : kind == Kind::cmyk ? 4 : 1;
  }
};

// Nothing for spaces we do not carry over: Lab, Separation, DeviceN, Pattern, unknown names.
[[nodiscard]] std::optional<ColourSpace> colour_space(QPDFObjectHandle space,
                                                      QPDFObjectHandle resources,
                                                      const std::string& subject);

}  // namespace sogoc::pdf
