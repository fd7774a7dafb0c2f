#pragma once

// Writing DER: enough for the few structures of a CMS. Private to this folder.

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

namespace sogoc::der {

using Bytes = std::vector<std::uint8_t>;

enum Tag : std::uint8_t {
  kInteger = 0x02,
  kOctets = 0x04,
  kNull = 0x05,
  kObject = 0x06,
  kSequence = 0x30,
  kSet = 0x31,
  kContext0 = 0xA0,  // constructed
  kContext1 = 0xA1,
  kContext2 = 0xA2,
};

[[nodiscard]] Bytes element(std::uint8_t tag, std::span<const std::uint8_t> content);
[[nodiscard]] Bytes group(std::uint8_t tag, std::initializer_list<Bytes> parts);  // in this order
[[nodiscard]] Bytes set_of(std::uint8_t tag, std::vector<Bytes> parts);           // in DER's order
[[nodiscard]] Bytes small_integer(std::uint8_t value);                            // below 128
[[nodiscard]] Bytes object(std::string_view dotted);  // "1.2.840.113549.1.7.1"

}  // namespace sogoc::der
