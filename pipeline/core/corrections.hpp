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
  bool added = false;      // the machine saw no word there
  friend bool operator==(const WordCorrection&, const WordCorrection&) = default;
};

// Puts them into the page's text; a page that was read anew has boxes a little elsewhere, so the word that a box
// covers best is meant. A corrected word is certain. An added word goes into the line it stands in, or is a line of its own. Returns those
// that found no word: the caller says so.
[[nodiscard]] std::vector<WordCorrection> apply_corrections(PageRecord& record, const std::vector<WordCorrection>& corrections);

// Whether both boxes are of one word.
[[nodiscard]] bool same_place(const BoxPx& a, const BoxPx& b);

}  // namespace sogoc
