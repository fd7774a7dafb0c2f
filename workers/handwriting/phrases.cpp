#include "workers/handwriting/phrases.hpp"

#include <algorithm>

#include <unicode/unistr.h>

#include "pipeline/core/utf8.hpp"

namespace sogoc::handwriting {

Phrases::Phrases(const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    const auto as_written = icu::UnicodeString::fromUTF8(value);
    const auto add = [&](const icu::UnicodeString& way) {
      std::string utf8;
      way.toUTF8String(utf8);
      if (!utf8.empty()) ways_.push_back(code_points(utf8));
    };
    add(as_written);
    add(icu::UnicodeString(as_written).toLower());
    add(icu::UnicodeString(as_written).toUpper());
    const int32_t second = as_written.moveIndex32(0, 1);
    icu::UnicodeString small_first(as_written, 0, second);
    add(small_first.toLower().append(as_written, second, as_written.length() - second));
  }
  std::sort(ways_.begin(), ways_.end());
  ways_.erase(std::unique(ways_.begin(), ways_.end()), ways_.end());
}

bool Phrases::may_begin(std::u32string_view prefix) const {
  const auto at = std::lower_bound(ways_.begin(), ways_.end(), prefix);
  return at != ways_.end() && std::u32string_view(*at).substr(0, prefix.size()) == prefix;
}

bool Phrases::has(std::u32string_view text) const {
  return std::binary_search(ways_.begin(), ways_.end(), text);
}

}  // namespace sogoc::handwriting
