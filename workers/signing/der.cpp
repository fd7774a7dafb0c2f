#include "workers/signing/der.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>

namespace sogoc::der {

namespace {

void append(Bytes& to, std::span<const std::uint8_t> more) {
  to.insert(to.end(), more.begin(), more.end());
}

Bytes length_bytes(std::size_t length) {
  if (length < 0x80) return {static_cast<std::uint8_t>(length)};
  Bytes digits;
  for (std::size_t rest = length; rest != 0; rest >>= 8)
    digits.insert(digits.begin(), static_cast<std::uint8_t>(rest));
  digits.insert(digits.begin(), static_cast<std::uint8_t>(0x80 | digits.size()));
  return digits;
}

void append_base128(Bytes& to, std::uint64_t value) {
  Bytes digits{static_cast<std::uint8_t>(value & 0x7F)};
  while ((value >>= 7) != 0)
    digits.insert(digits.begin(), static_cast<std::uint8_t>(0x80 | (value & 0x7F)));
  append(to, digits);
}

}  // namespace

Bytes element(std::uint8_t tag, std::span<const std::uint8_t> content) {
  Bytes bytes{tag};
  append(bytes, length_bytes(content.size()));
  append(bytes, content);
  return bytes;
}

Bytes group(std::uint8_t tag, std::initializer_list<Bytes> parts) {
  Bytes content;
  for (const Bytes& part : parts) append(content, part);
  return element(tag, content);
}

Bytes set_of(std::uint8_t tag, std::vector<Bytes> parts) {
  std::sort(parts.begin(), parts.end());
  Bytes content;
  for (const Bytes& part : parts) append(content, part);
  return element(tag, content);
}

Bytes small_integer(std::uint8_t value) {
  assert(value < 128);
  return {kInteger, 1, value};
}

Bytes object(std::string_view dotted) {
  std::vector<std::uint64_t> arcs;
  while (!dotted.empty()) {
    const std::string_view arc = dotted.substr(0, dotted.find('.'));
    std::from_chars(arc.data(), arc.data() + arc.size(), arcs.emplace_back());
    dotted.remove_prefix(std::min(dotted.size(), arc.size() + 1));
  }
  assert(arcs.size() >= 2);
  Bytes content;
  append_base128(content, arcs[0] * 40 + arcs[1]);
  for (std::size_t i = 2; i < arcs.size(); ++i) append_base128(content, arcs[i]);
  return element(kObject, content);
}

}  // namespace sogoc::der
