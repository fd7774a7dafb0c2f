#pragma once

// Sheets of the capture station that bear no signature: covers of a stack. Text, bars, grays and
// symbols on pages of any size, as PDF with embedded fonts. Lengths in millimetres from the top left corner.

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

struct SheetText {
  double left = 0, top = 0, width = 0;  // top of the first line; breaks at its width
  double size_pt = 12;
  std::string text;
  bool bold = false;
  std::string align = "left";           // left, center, right
};
struct SheetBox {
  double left = 0, top = 0, width = 0, height = 0;
  double red = 0, green = 0, blue = 0;  // 0..1, device RGB
  double tilt = 0;                      // degrees clockwise about its middle
};
struct SheetSymbol {
  double left = 0, top = 0, side = 0;   // with its quiet zone
  std::string payload;
};
struct PlainSheet {
  double width = 210, height = 297;
  std::vector<SheetText> texts;
  std::vector<SheetBox> boxes;          // drawn first, in order
  std::vector<SheetSymbol> symbols;
};

// The PDF's bytes. Same sheets, same bytes. `fonts`: folder with Tinos-*.ttf. Fails with missing_model, unsupported_input (a letter
// that the font lacks) or limit_exceeded (a payload too long).
[[nodiscard]] Result<std::string> write_plain_sheets(const std::vector<PlainSheet>& sheets, const std::string& title, const std::filesystem::path& fonts);

}  // namespace sogoc
