#pragma once

// How a Vietnamese syllable is built: onset, rime, tone. Tells text from what a network makes of
// specks and pen strokes; never used to change what was read. Pure.

#include <string_view>

namespace sogoc::ocr {

// One syllable in Unicode NFC or NFD, any case; "Nghị", "quyết", "giếng".
[[nodiscard]] bool is_vietnamese_syllable(std::string_view word);

// A word as it stands in an office's papers: a syllable, a number or date, an abbreviation, a
// notation such as 12/2021/QĐ-UBND, a foreign word; punctuation around it does not matter.
// Punctuation alone is none.
[[nodiscard]] bool is_plausible_word(std::string_view word);

}  // namespace sogoc::ocr
