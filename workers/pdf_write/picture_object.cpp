#include "workers/pdf_write/picture_object.hpp"

#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sogoc {

namespace {

std::string device_space(ColourModel colour) {
  switch (colour) {
    case ColourModel::bilevel:
    case ColourModel::gray: return "/DeviceGray";
    case ColourModel::rgb:
    case ColourModel::indexed: return "/DeviceRGB";
    case ColourModel::cmyk: return "/DeviceCMYK";
  }
  return "/DeviceGray";
}

std::string colour_space(const Picture& picture, const PictureReferences& references) {
  const std::string base = references.icc_profile
                               ? fmt::format("[/ICCBased {} 0 R]", *references.icc_profile)
                               : device_space(picture.colour);
  if (picture.colour != ColourModel::indexed) return base;
  return fmt::format("[/Indexed {} {} <{:02X}>]", base, picture.palette.size() / 3 - 1,
                     fmt::join(picture.palette, ""));
}

std::string filter(const Picture& picture, const PictureReferences& references) {
  switch (picture.coding) {
    case PictureCoding::jpeg:
      return references.deflated ? " /Filter [/FlateDecode /DCTDecode]" : " /Filter /DCTDecode";
    case PictureCoding::jpx: return " /Filter /JPXDecode";
    case PictureCoding::ccitt_g4:
      return fmt::format(
          " /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns {} /Rows {} /BlackIs1 {} >>",
          picture.size.width, picture.size.height, picture.black_is_1);
    case PictureCoding::jbig2:
      return references.jbig2_globals
                 ? fmt::format(" /Filter /JBIG2Decode /DecodeParms << /JBIG2Globals {} 0 R >>",
                               *references.jbig2_globals)
                 : " /Filter /JBIG2Decode";
    case PictureCoding::flate:
      if (picture.predictor == 1) return " /Filter /FlateDecode";
      return fmt::format(
          " /Filter /FlateDecode /DecodeParms << /Predictor {} /Colors {} /BitsPerComponent {} "
          "/Columns {} >>",
          picture.predictor, components(picture.colour), picture.bits_per_component,
          picture.size.width);
  }
  return {};
}

}  // namespace

int components(ColourModel colour) {
  switch (colour) {
    case ColourModel::rgb: return 3;
    case ColourModel::cmyk: return 4;
    case ColourModel::bilevel:
    case ColourModel::gray:
    case ColourModel::indexed: break;
  }
  return 1;
}

std::string picture_dictionary(const Picture& picture, const PictureReferences& references) {
  std::string dictionary =
      fmt::format("<< /Type /XObject /Subtype /Image /Width {} /Height {} /ColorSpace {}",
                  picture.size.width, picture.size.height, colour_space(picture, references));
  if (picture.coding != PictureCoding::jpx)  // JPEG 2000 says it itself
    dictionary += fmt::format(" /BitsPerComponent {}", picture.bits_per_component);
  dictionary += filter(picture, references);
  if (picture.inverted) {
    dictionary += " /Decode [";
    const int last =
        picture.colour == ColourModel::indexed ? (1 << picture.bits_per_component) - 1 : 1;
    for (int i = 0; i < components(picture.colour); ++i)
      fmt::format_to(std::back_inserter(dictionary), "{} 0 ", last);
    dictionary += ']';
  }
  if (references.soft_mask)
    fmt::format_to(std::back_inserter(dictionary), " /SMask {} 0 R", *references.soft_mask);
  return dictionary + " >>";
}

std::string picture_key(const Picture& picture) {
  return fmt::format(
      "{} {} {}x{} {} {} {} {} {} {} {} {:02x}", to_hex(picture.data), name(picture.coding),
      picture.size.width, picture.size.height, picture.bits_per_component, name(picture.colour),
      picture.inverted, picture.black_is_1, picture.predictor,
      picture.jbig2_globals ? to_hex(*picture.jbig2_globals) : "-",
      picture.icc_profile ? to_hex(*picture.icc_profile) : "-", fmt::join(picture.palette, ""));
}

}  // namespace sogoc
