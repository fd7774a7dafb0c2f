#pragma once

// The end of a document: at left "Nơi nhận" with its list, at right power, title and name.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "workers/metadata/rule_words.hpp"
#include "workers/metadata/sheet.hpp"

namespace sogoc::metadata {

struct SignerBlock {
  std::string title;              // lines joined by " / "
  double title_confidence = 0;
  BoxPx title_box;
  bool title_unclear = false;     // a line of it is hidden: what is left is no whole title
  bool title_completed = false;   // a hidden word follows from the form "KT. X / PHÓ X"
  std::string name;
  double name_confidence = 0;
  BoxPx name_box;
  bool name_unclear = false;      // something stands in its place that is no whole name
  bool several = false;           // more than one signer stands side by side
  const Sheet* sheet = nullptr;
};

struct RecipientsBlock {
  std::vector<std::string> items;  // "- Như trên;", as printed
  double confidence = 0;
  BoxPx box;
  const Sheet* sheet = nullptr;
};

// `sheets` are those of the main document, in order.
// `organ` is the issuing body, "" when unknown: it names the title of its head.
[[nodiscard]] SignerBlock find_signer(std::span<const Sheet> sheets, const RuleWords& words,
                                      std::string_view organ);
[[nodiscard]] RecipientsBlock find_recipients(std::span<const Sheet> sheets,
                                              const RuleWords& words);

// A personal name without ranks, or "" when the words are no name.
[[nodiscard]] std::string name_of_person(const std::vector<Word>& words, const RuleWords& rules);
}  // namespace sogoc::metadata
