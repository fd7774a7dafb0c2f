#pragma once

// Words of a page that a person corrected: which word, by where it stands, and what it says. Pure.

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/core/page.hpp"

namespace sogoc {

struct WordCorrection {
  std::uint32_t page = 0;  // index in its document
  BoxPx box;               // of the word, pixels of the master
  std::string text;        // NFC, no blanks inside; "" = there is no word
  friend bool operator==(const WordCorrection&, const WordCorrection&) = default;
};

// Puts them into the page's text; a page that was read anew has boxes a little elsewhere, so the word that a box
// covers best is meant. A corrected word is certain. Returns those that found no word: the caller says so.
[[nodiscard]] std::vector<WordCorrection> apply_corrections(PageRecord& record, const std::vector<WordCorrection>& corrections);

}  // namespace sogoc
