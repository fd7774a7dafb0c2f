#pragma once

// Sentences that a Result, a page's reasons or a check carries up from deeper down, in the
// language of the person who reads them. They are composed in English where they arise; here they
// are known again, by the whole sentence or by its fixed parts.

#include <string>
#include <string_view>

namespace sogoc {

// English when the catalogue does not know it. What fills a blank is translated too where it is
// itself a known sentence ("the file is damaged (its JPEG data)").
[[nodiscard]] std::string translated(const std::string& sentence);

}  // namespace sogoc
