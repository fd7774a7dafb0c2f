#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sogoc {

// Text that may stand in a PDF text layer, an XML file and a plain text file alike: valid UTF-8,
// NFC, without control characters, byte order marks and noncharacters; blanks of any kind become
// one plain blank, none at the ends. Invalid bytes become U+FFFD, so that a loss can be seen.
[[nodiscard]] std::string clean_text(std::string_view text);

// The code points of valid UTF-8.
[[nodiscard]] std::vector<char32_t> code_points(std::string_view utf8);

}  // namespace sogoc
