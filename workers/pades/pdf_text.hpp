#pragma once

// Strings and dates of PDF.

#include <optional>
#include <string>
#include <string_view>

namespace sogoc::pades {

// A PDF text string of UTF-8: "(...)" for plain ASCII, else UTF-16 in hexadecimal. Nothing for
// text that is not UTF-8.
[[nodiscard]] std::optional<std::string> pdf_text(std::string_view utf8);
// The UTF-8 of a PDF text string in ASCII or UTF-16, literal or hexadecimal. Nothing for others.
[[nodiscard]] std::optional<std::string> text_of(std::string_view pdf_string);
// The bytes of a hexadecimal string "<...>".
[[nodiscard]] std::optional<std::string> bytes_of_hex(std::string_view pdf_string);
// "2026-09-05T14:03:22+07:00" or "...Z" -> "D:20260905140322+07'00'". Nothing for other forms.
[[nodiscard]] std::optional<std::string> pdf_date(std::string_view iso);

}  // namespace sogoc::pades
