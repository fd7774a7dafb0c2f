#pragma once

// Name of the type and the subject below it, in the middle of the first page.

#include <optional>

#include "workers/metadata/head_block.hpp"
#include "workers/metadata/rule_words.hpp"
#include "workers/metadata/sheet.hpp"

namespace sogoc::metadata {

struct TitleBlock {
  const DocumentTypeRule* type = nullptr;  // points into the RuleWords
  double certainty = 0;
  Row type_row;
  std::vector<Row> subject_rows;
  std::string subject_start;               // of the subject, when it begins on the type's line
  std::optional<Row> number_row;           // a number that stands below the type
  bool addressed = false;                  // "Kính gửi" stands before any type
  bool other_title = false;                // a centred upper-case line that names no known type
};

[[nodiscard]] TitleBlock find_title_block(const Sheet& sheet, const HeadBlock& head,
                                          const RuleWords& words);

}  // namespace sogoc::metadata
