#pragma once

// Octets as text: hex for everything that stands in JSON, base45 and base32 for what stands in a
// QR symbol of alphanumeric mode. Reading is strict: one text for one value, or nothing.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sogoc {

using Octets = std::vector<std::uint8_t>;

[[nodiscard]] std::string hex_of(std::span<const std::uint8_t> bytes);     // lower case
[[nodiscard]] std::optional<Octets> bytes_from_hex(std::string_view text);  // lower case only

[[nodiscard]] std::string base45_of(std::span<const std::uint8_t> bytes);  // RFC 9285
[[nodiscard]] std::optional<Octets> bytes_from_base45(std::string_view text);

// RFC 4648, without padding; the digits A-Z and 2-7 also stand unescaped in an address.
[[nodiscard]] std::string base32_of(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::optional<Octets> bytes_from_base32(std::string_view text);

[[nodiscard]] inline std::span<const std::uint8_t> octets(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace sogoc
