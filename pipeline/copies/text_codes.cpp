#include "pipeline/copies/text_codes.hpp"

namespace sogoc {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kBase45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

std::optional<unsigned> digit(std::string_view alphabet, char c) {
  const auto found = alphabet.find(c);
  if (found == std::string_view::npos) return std::nullopt;
  return static_cast<unsigned>(found);
}

}  // namespace

std::string hex_of(std::span<const std::uint8_t> bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

std::optional<Octets> bytes_from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Octets bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = digit(kHex, text[i]);
    const auto low = digit(kHex, text[i + 1]);
    if (!high || !low) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(*high * 16 + *low));
  }
  return bytes;
}

std::string base45_of(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const bool pair = i + 1 < bytes.size();
    unsigned value = pair ? bytes[i] * 256u + bytes[i + 1] : bytes[i];
    for (int digits = pair ? 3 : 2; digits > 0; --digits) {
      text += kBase45[value % 45];
      value /= 45;
    }
  }
  return text;
}

std::optional<Octets> bytes_from_base45(std::string_view text) {
  if (text.size() % 3 == 1) return std::nullopt;
  Octets bytes;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    const std::size_t count = text.size() - i >= 3 ? 3 : 2;
    unsigned value = 0;
    unsigned weight = 1;
    for (std::size_t k = 0; k < count; ++k, weight *= 45) {
      const auto found = digit(kBase45, text[i + k]);
      if (!found) return std::nullopt;
      value += *found * weight;
    }
    if (value > (count == 3 ? 0xFFFFu : 0xFFu)) return std::nullopt;
    if (count == 3) bytes.push_back(static_cast<std::uint8_t>(value >> 8));
    bytes.push_back(static_cast<std::uint8_t>(value & 0xFF));
  }
  return bytes;
}

std::string base32_of(std::span<const std::uint8_t> bytes) {
  std::string text;
  unsigned held = 0;
  int bits = 0;
  for (const std::uint8_t byte : bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5;) {
      bits -= 5;
      text += kBase32[(held >> bits) & 31];
    }
    held &= (1u << bits) - 1;
  }
  if (bits > 0) text += kBase32[(held << (5 - bits)) & 31];
  return text;
}

std::optional<Octets> bytes_from_base32(std::string_view text) {
  Octets bytes;
  unsigned held = 0;
  int bits = 0;
  for (const char c : text) {
    const auto found = digit(kBase32, c);
    if (!found) return std::nullopt;
    held = (held << 5) | *found;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<std::uint8_t>((held >> bits) & 0xFF));
    held &= (1u << bits) - 1;
  }
  // Left over: fewer than a digit's bits, all zero; else two texts would mean the same bytes.
  if (bits >= 5 || held != 0) return std::nullopt;
  return bytes;
}

}  // namespace sogoc
