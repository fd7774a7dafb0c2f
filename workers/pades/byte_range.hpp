#pragma once

// /ByteRange and /Contents of one signature dictionary: the placeholder, and what replaces it.

#include <cstdint>
#include <string>
#include <string_view>

#include "workers/pades/pades.hpp"
#include "workers/pades/raw_pdf.hpp"

namespace sogoc::pades {

// Ten digits each, so that the true numbers fit whatever they are; not zeros, because a writer
// that parses and prints numbers would shorten those.
inline constexpr std::string_view kByteRangePlaceholder = "[0 9999999999 9999999999 9999999999]";

// " /ByteRange [...] /Contents <000...>": nothing may stand between the two.
[[nodiscard]] std::string empty_hole(std::size_t capacity);

struct SettledRange {
  SignatureHole hole;
  std::size_t at = 0;  // where `text` replaces as many bytes
  std::string text;    // the array, padded with spaces
};
// Fails with invalid when the dictionary has no placeholder or its hole is not empty.
[[nodiscard]] Result<SettledRange> settle_byte_range(const RawDictionary& signature,
                                                     std::uint64_t file_bytes,
                                                     const std::string& subject);

}  // namespace sogoc::pades
