#include "workers/pdf_read/graft_check.hpp"

#include <set>
#include <string_view>

namespace sogoc::pdf {
namespace {

constexpr std::size_t kMaxObjects = 20'000;   // of one page's resources

QPDFObjectHandle first_of(QPDFObjectHandle array) {
  return array.isArray() && array.getArrayNItems() > 0 ? array.getArrayItem(0)
                                                       : QPDFObjectHandle::newNull();
}

// "ABCDEF+Times" is Times.
std::string font_name(QPDFObjectHandle font) {
  std::string name = name_of(font.getKey("/BaseFont"));
  if (name.starts_with("/")) name.erase(0, 1);
  if (name.size() > 7 && name[6] == '+') name.erase(0, 7);
  return name;
}

bool is_embedded(QPDFObjectHandle font) {
  QPDFObjectHandle descriptor = font.getKey("/FontDescriptor");
  if (!descriptor.isDictionary()) return false;
  for (const char* key : {"/FontFile", "/FontFile2", "/FontFile3"})
    if (descriptor.getKey(key).isStream()) return true;
  return false;
}

// Level U: each used code must lead to Unicode. A map in the font, or an encoding whose glyph
// names are standard ones (no /Differences, which may name anything).
bool has_unicode(QPDFObjectHandle font) {
  if (font.getKey("/ToUnicode").isStream()) return true;
  if (name_of(font.getKey("/Subtype")) == "/Type0") return false;
  QPDFObjectHandle encoding = font.getKey("/Encoding");
  const std::string name = name_of(encoding);
  return name == "/WinAnsiEncoding" || name == "/MacRomanEncoding";
}

std::string font_obstacle(QPDFObjectHandle font) {
  const std::string kind = name_of(font.getKey("/Subtype"));
  if (kind == "/Type3") return "a Type 3 font";
  if (!has_unicode(font)) return "a font without a Unicode map";
  if (kind == "/Type0") {
    const std::string encoding = name_of(font.getKey("/Encoding"));
    if (encoding != "/Identity-H") return "a font with an encoding of its own";
    QPDFObjectHandle inner = first_of(font.getKey("/DescendantFonts"));
    if (!inner.isDictionary() || !is_embedded(inner)) return "a font that is not embedded";
    // Level 2: an embedded TrueType CID font must say how codes become glyphs.
    if (name_of(inner.getKey("/Subtype")) == "/CIDFontType2" &&
        inner.getKey("/CIDToGIDMap").isNull())
      return "a font without a glyph map";
    // A /CIDSet must be complete, and many writers get it wrong.
    if (!inner.getKey("/FontDescriptor").getKey("/CIDSet").isNull()) return "a font with a CIDSet";
    return "";
  }
  if (kind != "/TrueType" && kind != "/Type1" && kind != "/MMType1") return "an unknown kind of font";
  if (!is_embedded(font)) return "a font that is not embedded";
  QPDFObjectHandle descriptor = font.getKey("/FontDescriptor");
  if (!descriptor.getKey("/CharSet").isNull()) return "a font with a CharSet";
  const bool symbolic = (int_of(descriptor.getKey("/Flags"), 0) & 4) != 0;
  QPDFObjectHandle encoding = font.getKey("/Encoding");
  if (kind == "/TrueType" && symbolic && !encoding.isNull())
    return "a symbolic font with an encoding";
  if (kind == "/TrueType" && !symbolic && !encoding.isName())
    return "a TrueType font without a standard encoding";
  if (!font.getKey("/Widths").isArray()) return "a font without widths";
  return "";
}

bool fine_space(const std::string& family) {
  static const std::set<std::string> fine = {"/DeviceGray", "/DeviceRGB", "/CalGray", "/CalRGB",
                                             "/ICCBased 1", "/ICCBased 3"};
  return fine.contains(family);
}

// Everything the page's resources lead to.
class ResourceCheck {
 public:
  std::string obstacle_in(QPDFObjectHandle resources) {
    open_.push_back(resources);
    while (!open_.empty()) {
      QPDFObjectHandle here = open_.back();
      open_.pop_back();
      if (here.isIndirect() && !seen_.insert(here.getObjGen()).second) continue;
      if (++looked_at_ > kMaxObjects) return "too many resources to check";
      if (here.isArray()) {
        for (int i = 0; i < here.getArrayNItems(); ++i) open_.push_back(here.getArrayItem(i));
        if (std::string found = array_obstacle(here); !found.empty()) return found;
        continue;
      }
      QPDFObjectHandle dictionary = here.isStream() ? here.getDict() : here;
      if (!dictionary.isDictionary()) continue;
      if (std::string found = dictionary_obstacle(dictionary, here.isStream()); !found.empty())
        return found;
      for (const std::string& key : dictionary.getKeys())
        if (key != "/Parent") open_.push_back(dictionary.getKey(key));
    }
    return "";
  }

