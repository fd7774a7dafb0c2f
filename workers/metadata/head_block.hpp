#pragma once

// The letter head: at left the bodies, the number and the subject of a letter; at right the
// national title, the motto, place and date. Some documents have one centred column instead.

#include <optional>

#include "workers/metadata/number_line.hpp"
#include "workers/metadata/rule_words.hpp"
#include "workers/metadata/sheet.hpp"

namespace sogoc::metadata {

struct HeadBlock {
  bool titled = false;            // a national title, motto or Party title stands there
  bool party = false;
  bool two_columns = true;
  int boundary = 0;               // x between the columns
  BoxPx title_box;                // of the national or Party title
  std::vector<Row> organ_rows;    // bodies, as lines, parents first
  std::optional<Row> number_row;
  std::vector<Row> subject_rows;  // "V/v ..." of a letter
  std::optional<Row> date_row;
  std::vector<Row> mark_rows;     // short upper-case lines that belong to no field
  std::size_t next_row = 0;       // first row of the sheet below the head
};

// Nothing when the sheet has neither a title nor a number line in its upper half.
[[nodiscard]] std::optional<HeadBlock> find_head(const Sheet& sheet, const RuleWords& words);
// A later sheet with a title of its own begins another document.
[[nodiscard]] bool begins_document(const Sheet& sheet, const RuleWords& words);

// The bodies of a head: the issuing one and the one above it.
struct Organs {
  std::string name, parent;
  double name_confidence = 0, parent_confidence = 0;
  BoxPx name_box, parent_box;
  bool joint = false;             // two bodies of one level issue it together
  bool known = false;             // the issuing body begins like a name of a body
};
[[nodiscard]] Organs read_organs(const std::vector<Row>& rows, const RuleWords& words);

}  // namespace sogoc::metadata
