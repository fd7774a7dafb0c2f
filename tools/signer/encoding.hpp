#pragma once

// Bytes as text in the signer's messages and files.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sogoc {

[[nodiscard]] std::string base64_of(std::span<const std::uint8_t> bytes);
// Strict: padding where due, no blanks, nothing after it.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> bytes_from_base64(std::string_view text);

}  // namespace sogoc
