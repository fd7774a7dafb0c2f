#include "pipeline/core/page.hpp"

#include "pipeline/core/names.hpp"

namespace sogoc {

std::string_view name(MediaType value) { return name_in(kMediaTypeNames, value); }
std::string_view name(PictureCoding value) { return name_in(kPictureCodingNames, value); }
std::string_view name(ColourModel value) { return name_in(kColourModelNames, value); }
std::string_view name(PictureRole value) { return name_in(kPictureRoleNames, value); }
std::string_view name(RegionKind value) { return name_in(kRegionKindNames, value); }
std::string_view name(PageOrigin value) { return name_in(kPageOriginNames, value); }
std::string_view name(PageState value) { return name_in(kPageStateNames, value); }
std::string_view name(ValueState value) { return name_in(kValueStateNames, value); }

std::optional<PageState> page_state_named(std::string_view text) {
  return value_in(kPageStateNames, text);
}

std::string text_of(const TextLine& line) {
  std::string text;
  for (const Word& word : line.words) {
    if (!text.empty()) text += ' ';
    text += word.text;
  }
  return text;
}

std::string body_text(const PageText& text) {
  std::string body;
  for (const Region& region : text.regions) {
    if (!is_body(region.kind) || region.lines.empty()) continue;
    if (!body.empty()) body += '\n';
    bool first = true;
    for (const TextLine& line : region.lines) {
      if (!first)
        body += line.join == LineJoin::own_line ? '\n' : line.join == LineJoin::cell ? '\t' : ' ';
      body += text_of(line);
      first = false;
    }
    body += '\n';
  }
  return body;
}

BoxPx box_on_master(const BoxPx& upright, const PagePart& part, SizePx master) {
  BoxPx box = part.upright_from_master.inverse().apply(upright);
  if (part.flattening) box = part.flattening->on_master(box);
  return intersection(box, {0, 0, master.width, master.height});
}

}  // namespace sogoc
