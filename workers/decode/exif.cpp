// The few tags we use of EXIF: a TIFF structure inside JPEG, PNG or WebP. Everything in it is
// outside input; a value that cannot be reached is as good as absent.

#include <optional>

#include "workers/decode/decoding.hpp"

namespace sogoc::decoding {

namespace {

class TiffStructure {
 public:
  TiffStructure(Bytes bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

  [[nodiscard]] std::optional<std::uint32_t> u16(std::size_t at) const { return number(at, 2); }
  [[nodiscard]] std::optional<std::uint32_t> u32(std::size_t at) const { return number(at, 4); }

 private:
  [[nodiscard]] std::optional<std::uint32_t> number(std::size_t at, std::size_t length) const {
    if (at > bytes_.size() || bytes_.size() - at < length) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < length; ++i)
      value = value << 8 | bytes_[big_endian_ ? at + i : at + length - 1 - i];
    return value;
  }

  Bytes bytes_;
  bool big_endian_;
};

std::optional<double> rational(const TiffStructure& tiff, std::size_t entry) {
  const auto offset = tiff.u32(entry + 8);
  if (!offset) return std::nullopt;
  const auto numerator = tiff.u32(*offset);
  const auto denominator = tiff.u32(std::size_t{*offset} + 4);
  if (!numerator || !denominator || *denominator == 0) return std::nullopt;
  return static_cast<double>(*numerator) / *denominator;
}

}  // namespace

ExifFacts read_exif(Bytes tiff) {
  ExifFacts facts;
  if (tiff.size() < 8) return facts;
  const bool big_endian = tiff[0] == 'M' && tiff[1] == 'M';
  if (!big_endian && !(tiff[0] == 'I' && tiff[1] == 'I')) return facts;
  const TiffStructure structure(tiff, big_endian);
  const auto magic = structure.u16(2);
  const auto directory = structure.u32(4);
  if (magic != 42u || !directory) return facts;
  const auto count = structure.u16(*directory);
  if (!count) return facts;

  constexpr std::size_t kEntryBytes = 12;
  double x = 0;
  double y = 0;
  double to_dpi = 1;
  for (std::size_t i = 0; i < *count; ++i) {
    const std::size_t entry = std::size_t{*directory} + 2 + i * kEntryBytes;
    const auto tag = structure.u16(entry);
    if (!tag) break;
    const auto value = structure.u16(entry + 8);
    if (tag == 0x0112u && value && *value >= 1 && *value <= 8)
      facts.orientation = static_cast<int>(*value);
    if (tag == 0x011Au) x = rational(structure, entry).value_or(0);
    if (tag == 0x011Bu) y = rational(structure, entry).value_or(0);
    if (tag == 0x0128u && value) to_dpi = *value == 3 ? 2.54 : (*value == 2 ? 1 : 0);
  }
  facts.resolution = stated_resolution(x * to_dpi, y * to_dpi);
  return facts;
}

}  // namespace sogoc::decoding
