#pragma once

// Code lists (retention, type, language) are data with dates, loaded from models/rules; here is
// only what being in a list means. Pure.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "pipeline/core/result.hpp"

namespace sogoc {

struct CodeListEntry {
  std::string code;        // "01"
  std::string name;        // "Vĩnh viễn"
  std::string valid_from;  // YYYY-MM-DD; "" = always was
  std::string valid_to;    // last day; "" = still is
  [[nodiscard]] bool holds_on(std::string_view day) const {
    return valid_from <= day && (valid_to.empty() || day <= valid_to);
  }
};

// The entry of that code that holds on `day` (YYYY-MM-DD).
[[nodiscard]] std::optional<CodeListEntry> find_code(std::span<const CodeListEntry> list,
                                                     std::string_view code, std::string_view day);

// Fails with usage: says which codes there are. "" passes: not yet decided.
[[nodiscard]] Done check_retention(std::string_view code, std::span<const CodeListEntry> list,
                                   std::string_view day);

}  // namespace sogoc
