#include "pipeline/records/code_list.hpp"

namespace sogoc {

std::optional<CodeListEntry> find_code(std::span<const CodeListEntry> list, std::string_view code,
                                       std::string_view day) {
  for (const CodeListEntry& entry : list) {
    if (entry.code == code && entry.holds_on(day)) return entry;
  }
  return std::nullopt;
}

Done check_retention(std::string_view code, std::span<const CodeListEntry> list,
                     std::string_view day) {
  if (code.empty() || find_code(list, code, day)) return {};
  std::string known;
  for (const CodeListEntry& entry : list) {
    if (!find_code(list, entry.code, day)) continue;
    known += (known.empty() ? "" : ", ") + entry.code + " " + entry.name;
  }
  return fail(ErrorCode::usage, Retry::never, "retention " + std::string(code),
              "is not in the list; use one of: " + known);
}

}  // namespace sogoc
