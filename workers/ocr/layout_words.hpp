#pragma once

// Words that say what a part of an administrative document is (Nghị định 30/2020, appendix I; the
// visible marks of electronic signatures, article 12 and 25). Tables, no logic about places. Pure.

#include <string_view>

namespace sogoc::ocr {

// A line that begins a new part below the columns above it: "Kính gửi".
[[nodiscard]] bool begins_block(std::string_view line);

// How surely a line belongs to the mark of an electronic signature: 0, 1 (could be), 2 (surely).
[[nodiscard]] int signature_mark_weight(std::string_view line);

// The first words of the national name, which open the right column of a letter head.
[[nodiscard]] bool opens_right_head(std::string_view first_word, std::string_view second_word);

}  // namespace sogoc::ocr
