#pragma once

// Walks definite-length DER: for the few structures OpenSSL has no reader for.

#include <cstdint>
#include <optional>
#include <span>

namespace sogoc {

struct DerElement {
  std::uint8_t tag = 0;
  std::span<const std::uint8_t> content;
  std::span<const std::uint8_t> whole;  // with tag and length
};

// Takes the first element off `rest`; nothing at its end or when it is not definite-length DER with a
// one-byte tag.
[[nodiscard]] inline std::optional<DerElement> next_element(std::span<const std::uint8_t>& rest) {
  if (rest.size() < 2 || (rest[0] & 0x1F) == 0x1F) return std::nullopt;
  std::size_t head = 2, size = rest[1];
  if (size >= 0x80) {
    const std::size_t digits = size & 0x7F;
    if (digits == 0 || digits > 4 || rest.size() < 2 + digits) return std::nullopt;
    size = 0;
    for (std::size_t i = 0; i < digits; ++i) size = size << 8 | rest[2 + i];
    head += digits;
  }
  if (size > rest.size() - head) return std::nullopt;
  const DerElement element{rest[0], rest.subspan(head, size), rest.first(head + size)};
  rest = rest.subspan(head + size);
  return element;
}

}  // namespace sogoc
