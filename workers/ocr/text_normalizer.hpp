#pragma once

// Text as it goes out: Unicode NFC and nothing that was not read. Pure.

#include <string>
#include <string_view>

namespace sogoc::ocr {

// Ill-formed UTF-8 becomes U+FFFD; never fails.
[[nodiscard]] std::string to_nfc(std::string_view utf8);

}  // namespace sogoc::ocr
