#include "pipeline/capture/cover.hpp"

#include <charconv>
#include <span>
#include <vector>

#include "pipeline/core/digest.hpp"

namespace sogoc {
namespace {

constexpr std::string_view kMark = "SOGOC1";
constexpr std::size_t kMostCode = 100;

std::string check_of(std::string_view text) { return to_hex(sha256_of(std::as_bytes(std::span(text.data(), text.size())))).substr(0, 8); }

}  // namespace

Result<std::string> cover_text(const Cover& cover) {
  const bool needs_code = cover.kind != CoverKind::document;
  if (needs_code == cover.code.empty() || cover.code.size() > kMostCode || cover.code.find_first_of(";\n\r") != std::string::npos)
    return fail(ErrorCode::usage, Retry::never, cover.code, "is no code that a cover can bear");
  const char kind = cover.kind == CoverKind::dossier ? 'D' : cover.kind == CoverKind::book ? 'B' : 'V';
  std::string text = std::string(kMark) + ";" + kind + ";" + cover.code + ";" + (cover.sheets ? std::to_string(*cover.sheets) : "");
  return text + ";" + check_of(text);
}

std::optional<Cover> cover_in(std::string_view text) {
  if (text == kPatchT) return Cover{};
  const std::size_t last = text.rfind(';');
  if (last == std::string_view::npos || check_of(text.substr(0, last)) != text.substr(last + 1)) return std::nullopt;
  std::vector<std::string_view> parts;
  for (std::string_view rest = text.substr(0, last);;) {
    const std::size_t end = rest.find(';');
    parts.push_back(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  if (parts.size() != 4 || parts[0] != kMark || parts[1].size() != 1) return std::nullopt;
  Cover cover;
  switch (parts[1][0]) {
    case 'D': cover.kind = CoverKind::dossier; break;
    case 'B': cover.kind = CoverKind::book; break;
    case 'V': break;
    default: return std::nullopt;
  }
  cover.code = parts[2];
  if (!parts[3].empty()) {
    std::int64_t sheets = 0;
    const auto parsed = std::from_chars(parts[3].data(), parts[3].data() + parts[3].size(), sheets);
    if (parsed.ec != std::errc() || parsed.ptr != parts[3].data() + parts[3].size()) return std::nullopt;
    cover.sheets = sheets;
  }
  return cover;
}

}  // namespace sogoc
