#pragma once

// Marks of secrecy and urgency: short upper-case words that stand alone near the head, printed or
// stamped. The same word inside a sentence is no mark.

#include <string>
#include <vector>

#include "workers/metadata/rule_words.hpp"
#include "workers/metadata/sheet.hpp"

namespace sogoc::metadata {

struct Mark {
  std::string text;       // as the list spells it: "TỐI MẬT"
  double confidence = 0;
  BoxPx box;
};

// Marks of one list ("secrecy_marks", "urgency_marks") on a sheet.
[[nodiscard]] std::vector<Mark> find_marks(const Sheet& sheet, const RuleWords& words,
                                           std::string_view list);

}  // namespace sogoc::metadata
