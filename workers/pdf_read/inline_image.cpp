#include "workers/pdf_read/inline_image.hpp"

#include <algorithm>
#include <map>

namespace sogoc::pdf {
namespace {

const std::map<std::string, std::string>& long_keys() {
  static const std::map<std::string, std::string> keys = {
      {"/BPC", "/BitsPerComponent"}, {"/CS", "/ColorSpace"}, {"/D", "/Decode"},
      {"/DP", "/DecodeParms"},       {"/F", "/Filter"},      {"/H", "/Height"},
      {"/IM", "/ImageMask"},         {"/I", "/Interpolate"}, {"/W", "/Width"},
      {"/L", "/Length"}};
  return keys;
}

QPDFObjectHandle long_names(QPDFObjectHandle value, bool filter) {
  static const std::map<std::string, std::string> filters = {
      {"/AHx", "/ASCIIHexDecode"}, {"/A85", "/ASCII85Decode"}, {"/LZW", "/LZWDecode"},
      {"/Fl", "/FlateDecode"},     {"/RL", "/RunLengthDecode"}, {"/CCF", "/CCITTFaxDecode"},
      {"/DCT", "/DCTDecode"}};
  static const std::map<std::string, std::string> spaces = {
      {"/G", "/DeviceGray"}, {"/RGB", "/DeviceRGB"}, {"/CMYK", "/DeviceCMYK"}, {"/I", "/Indexed"}};
  const auto& names = filter ? filters : spaces;
  if (value.isName()) {
    const auto found = names.find(value.getName());
    return found == names.end() ? value : QPDFObjectHandle::newName(found->second);
  }
  if (!value.isArray()) return value;
  QPDFObjectHandle array = QPDFObjectHandle::newArray();
  for (int i = 0; i < std::min(value.getArrayNItems(), 16); ++i) {
    QPDFObjectHandle item = value.getArrayItem(i);
    array.appendItem(item.isName() ? long_names(item, filter) : item);
  }
  return array;
}

}  // namespace

std::optional<QPDFObjectHandle> inline_image(QPDF& owner, const std::string& dictionary,
                                             const std::string& data) {
  QPDFObjectHandle abbreviated;
  try {
    abbreviated = QPDFObjectHandle::parse(&owner, dictionary + " >>");
  } catch (const std::exception&) {
    return std::nullopt;
  }
  if (!abbreviated.isDictionary()) return std::nullopt;
  QPDFObjectHandle image = QPDFObjectHandle::newStream(&owner, data);
  QPDFObjectHandle whole = image.getDict();
  for (const std::string& key : abbreviated.getKeys()) {
    const auto found = long_keys().find(key);
    const std::string& name = found == long_keys().end() ? key : found->second;
    if (name == "/Length") continue;
    QPDFObjectHandle value = abbreviated.getKey(key);
    if (name == "/Filter") value = long_names(value, true);
    if (name == "/ColorSpace") value = long_names(value, false);
    whole.replaceKey(name, value);
  }
  whole.replaceKey("/Subtype", QPDFObjectHandle::newName("/Image"));
  return image;
}

}  // namespace sogoc::pdf
