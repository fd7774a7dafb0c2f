#pragma once

// Private to this folder. As much of a TrueType font program as a PDF/A check needs: which glyphs
// exist, how wide they are, which code leads to which glyph. Every offset is checked.

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace sogoc::pdf {

class TrueTypeProgram {
 public:
  // Nothing when it is damaged or has no glyphs in TrueType form.
  [[nodiscard]] static std::optional<TrueTypeProgram> parse(std::vector<std::uint8_t> bytes);

  [[nodiscard]] int glyph_count() const { return glyph_count_; }
  [[nodiscard]] double width(int glyph) const;         // thousandths of the em
  [[nodiscard]] bool has_map(int platform, int encoding) const;
  [[nodiscard]] std::size_t map_count() const { return maps_.size(); }
  [[nodiscard]] int glyph_of(int platform, int encoding, std::uint32_t code) const;  // 0: none

 private:
  [[nodiscard]] std::uint32_t u16(std::size_t at) const;   // 0 beyond the end
  [[nodiscard]] std::uint32_t u32(std::size_t at) const;
  [[nodiscard]] int glyph_in_segments(std::size_t table, std::uint32_t code) const;

  std::vector<std::uint8_t> bytes_;
  std::map<std::pair<int, int>, std::size_t> maps_;      // platform, encoding -> subtable
  std::size_t widths_at_ = 0;
  int width_count_ = 0;
  int glyph_count_ = 0;
  int units_per_em_ = 1000;
};

}  // namespace sogoc::pdf
