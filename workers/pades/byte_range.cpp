#include "workers/pades/byte_range.hpp"

#include <fmt/format.h>

namespace sogoc::pades {

namespace {

std::string without_space(std::string_view text) {
  std::string kept;
  bool gap = false;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\r';
    if (space) {
      gap = true;
      continue;
    }
    if (gap && kept.size() > 1 && c != ']') kept += ' ';
    gap = false;
    kept += c;
  }
  return kept;
}

}  // namespace

std::string empty_hole(std::size_t capacity) {
  return fmt::format("/ByteRange {} /Contents <{}>", kByteRangePlaceholder,
                     std::string(2 * capacity, '0'));
}

Result<SettledRange> settle_byte_range(const RawDictionary& signature, std::uint64_t file_bytes,
                                       const std::string& subject) {
  const auto refuse = [&](const char* why) {
    return fail(ErrorCode::invalid, Retry::never, subject, why);
  };
  const RawValue* range = signature.find("ByteRange");
  const RawValue* contents = signature.find("Contents");
  if (range == nullptr || contents == nullptr ||
      without_space(range->text) != kByteRangePlaceholder)
    return refuse("its signature dictionary has no placeholder for /ByteRange");
  const std::string_view hole = contents->text;
  if (hole.size() < 4 || hole.size() % 2 != 0 || !hole.starts_with('<') || !hole.ends_with('>') ||
      hole.find_first_not_of('0', 1) != hole.size() - 1)
    return refuse("the hole for its signature is not empty");
  SettledRange settled;
  settled.hole = {contents->at, contents->at + hole.size(), file_bytes};
  settled.at = range->at;
  const auto numbers = settled.hole.byte_range();
  settled.text = fmt::format("[{} {} {} {}", numbers[0], numbers[1], numbers[2], numbers[3]);
  if (settled.text.size() >= range->text.size()) return refuse("is too large for its /ByteRange");
  settled.text.resize(range->text.size() - 1, ' ');
  settled.text += ']';
  return settled;
}

}  // namespace sogoc::pades
