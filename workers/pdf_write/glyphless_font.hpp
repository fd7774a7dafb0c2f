#pragma once

// The font of the invisible text layer. It draws nothing: every character has the same empty
// glyph of half an em, stretched over its word by horizontal scaling. A character's number (CID)
// is its UTF-16 code, so that even a viewer that ignores the Unicode map copies the right text;
// characters beyond the basic plane take numbers from the surrogate range, which no character
// has. Glyph 0 (.notdef) is never used: PDF/A-2 6.2.11.8 forbids it in any render mode.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sogoc {

inline constexpr int kGlyphAdvance = 500;  // thousandths of an em, every character
inline constexpr int kGlyphAscent = 800;   // ascent - descent = 1 em: the font size is the height
inline constexpr int kGlyphDescent = -200;
inline constexpr std::string_view kGlyphlessFontName = "SogocGlyphless";

// A TrueType font with two empty glyphs; always the same bytes.
[[nodiscard]] std::vector<std::uint8_t> glyphless_truetype();

// Maps every one of 65,536 CIDs to glyph 1.
[[nodiscard]] std::vector<std::uint8_t> glyphless_cid_to_gid();

// Which characters a document used. Thread: one at a time.
class CharacterSet {
 public:
  // The hexadecimal digits of a PDF string that shows `points`; remembers them as used.
  [[nodiscard]] std::string encode(const std::vector<char32_t>& points);
  // The ToUnicode map of exactly the characters used.
  [[nodiscard]] std::string to_unicode_cmap() const;
  [[nodiscard]] bool empty() const { return used_.empty(); }

 private:
  [[nodiscard]] std::uint16_t number_of(char32_t point);

  std::map<std::uint16_t, char32_t> used_;
  std::map<char32_t, std::uint16_t> astral_;
};

}  // namespace sogoc
