#pragma once

// A check's answer in words: first the answer with its reason, then what was checked.

#include <string>
#include <vector>

#include "workers/copy_verify/report_json.hpp"

namespace sogoc {

// A row that the archive adds: what its log and its store say about the copy.
struct AnswerRow {
  std::string label, value;  // already in the reader's language
  Verdict weight = Verdict::valid;
};

// The finding that decides: the first of the gravest weight, with where it was found. Nothing when
// everything holds.
struct Reason {
  Finding finding;
  std::string signature;  // field, "" = the file or the code as a whole
};
[[nodiscard]] std::optional<Reason> reason_of(const CheckAnswer& answer);

// Lines for a person, in the chosen language.
[[nodiscard]] std::vector<std::string> answer_in_words(const CheckAnswer& answer,
                                                       const std::string& shown_name,
                                                       const std::vector<AnswerRow>& more = {});

}  // namespace sogoc
