#include "workers/pdf_read/colour_space.hpp"

#include <string_view>

#include "workers/decode/decoding.hpp"

namespace sogoc::pdf {
namespace {

constexpr std::uint64_t kMaxProfileBytes = 8u << 20;
constexpr int kMaxDepth = 4;

using Kind = ColourSpace::Kind;

std::optional<ColourSpace> plain(Kind kind) { return ColourSpace{kind, {}, {}}; }

std::optional<ColourSpace> find(QPDFObjectHandle space, QPDFObjectHandle resources,
                                const std::string& subject, int depth);

std::optional<ColourSpace> named(const std::string& name, QPDFObjectHandle resources,
                                 const std::string& subject, int depth) {
  if (name == "/DeviceGray" || name == "/G" || name == "/CalGray") return plain(Kind::gray);
  if (name == "/DeviceRGB" || name == "/RGB" || name == "/CalRGB") return plain(Kind::rgb);
  if (name == "/DeviceCMYK" || name == "/CMYK") return plain(Kind::cmyk);
  if (!resources.isInitialized() || !resources.isDictionary()) return std::nullopt;
  QPDFObjectHandle spaces = resources.getKey("/ColorSpace");
  if (!spaces.isDictionary() || spaces.getKey(name).isNull()) return std::nullopt;
  return find(spaces.getKey(name), resources, subject, depth + 1);
}

std::optional<ColourSpace> by_profile(QPDFObjectHandle stream, QPDFObjectHandle resources,
                                      const std::string& subject, int depth) {
  if (!stream.isStream()) return std::nullopt;
  const int components = int_of(stream.getDict().getKey("/N"), 0);
  const Result<std::vector<std::uint8_t>> icc = decoded_bytes(stream, kMaxProfileBytes, subject);
  // A Lab profile has three components too, and is no RGB.
  std::string_view signature;
  if (icc && icc->size() > 20)
    signature = {reinterpret_cast<const char*>(icc->data()) + 16, 4};
  if (signature == "Lab ") return std::nullopt;
  const auto with_profile = [&](Kind kind, decoding::ProfileKind profile) {
    std::optional<ColourSpace> space = plain(kind);
    if (icc) space->icc = decoding::usable_profile(*icc, profile);
    return space;
  };
  if (components == 1) return with_profile(Kind::gray, decoding::ProfileKind::gray);
  if (components == 3) return with_profile(Kind::rgb, decoding::ProfileKind::rgb);
  if (components == 4) return plain(Kind::cmyk);
  return find(stream.getDict().getKey("/Alternate"), resources, subject, depth + 1);
}

std::optional<ColourSpace> indexed(QPDFObjectHandle array, QPDFObjectHandle resources,
                                   const std::string& subject, int depth) {
  if (array.getArrayNItems() < 4) return std::nullopt;
  const std::optional<ColourSpace> base =
      find(array.getArrayItem(1), resources, subject, depth + 1);
  const int last = int_of(array.getArrayItem(2), -1);
  if (!base || base->kind == Kind::indexed || last < 0 || last > 255) return std::nullopt;
  std::vector<std::uint8_t> table;
  QPDFObjectHandle lookup = array.getArrayItem(3);
  if (lookup.isString()) {
    const std::string text = lookup.getStringValue();
    table.assign(text.begin(), text.end());
  } else if (lookup.isStream()) {
    const Result<std::vector<std::uint8_t>> bytes = decoded_bytes(lookup, 1u << 20, subject);
    if (!bytes) return std::nullopt;
    table = *bytes;
  }
  const auto components = static_cast<std::size_t>(base->components());
  const std::size_t entries = static_cast<std::size_t>(last) + 1;
  table.resize(entries * components);  // a short table: black
  ColourSpace space{Kind::indexed, {}, {}};
  for (std::size_t i = 0; i < entries; ++i) {
    const std::uint8_t* entry = table.data() + i * components;
    std::uint8_t rgb[3] = {entry[0], entry[0], entry[0]};
    if (components == 3) std::copy(entry, entry + 3, rgb);
    if (components == 4) decoding::cmyk_to_rgb(entry[0], entry[1], entry[2], entry[3], rgb);
    space.palette.insert(space.palette.end(), rgb, rgb + 3);
  }
  return space;
}

std::optional<ColourSpace> find(QPDFObjectHandle space, QPDFObjectHandle resources,
                                const std::string& subject, int depth) {
  if (depth > kMaxDepth || !space.isInitialized()) return std::nullopt;
  if (space.isName()) return named(space.getName(), resources, subject, depth);
  if (!space.isArray() || space.getArrayNItems() < 1) return std::nullopt;
  const std::string family = name_of(space.getArrayItem(0));
  if (family == "/ICCBased" && space.getArrayNItems() > 1)
    return by_profile(space.getArrayItem(1), resources, subject, depth);
  if (family == "/Indexed" || family == "/I") return indexed(space, resources, subject, depth);
  return named(family, QPDFObjectHandle::newNull(), subject, depth);
}

}  // namespace

std::optional<ColourSpace> colour_space(QPDFObjectHandle space, QPDFObjectHandle resources,
                                        const std::string& subject) {
  return find(space, resources, subject, 0);
}

}  // namespace sogoc::pdf