 private:
  static std::string array_obstacle(QPDFObjectHandle array) {
    const std::string family = name_of(first_of(array));
    static const std::set<std::string> odd = {"/Separation", "/DeviceN", "/Lab", "/Pattern"};
    if (odd.contains(family)) return "colours of the kind " + family.substr(1);
    if (family == "/ICCBased" && array.getArrayNItems() > 1 && array.getArrayItem(1).isStream() &&
        int_of(array.getArrayItem(1).getDict().getKey("/N"), 0) == 4)
      return "CMYK colours";
    for (int i = 0; i < std::min(array.getArrayNItems(), 16); ++i) {
      const std::string name = name_of(array.getArrayItem(i));
      if (name == "/DeviceCMYK") return "CMYK colours";
      if (name == "/LZWDecode" || name == "/Crypt" || name == "/JPXDecode")
        return "a stream coded by " + name.substr(1);
    }
    return "";
  }

  static std::string dictionary_obstacle(QPDFObjectHandle dictionary, bool is_stream) {
    for (const char* key : {"/AA", "/A", "/JS", "/OC", "/OPI", "/Alternates", "/Ref", "/PS", "/TR",
                            "/TR2", "/HTP", "/SMask", "/Metadata"})
      if (!dictionary.getKey(key).isNull() && name_of(dictionary.getKey(key)) != "/None" &&
          name_of(dictionary.getKey(key)) != "/Default")
        return std::string("an entry ") + (key + 1);
    if (dictionary.getKey("/Interpolate").isBool() &&
        dictionary.getKey("/Interpolate").getBoolValue())
      return "an interpolated picture";
    for (const char* key : {"/ca", "/CA"})
      if (number_of(dictionary.getKey(key), 1) < 0.999) return "transparency";
    if (!dictionary.getKey("/BM").isNull() && name_of(dictionary.getKey("/BM")) != "/Normal")
      return "a blend mode";
    if (name_of(dictionary.getKey("/ColorSpace")) == "/DeviceCMYK") return "CMYK colours";
    if (dictionary.getKey("/ShadingType").isNumber() || !dictionary.getKey("/PatternType").isNull())
      return "patterns";
    if (!is_stream) return "";
    const std::string subtype = name_of(dictionary.getKey("/Subtype"));
    if (subtype == "/PS" || !dictionary.getKey("/Subtype2").isNull()) return "PostScript";
    if (dictionary.getKey("/Group").isDictionary()) return "a transparency group";
    for (const char* key : {"/F", "/FFilter", "/FDecodeParms"})
      if (!dictionary.getKey(key).isNull()) return "a stream outside the file";
    const std::string filter = name_of(dictionary.getKey("/Filter"));
    if (filter == "/LZWDecode" || filter == "/Crypt" || filter == "/JPXDecode")
      return "a stream coded by " + filter.substr(1);
    return "";
  }

  std::vector<QPDFObjectHandle> open_;
  std::set<QPDFObjGen> seen_;
  std::size_t looked_at_ = 0;
};

}  // namespace

std::string why_not_graftable(Document& document, QPDFObjectHandle page,
                              const PageContent& content, bool shows_annotations) {
  if (document.repaired) return "the file is damaged";
  if (shows_annotations) return "marks of signatures or notes lie over it";
  for (const char* key : {"/AA", "/UserUnit", "/Group", "/PresSteps", "/OC"})
    if (!page.getKey(key).isNull()) return std::string("the page has an entry ") + (key + 1);
  if (content.has_transparency) return "transparency";
  if (content.has_optional_content) return "layers that can be switched off";
  if (content.has_patterns) return "patterns";
  if (content.has_postscript) return "PostScript";
  if (content.missing_resource) return "a missing resource";
  if (content.invisible_characters > 0) return "invisible text";
  for (const std::string& space : content.colour_spaces)
    if (!fine_space(space)) return "colours of the kind " + space.substr(1);
  for (const QPDFObjectHandle& font : content.fonts)
    if (std::string found = font_obstacle(font); !found.empty()) return found;
  QPDFObjectHandle resources = inherited(page, "/Resources");
  // Fonts that are named but show nothing must be embedded as well.
  if (resources.isDictionary() && resources.getKey("/Font").isDictionary()) {
    QPDFObjectHandle fonts = resources.getKey("/Font");
    for (const std::string& name : fonts.getKeys()) {
      QPDFObjectHandle font = fonts.getKey(name);
      if (!font.isDictionary()) return "a missing resource";
      if (std::string found = font_obstacle(font); !found.empty()) return found;
    }
  }
  if (std::string found = ResourceCheck().obstacle_in(resources); !found.empty()) return found;
  if (!safe_to_copy(page)) return "too many resources to copy";
  return "";
}

std::string why_old_encoding(const PageContent& content) {
  for (QPDFObjectHandle font : content.fonts) {
    const std::string name = font_name(font);
    if (name.starts_with(".Vn") || name.starts_with("VNI") || name.starts_with("VnTime") ||
        name.starts_with(".VN"))
      return "its own text is in an old Vietnamese encoding";
  }
  return "";
}

}  // namespace sogoc::pdf
