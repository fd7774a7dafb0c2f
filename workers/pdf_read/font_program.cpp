#include "workers/pdf_read/font_program.hpp"

#include <algorithm>

namespace sogoc::pdf {

std::uint32_t TrueTypeProgram::u16(std::size_t at) const {
  if (bytes_.size() < 2 || at > bytes_.size() - 2) return 0;
  return static_cast<std::uint32_t>(bytes_[at]) << 8 | bytes_[at + 1];
}

std::uint32_t TrueTypeProgram::u32(std::size_t at) const { return u16(at) << 16 | u16(at + 2); }

std::optional<TrueTypeProgram> TrueTypeProgram::parse(std::vector<std::uint8_t> bytes) {
  TrueTypeProgram font;
  font.bytes_ = std::move(bytes);
  const std::uint32_t version = font.u32(0);
  if (version != 0x00010000 && version != 0x74727565) return std::nullopt;  // "true"
  std::map<std::uint32_t, std::size_t> tables;
  const std::size_t count = std::min<std::uint32_t>(font.u16(4), 64);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t entry = 12 + 16 * i;
    const std::size_t offset = font.u32(entry + 8);
    const std::size_t length = font.u32(entry + 12);
    if (offset > font.bytes_.size() || length > font.bytes_.size() - offset) return std::nullopt;
    tables[font.u32(entry)] = offset;
  }
  constexpr std::uint32_t kHead = 0x68656164, kHhea = 0x68686561, kMaxp = 0x6D617870,
                          kHmtx = 0x686D7478, kCmap = 0x636D6170, kGlyf = 0x676C7966;
  for (const std::uint32_t needed : {kHead, kHhea, kMaxp, kHmtx, kGlyf})
    if (!tables.contains(needed)) return std::nullopt;
  font.units_per_em_ = static_cast<int>(font.u16(tables[kHead] + 18));
  font.glyph_count_ = static_cast<int>(font.u16(tables[kMaxp] + 4));
  font.width_count_ = static_cast<int>(font.u16(tables[kHhea] + 34));
  font.widths_at_ = tables[kHmtx];
  const std::size_t widths_end =
      font.widths_at_ + 4 * static_cast<std::size_t>(font.width_count_);
  if (font.units_per_em_ == 0 || font.glyph_count_ == 0 || font.width_count_ == 0 ||
      widths_end > font.bytes_.size())
    return std::nullopt;
  if (tables.contains(kCmap)) {
    const std::size_t cmap = tables[kCmap];
    const std::size_t maps = std::min<std::uint32_t>(font.u16(cmap + 2), 64);
    for (std::size_t i = 0; i < maps; ++i) {
      const std::size_t entry = cmap + 4 + 8 * i;
      font.maps_[{static_cast<int>(font.u16(entry)), static_cast<int>(font.u16(entry + 2))}] =
          cmap + font.u32(entry + 4);
    }
  }
  return font;
}

double TrueTypeProgram::width(int glyph) const {
  const int entry = std::clamp(glyph, 0, width_count_ - 1);  // the last width holds for the rest
  return u16(widths_at_ + 4 * static_cast<std::size_t>(entry)) * 1000.0 / units_per_em_;
}

bool TrueTypeProgram::has_map(int platform, int encoding) const {
  return maps_.contains({platform, encoding});
}

int TrueTypeProgram::glyph_of(int platform, int encoding, std::uint32_t code) const {
  const auto map = maps_.find({platform, encoding});
  if (map == maps_.end()) return 0;
  const std::size_t table = map->second;
  int glyph = 0;
  switch (u16(table)) {
    case 0:
      if (code < 256 && table + 6 + code < bytes_.size())
        glyph = bytes_[table + 6 + code];
      break;
    case 4: glyph = glyph_in_segments(table, code); break;
    case 6: {
      const std::uint32_t first = u16(table + 6), entries = u16(table + 8);
      if (code >= first && code - first < entries)
        glyph = static_cast<int>(u16(table + 10 + 2 * std::size_t{code - first}));
      break;
    }
    default: break;  // other forms: treated as missing, the page is then rendered
  }
  return glyph < glyph_count_ ? glyph : 0;
}

int TrueTypeProgram::glyph_in_segments(std::size_t table, std::uint32_t code) const {
  const std::size_t twice = u16(table + 6);  // 2 x number of segments
  const std::size_t ends = table + 14, starts = ends + twice + 2, deltas = starts + twice,
                    offsets = deltas + twice;
  for (std::size_t s = 0; s < twice; s += 2) {
    if (code > u16(ends + s)) continue;
    const std::uint32_t start = u16(starts + s);
    if (code < start) return 0;
    const std::uint32_t offset = u16(offsets + s);
    if (offset == 0) return static_cast<int>((code + u16(deltas + s)) & 0xFFFF);
    const std::uint32_t glyph = u16(offsets + s + offset + 2 * std::size_t{code - start});
    return glyph == 0 ? 0 : static_cast<int>((glyph + u16(deltas + s)) & 0xFFFF);
  }
  return 0;
}

}  // namespace sogoc::pdf
