#pragma once

// Private to this folder. What a page's content draws, found by a small interpreter of content
// streams: enough operators to say which pictures, text and lines appear where and in which
// order. It draws nothing.

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "workers/pdf_read/pdf_document.hpp"

namespace sogoc::pdf {

struct Clip {
  Rect box;                // user space; the box around the true clip
  bool exact = true;       // false: the clip is not an upright rectangle
};

struct DrawnImage {
  QPDFObjectHandle stream;     // an XObject, or an inline image made into a stream
  QPDFObjectHandle resources;  // where the name of its colour space is looked up
  Affine ctm;                  // unit square (y up) to user space
  Clip clip;
  std::optional<std::array<double, 3>> fill;  // RGB 0..1, of an image mask; none: a pattern
  bool plain_state = true;     // no transparency, blend mode or soft mask of the graphics state
  bool optional_content = false;
  bool inlined = false;
  std::uint32_t order = 0;     // place in the painting order
};

struct ShownText {
  std::uint32_t order = 0;
  std::uint32_t characters = 0;  // bytes of the strings: a two-byte font counts double
  bool visible = true;
};

struct PaintedPath {             // a fill, stroke or shading
  std::uint32_t order = 0;
  Rect box;                      // user space, within the clip
  bool white = false;
};

// A font that shows visible text, and the codes it shows: two bytes for a composite font.
struct UsedFont {
  QPDFObjectHandle font;
  bool composite = false;
  std::vector<bool> codes;         // 65536 or 256
};

struct PageContent {
  std::vector<DrawnImage> images;
  std::vector<ShownText> texts;       // neighbours of one kind are joined
  std::vector<PaintedPath> paths;
  std::vector<UsedFont> fonts;             // once each
  std::set<std::string> colour_spaces;     // of painting operators: families, "/DeviceCMYK", ...
  bool has_patterns = false;
  bool has_unknown_operator = false;
  bool has_form_without_resources = false;
  bool codes_incomplete = false;           // too much text in one operand list to note its codes
  std::size_t deepest_save = 0;            // q within q
  bool has_optional_content = false;
  bool has_postscript = false;
  bool missing_resource = false;           // a name that stands for nothing
  std::uint64_t visible_characters = 0;
  std::uint64_t invisible_characters = 0;
};

// Fails with limit_exceeded (too deep, too long) or invalid_input (a stream that is missing).
[[nodiscard]] Result<PageContent> walk_content(Document& document, QPDFObjectHandle page,
                                               const PageGeometry& geometry,
                                               const std::string& shown_name);

}  // namespace sogoc::pdf
