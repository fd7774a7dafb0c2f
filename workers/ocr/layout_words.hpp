#pragma once

// Words that say where a part of an administrative document begins (Nghị định 30/2020, appendix I).
// Pure.

#include <string_view>

namespace sogoc::ocr {

// A line that begins a new part below the columns above it: "Kính gửi".
[[nodiscard]] bool begins_block(std::string_view line);

}  // namespace sogoc::ocr
