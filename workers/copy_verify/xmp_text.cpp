#include "workers/copy_verify/xmp_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sogoc::verify {
namespace {

struct Place {
  std::size_t whole_begin, whole_end;  // with its tags, or the attribute with its name
  std::size_t begin, end;              // the text
};

std::optional<Place> find_property(std::string_view packet, std::string_view name,
                                   std::size_t from) {
  const std::string open = "<" + std::string(name);
  const std::string close = "</" + std::string(name) + ">";
  for (std::size_t at = from; (at = packet.find(open, at)) != std::string_view::npos; ++at) {
    const std::size_t after = at + open.size();
    if (after >= packet.size() ||
        (packet[after] != '>' && packet[after] != ' ' && packet[after] != '/'))
      continue;
    const std::size_t tag_end = packet.find('>', after);
    if (tag_end == std::string_view::npos) return std::nullopt;
    if (packet[tag_end - 1] == '/') return Place{at, tag_end + 1, tag_end, tag_end};
    const std::size_t end = packet.find(close, tag_end);
    if (end == std::string_view::npos) return std::nullopt;
    return Place{at, end + close.size(), tag_end + 1, end};
  }
  for (const char quote : {'"', '\''}) {
    const std::string attribute = std::string(name) + "=" + quote;
    const std::size_t at = packet.find(attribute, from);
    if (at == std::string_view::npos || at == 0 ||
        (packet[at - 1] != ' ' && packet[at - 1] != '\n'))
      continue;
    const std::size_t begin = at + attribute.size();
    const std::size_t end = packet.find(quote, begin);
    if (end == std::string_view::npos) return std::nullopt;
    return Place{at, end + 1, begin, end};
  }
  return std::nullopt;
}

}  // namespace

std::string without_change_dates(std::string packet) {
  constexpr std::array<std::string_view, 5> kFree = {"xmp:ModifyDate", "xmp:MetadataDate",
                                                     "pdf:Producer", "xmpMM:InstanceID", "x:xmptk"};
  for (const std::string_view name : kFree)
    for (int times = 0; times < 4; ++times) {
      const auto place = find_property(packet, name, 0);
      if (!place) break;
      packet.erase(place->whole_begin, place->whole_end - place->whole_begin);
    }
  std::erase_if(packet, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
  return packet;
}

std::optional<std::string> xmp_property(std::string_view packet, std::string_view name) {
  const auto place = find_property(packet, name, 0);
  if (!place) return std::nullopt;
  std::string text;
  const std::string_view raw = packet.substr(place->begin, place->end - place->begin);
  constexpr std::array<std::pair<std::string_view, char>, 5> kEntities = {
      {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};
  for (std::size_t i = 0; i < raw.size();) {
    bool entity = false;
    for (const auto& [word, character] : kEntities) {
      if (raw.substr(i, word.size()) != word) continue;
      text += character;
      i += word.size();
      entity = true;
      break;
    }
    if (!entity) text += raw[i++];
  }
  const auto first = text.find_first_not_of(" \n\r\t");
  if (first == std::string::npos) return std::string();
  return text.substr(first, text.find_last_not_of(" \n\r\t") - first + 1);
}

}  // namespace sogoc::verify
