#include "workers/handwriting/words.hpp"

#include <algorithm>
#include <fstream>

#include <unicode/unistr.h>

#include "pipeline/core/utf8.hpp"
#include "workers/ocr/syllable.hpp"

namespace sogoc::handwriting {
namespace {

// Natural logarithms; measured on lines drawn with fonts the network never saw.
constexpr double kEverywhere = 0.6;  // in half of all names and addresses
constexpr double kSyllable = -0.7;   // a syllable, but no frequent word
constexpr double kForeign = -2.2;    // neither
constexpr double kFigures = -0.2;
constexpr double kMixed = -2.5;  // letters and figures in one word: 12A, 2b

}  // namespace

Words Words::load(const std::filesystem::path& file) {
  Words words;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line.front() != '#') {
      const bool everywhere = line.front() == '+';
      words.frequent_.emplace(everywhere ? line.substr(1) : line, everywhere);
    }
  return words;
}

double Words::prior(std::u32string_view word) const {
  const auto is_figure = [](char32_t c) { return c >= U'0' && c <= U'9'; };
  const auto figures = std::count_if(word.begin(), word.end(), is_figure);
  if (figures == static_cast<std::ptrdiff_t>(word.size())) return kFigures;
  if (figures > 0) return kMixed;
  const std::string utf8 = to_utf8(word);
  std::string lower;
  icu::UnicodeString::fromUTF8(utf8).toLower().toUTF8String(lower);
  if (const auto found = frequent_.find(lower); found != frequent_.end())
    return found->second ? kEverywhere : 0;
  return ocr::is_vietnamese_syllable(utf8) ? kSyllable : kForeign;
}

}  // namespace sogoc::handwriting
