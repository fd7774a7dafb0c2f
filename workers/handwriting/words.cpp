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
constexpr double kFollows = 1.2;     // more, for a word that often follows the one before it
constexpr double kFigures = -0.2;
constexpr double kMixed = -2.5;  // letters and figures in one word: 12A, 2b

std::string lower_case(std::string_view utf8) {
  std::string lower;
  icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())))
      .toLower()
      .toUTF8String(lower);
  return lower;
}

}  // namespace

Words Words::load(const std::filesystem::path& file) {
  Words words;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line.front() != '#') {
      if (line.find(' ') != std::string::npos) {
        words.pairs_.insert(line);
        continue;
      }
      const Share share = line.front() == '+'   ? Share::commonest
                          : line.front() == '~' ? Share::not_in_names
                                                : Share::common;
      words.frequent_.emplace(share == Share::common ? line : line.substr(1), share);
    }
  return words;
}

double Words::prior(std::u32string_view before, std::u32string_view word, Subject subject) const {
  const auto is_figure = [](char32_t c) { return c >= U'0' && c <= U'9'; };
  const auto figures = std::count_if(word.begin(), word.end(), is_figure);
  if (figures == static_cast<std::ptrdiff_t>(word.size())) return kFigures;
  if (figures > 0) return kMixed;
  const std::string utf8 = to_utf8(word);
  const std::string lower = lower_case(utf8);
  if (!before.empty() && pairs_.contains(lower_case(to_utf8(before)) + " " + lower)) return kFollows;
  if (const auto found = frequent_.find(lower); found != frequent_.end()) {
    if (found->second == Share::commonest) return kEverywhere;
    if (found->second == Share::common || subject == Subject::anything) return 0;
  }
  return ocr::is_vietnamese_syllable(utf8) ? kSyllable : kForeign;
}

}  // namespace sogoc::handwriting
