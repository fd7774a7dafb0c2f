#include "workers/pdf_write/glyphless_font.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

namespace sogoc {

namespace {

constexpr std::uint16_t kFirstAstral = 0xD800;
constexpr std::size_t kMostAstral = 0x800;
constexpr char32_t kReplacement = 0xFFFD;

class BigEndian {
 public:
  BigEndian& u16(unsigned value) {
    bytes_.push_back(static_cast<std::uint8_t>(value >> 8 & 0xFF));
    bytes_.push_back(static_cast<std::uint8_t>(value & 0xFF));
    return *this;
  }
  BigEndian& s16(int value) { return u16(static_cast<unsigned>(value) & 0xFFFF); }
  BigEndian& u32(std::uint32_t value) { return u16(value >> 16).u16(value & 0xFFFF); }
  BigEndian& zeros(std::size_t count) {
    bytes_.insert(bytes_.end(), count, 0);
    return *this;
  }
  [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

struct Table {
  std::string_view tag;
  std::vector<std::uint8_t> bytes;
};

std::uint32_t checksum(const std::vector<std::uint8_t>& bytes) {
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 4) {
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 4; ++i)
      word = word << 8 | (at + i < bytes.size() ? bytes[at + i] : 0u);
    sum += word;
  }
  return sum;
}

std::vector<std::uint8_t> head_table() {
  return BigEndian()
      .u32(0x00010000)
      .u32(0x00010000)  // version, revision
      .u32(0)
      .u32(0x5F0F3CF5)  // checksum adjustment (later), magic number
      .u16(0x0003)
      .u16(1000)  // flags: baseline at 0, sidebearing at 0; em
      .u32(0)
      .u32(0xC3E8B000)
      .u32(0)
      .u32(0xC3E8B000)  // created, modified: fixed
      .s16(0)
      .s16(kGlyphDescent)
      .s16(kGlyphAdvance)
      .s16(kGlyphAscent)  // box
      .u16(0)
      .u16(3)
      .s16(2)
      .s16(0)
      .s16(0)  // style, smallest size, direction, loca, glyf
      .take();
}

std::vector<std::uint8_t> hhea_table() {
  return BigEndian()
      .u32(0x00010000)
      .s16(kGlyphAscent)
      .s16(kGlyphDescent)
      .s16(0)
      .u16(kGlyphAdvance)
      .s16(0)
      .s16(0)
      .s16(kGlyphAdvance)
      .s16(1)
      .s16(0)
      .s16(0)
      .zeros(8)
      .s16(0)
      .u16(2)
      .take();
}

std::vector<std::uint8_t> maxp_table() {
  return BigEndian().u32(0x00010000).u16(2).zeros(8).u16(2).zeros(16).take();
}

std::vector<std::uint8_t> post_table() {  // version 3: no glyph names
  return BigEndian().u32(0x00030000).u32(0).s16(-100).s16(50).u32(1).zeros(16).take();
}

}  // namespace

std::vector<std::uint8_t> glyphless_truetype() {
  // In the order of their tags. The glyf table holds padding only: both glyphs are empty.
  const std::array<Table, 7> tables{{
      {"glyf", BigEndian().zeros(4).take()},
      {"head", head_table()},
      {"hhea", hhea_table()},
      {"hmtx", BigEndian().u16(kGlyphAdvance).s16(0).u16(kGlyphAdvance).s16(0).take()},
      {"loca", BigEndian().zeros(6).take()},
      {"maxp", maxp_table()},
      {"post", post_table()},
  }};
  BigEndian directory;
  directory.u32(0x00010000).u16(tables.size()).u16(64).u16(2).u16(tables.size() * 16 - 64);
  std::uint32_t offset = 12 + 16 * static_cast<std::uint32_t>(tables.size());
  std::size_t head_at = 0;
  for (const Table& table : tables) {
    if (table.tag == "head") head_at = offset;
    directory.u16(static_cast<unsigned>(table.tag[0]) << 8 | static_cast<unsigned>(table.tag[1]))
        .u16(static_cast<unsigned>(table.tag[2]) << 8 | static_cast<unsigned>(table.tag[3]))
        .u32(checksum(table.bytes))
        .u32(offset)
        .u32(static_cast<std::uint32_t>(table.bytes.size()));
    offset += static_cast<std::uint32_t>((table.bytes.size() + 3) / 4 * 4);
  }
  std::vector<std::uint8_t> font = directory.take();
  for (const Table& table : tables) {
    font.insert(font.end(), table.bytes.begin(), table.bytes.end());
    font.resize((font.size() + 3) / 4 * 4, 0);
  }
  const std::uint32_t adjustment = 0xB1B0AFBA - checksum(font);
  for (std::size_t i = 0; i < 4; ++i)
    font[head_at + 8 + i] = static_cast<std::uint8_t>(adjustment >> (24 - 8 * i) & 0xFF);
  return font;
}

std::vector<std::uint8_t> glyphless_cid_to_gid() {
  std::vector<std::uint8_t> map(65536 * 2, 0);
  for (std::size_t at = 1; at < map.size(); at += 2) map[at] = 1;
  return map;
}

std::uint16_t CharacterSet::number_of(char32_t point) {
  if (point >= 0xD800 && point <= 0xDFFF) point = kReplacement;
  if (point < 0x10000) return static_cast<std::uint16_t>(point);
  const auto known = astral_.find(point);
  if (known != astral_.end()) return known->second;
  if (astral_.size() >= kMostAstral) return static_cast<std::uint16_t>(kReplacement);
  const auto number = static_cast<std::uint16_t>(kFirstAstral + astral_.size());
  astral_.emplace(point, number);
  return number;
}

std::string CharacterSet::encode(const std::vector<char32_t>& points) {
  std::string digits;
  digits.reserve(points.size() * 4);
  for (char32_t point : points) {
    const std::uint16_t number = number_of(point);
    used_.emplace(number, number == kReplacement ? kReplacement : point);
    fmt::format_to(std::back_inserter(digits), "{:04X}", number);
  }
  return digits;
}

std::string CharacterSet::to_unicode_cmap() const {
  std::string cmap =
      "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
      "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
      "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
      "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n";
  constexpr std::size_t kMostInABlock = 100;
  std::size_t left = used_.size();
  std::size_t in_block = 0;
  for (const auto& [number, point] : used_) {
    if (in_block == 0) {
      in_block = std::min(left, kMostInABlock);
      left -= in_block;
      fmt::format_to(std::back_inserter(cmap), "{} beginbfchar\n", in_block);
    }
    if (point < 0x10000) {
      fmt::format_to(std::back_inserter(cmap), "<{:04X}> <{:04X}>\n", number,
                     static_cast<std::uint32_t>(point));
    } else {
      const std::uint32_t rest = static_cast<std::uint32_t>(point) - 0x10000;
      fmt::format_to(std::back_inserter(cmap), "<{:04X}> <{:04X}{:04X}>\n", number,
                     0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF));
    }
    if (--in_block == 0) cmap += "endbfchar\n";
  }
  return cmap + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n";
}

}  // namespace sogoc
