#pragma once

// What a person types, as queries of the full-text index. Pure: any text gives a query or none.

#include <string>
#include <string_view>
#include <vector>

namespace sogoc {

// Queries from strict to loose; a hit belongs to the first that finds it. Empty when there is no
// word in the text.
//   1. every word with its marks            nguyễn van a -> nguyễn, van, a exactly
//   2. words without marks may have some    nguyễn exactly, van or văn or vân ...
//   3. no word's marks count
// Words must all be there; "words in quotes", and words joined by punctuation (16/CT-UBND), in
// that order. A "*" at the end: the last word may go on.
[[nodiscard]] std::vector<std::string> search_terms(std::string_view typed);

// The same for somebody who is still typing: the last word may go on. Always three queries (the same may come twice),
// or none. `column`: only there; "" = anywhere.
[[nodiscard]] std::vector<std::string> terms_while_typing(std::string_view typed, std::string_view column = {});

}  // namespace sogoc
