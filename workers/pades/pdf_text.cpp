#include "workers/pades/pdf_text.hpp"

#include <cstdint>
#include <vector>

#include <fmt/format.h>

namespace sogoc::pades {

namespace {

std::optional<std::vector<char32_t>> points_of(std::string_view text) {
  std::vector<char32_t> points;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const int more = lead < 0x80       ? 0
                     : lead >> 5 == 6  ? 1
                     : lead >> 4 == 14 ? 2
                     : lead >> 3 == 30 ? 3
                                       : -1;
    if (more < 0 || i + static_cast<std::size_t>(more) >= text.size()) return std::nullopt;
    char32_t point = more == 0 ? lead : lead & (0x3FU >> more);
    for (int k = 1; k <= more; ++k) {
      const auto next = static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]);
      if (next >> 6 != 2) return std::nullopt;
      point = point << 6 | (next & 0x3FU);
    }
    constexpr char32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
    if (point < kLeast[more] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000))
      return std::nullopt;
    points.push_back(point);
    i += static_cast<std::size_t>(more) + 1;
  }
  return points;
}

void append_utf8(std::string& text, char32_t point) {
  const auto byte = [&](char32_t value) { text += static_cast<char>(value); };
  if (point < 0x80) return byte(point);
  if (point < 0x800) return byte(0xC0 | point >> 6), byte(0x80 | (point & 0x3F));
  if (point < 0x10000)
    return byte(0xE0 | point >> 12), byte(0x80 | (point >> 6 & 0x3F)), byte(0x80 | (point & 0x3F));
  byte(0xF0 | point >> 18), byte(0x80 | (point >> 12 & 0x3F)), byte(0x80 | (point >> 6 & 0x3F));
  byte(0x80 | (point & 0x3F));
}

std::optional<std::string> bytes_of_literal(std::string_view text) {
  if (text.size() < 2 || text.front() != '(' || text.back() != ')') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    constexpr std::string_view kLetters = "nrtbf()\\";
    constexpr std::string_view kMeanings = "\n\r\t\b\f()\\";
    const std::size_t letter = kLetters.find(text[i]);
    if (letter != std::string_view::npos) {
      bytes += kMeanings[letter];
      continue;
    }
    int value = 0;
    int digits = 0;
    while (digits < 3 && i < text.size() && text[i] >= '0' && text[i] <= '7') {
      value = value * 8 + (text[i] - '0');
      ++digits, ++i;
    }
    if (digits == 0) return std::nullopt;
    bytes += static_cast<char>(value);
    --i;
  }
  return bytes;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<std::string> pdf_text(std::string_view utf8) {
  const auto points = points_of(utf8);
  if (!points) return std::nullopt;
  bool plain = true;
  for (const char32_t point : *points) plain = plain && point >= 0x20 && point < 0x7F;
  std::string text;
  if (plain) {
    text = "(";
    for (const char c : utf8) {
      if (c == '(' || c == ')' || c == '\\') text += '\\';
      text += c;
    }
    return text + ")";
  }
  text = "<FEFF";
  for (const char32_t point : *points) {
    if (point < 0x10000) {
      text += fmt::format("{:04X}", static_cast<std::uint32_t>(point));
    } else {
      const std::uint32_t rest = static_cast<std::uint32_t>(point) - 0x10000;
      text += fmt::format("{:04X}{:04X}", 0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF));
    }
  }
  return text + ">";
}

std::optional<std::string> bytes_of_hex(std::string_view text) {
  if (text.size() < 2 || text.front() != '<' || text.back() != '>') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string bytes;
  int half = -1;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\r') continue;
    const int value = hex_value(c);
    if (value < 0) return std::nullopt;
    if (half < 0) {
      half = value;
    } else {
      bytes += static_cast<char>(half * 16 + value);
      half = -1;
    }
  }
  if (half >= 0) bytes += static_cast<char>(half * 16);
  return bytes;
}

std::optional<std::string> text_of(std::string_view pdf_string) {
  const auto bytes =
      pdf_string.starts_with('<') ? bytes_of_hex(pdf_string) : bytes_of_literal(pdf_string);
  if (!bytes) return std::nullopt;
  if (!bytes->starts_with("\xFE\xFF")) {
    for (const char c : *bytes)
      if (static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
    return bytes;
  }
  std::string text;
  const auto unit = [&](std::size_t at) {
    return static_cast<char32_t>(static_cast<unsigned char>((*bytes)[at]) << 8 |
                                 static_cast<unsigned char>((*bytes)[at + 1]));
  };
  for (std::size_t i = 2; i + 1 < bytes->size(); i += 2) {
    char32_t point = unit(i);
    if (point >= 0xD800 && point < 0xDC00 && i + 3 < bytes->size()) {
      point = 0x10000 + ((point - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
      i += 2;
    }
    append_utf8(text, point);
  }
  return text;
}

std::optional<std::string> pdf_date(std::string_view iso) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd";
  if (iso.size() < kForm.size() + 1) return std::nullopt;
  const auto fits = [](std::string_view text, std::string_view form) {
    if (text.size() != form.size()) return false;
    for (std::size_t i = 0; i < form.size(); ++i)
      if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i]) return false;
    return true;
  };
  if (!fits(iso.substr(0, kForm.size()), kForm)) return std::nullopt;
  std::string date = "D:";
  for (const char c : iso.substr(0, kForm.size()))
    if (c >= '0' && c <= '9') date += c;
  std::string_view zone = iso.substr(kForm.size());
  if (zone.starts_with('.')) {  // parts of a second, which PDF cannot say
    zone.remove_prefix(1);
    while (!zone.empty() && zone[0] >= '0' && zone[0] <= '9') zone.remove_prefix(1);
  }
  if (zone == "Z") return date + "+00'00'";
  if (!fits(zone, "+dd:dd") && !fits(zone, "-dd:dd")) return std::nullopt;
  return date + fmt::format("{}'{}'", zone.substr(0, 3), zone.substr(4, 2));
}

}  // namespace sogoc::pades
