#include "workers/pdf_read/graft_check.hpp"

#include <set>

#include "workers/pdf_read/font_check.hpp"

namespace sogoc::pdf {
namespace {

constexpr std::size_t kMaxObjects = 20'000;   // of one page's resources

QPDFObjectHandle first_of(QPDFObjectHandle array) {
  return array.isArray() && array.getArrayNItems() > 0 ? array.getArrayItem(0)
                                                       : QPDFObjectHandle::newNull();
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
    for (const char* key : {"/AA", "/JS", "/OC", "/OPI", "/Alternates", "/Ref", "/PS", "/TR", "/TR2",
                            "/HTP", "/HT"})
      if (!dictionary.getKey(key).isNull() && name_of(dictionary.getKey(key)) != "/Default")
        return std::string("an entry ") + (key + 1);
    const std::string subtype = name_of(dictionary.getKey("/Subtype"));
    // A soft mask of a picture is allowed; one of the graphics state is not looked into.
    if (subtype != "/Image" && !dictionary.getKey("/SMask").isNull() &&
        name_of(dictionary.getKey("/SMask")) != "/None")
      return "a soft mask";
    if (dictionary.getKey("/Interpolate").isBool() &&
        dictionary.getKey("/Interpolate").getBoolValue())
      return "an interpolated picture";
    const std::string blend = name_of(dictionary.getKey("/BM"));
    if (!dictionary.getKey("/BM").isNull() && blend != "/Normal" && blend != "/Compatible")
      return "a blend mode";
    for (const char* key : {"/ColorSpace", "/CS"})
      if (name_of(dictionary.getKey(key)) == "/DeviceCMYK") return "CMYK colours";
    if (dictionary.getKey("/ShadingType").isNumber() || !dictionary.getKey("/PatternType").isNull())
      return "patterns";
    if (!is_stream) return "";
    if (subtype == "/PS" || !dictionary.getKey("/Subtype2").isNull()) return "PostScript";
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
  for (const char* key : {"/AA", "/UserUnit", "/PresSteps", "/OC"})
    if (!page.getKey(key).isNull()) return std::string("the page has an entry ") + (key + 1);
  if (content.has_optional_content) return "layers that can be switched off";
  if (content.has_patterns) return "patterns";
  if (content.has_postscript) return "PostScript";
  if (content.missing_resource) return "a missing resource";
  if (content.invisible_characters > 0) return "invisible text";
  if (content.has_unknown_operator) return "an unknown operator";
  if (content.has_form_without_resources) return "a form without resources";
  if (content.codes_incomplete) return "too much text to check";
  constexpr std::size_t kDeepestSave = 26;  // PDF/A allows 28; the viewer's own state counts
  if (content.deepest_save > kDeepestSave) return "content that is nested too deeply";
  for (const std::string& space : content.colour_spaces)
    if (!fine_space(space)) return "colours of the kind " + space.substr(1);
  for (const UsedFont& font : content.fonts)
    if (std::string found = font_obstacle(font); !found.empty()) return found;
  QPDFObjectHandle resources = inherited(page, "/Resources");
  if (std::string found = ResourceCheck().obstacle_in(resources); !found.empty()) return found;
  if (!safe_to_copy(page)) return "too many resources to copy";
  return "";
}

std::string why_old_encoding(const PageContent& content) {
  for (const UsedFont& used : content.fonts) {
    const std::string name = font_name(used.font);
    if (name.starts_with(".Vn") || name.starts_with("VNI") || name.starts_with("VnTime") ||
        name.starts_with(".VN"))
      return "its own text is in an old Vietnamese encoding";
  }
  return "";
}

}  // namespace sogoc::pdf
