#pragma once

// Tinos (metric-compatible with Times New Roman) in its four faces: shaping by HarfBuzz, and the
// subset that a PDF embeds. A character code of the PDF (CID) stands for one glyph *and* the text
// it was written for, so that the Unicode map gives back exactly what was set, whatever glyphs two
// texts share.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

enum class Face : std::uint8_t { regular, bold, italic, bold_italic };
[[nodiscard]] constexpr Face face_of(bool bold, bool italic) {
  return bold ? (italic ? Face::bold_italic : Face::bold) : (italic ? Face::italic : Face::regular);
}

// Lengths in ems: times the size they are points.
struct ShapedGlyph {
  std::uint16_t cid = 0;
  double advance = 0;  // to the next glyph, kerning included
  double nominal = 0;  // the font's own width, which the PDF states
  double dx = 0, dy = 0;
};
struct ShapedText {
  Face face = Face::regular;
  std::vector<ShapedGlyph> glyphs;
  double width = 0;
};

struct EmbeddedFace {
  Face face = Face::regular;
  std::string name;                      // "KQXWZA+Tinos-Bold"
  std::vector<std::uint8_t> program;     // TrueType
  std::vector<std::uint8_t> cid_to_gid;  // two bytes a CID
  std::string widths;                    // value of /W
  std::string to_unicode;                // CMap
  // of the descriptor, in thousandths of an em
  int ascent = 0, descent = 0, cap_height = 0, italic_angle = 0, stem = 0;
  int box[4] = {0, 0, 0, 0};
};

// Thread: one at a time. Owner: owns the fonts, mapped from the folder.
class FontSet {
 public:
  // Reads Tinos-*.ttf; fails with missing_model and names the Debian package.
  [[nodiscard]] static Result<FontSet> open(const std::filesystem::path& folder);
  FontSet(FontSet&&) noexcept;
  FontSet& operator=(FontSet&&) noexcept;
  ~FontSet();

  // `text` is NFC without control characters; it is shaped as it stands, without ligatures. Fails
  // with unsupported_input and names the character that the font does not have.
  [[nodiscard]] Result<ShapedText> shape(Face face, std::string_view text);

  // The faces that were used, each cut down to its glyphs; the same texts give the same bytes.
  [[nodiscard]] Result<std::vector<EmbeddedFace>> embed() const;

 private:
  struct Inside;
  explicit FontSet(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

// Of all four faces, in ems: no letter of Vietnamese reaches beyond.
inline constexpr double kLetterAscent = 0.98;
inline constexpr double kLetterDescent = 0.25;

}  // namespace sogoc
