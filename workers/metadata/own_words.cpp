#include "workers/metadata/own_words.hpp"

#include <algorithm>

#include "workers/metadata/folded_text.hpp"

namespace sogoc::metadata {
namespace {

constexpr double kClear = 0.90;      // a word of the body that may correct another
constexpr double kDoubtful = 0.90;   // a word that may be corrected
constexpr double kVeryDoubtful = 0.6;
constexpr int kOften = 3;
constexpr char kSigns[] = ".,;:()\"'/-";

}  // namespace

OwnWords::OwnWords(std::span<const Sheet> sheets) {
  std::map<std::string, int> upper;
  for (const Sheet& sheet : sheets)
    for (const Row& row : sheet.rows)
      for (const Word& word : row.words) {
        if (word.confidence.fraction() < kClear) continue;
        const std::string core = trimmed(word.text, kSigns);
        const LetterCount count = count_letters(core);
        if (count.letters() < 2 || count.digits > 0) continue;
        if (count.lower == 0 && core.find('-') == std::string::npos && core.size() <= 10)
          ++upper[core];
        std::vector<Count>& spellings = by_letters_[folded(core)];
        const std::string written = same_case(core);
        const auto known = std::find_if(spellings.begin(), spellings.end(), [&](const Count& c) {
          return c.written == written;
        });
        if (known != spellings.end()) ++known->times;
        else spellings.push_back({written, 1});
      }
  for (const auto& [text, times] : upper)
    if (times >= kOften) abbreviations_.push_back(text);
}

void OwnWords::correct(std::vector<Word>& words) const {
  for (Word& word : words) {
    const double sure = word.confidence.fraction();
    if (sure >= kDoubtful) continue;
    const std::string core = trimmed(word.text, kSigns);
    const LetterCount count = count_letters(core);
    if (count.letters() < 2) continue;
    const std::size_t place = word.text.find(core);
    const auto found = by_letters_.find(folded(core));
    if (found != by_letters_.end()) {
      int total = 0;
      const Count* most = nullptr;
      for (const Count& spelling : found->second) {
        total += spelling.times;
        if (most == nullptr || spelling.times > most->times) most = &spelling;
      }
      if (most->times >= kOften && most->times * 10 >= total * 9 &&
          most->written != same_case(core))
        word.text.replace(place, core.size(), in_case_of(core, most->written));
      continue;
    }
    // "ITNIDN" where the body says TNDN again and again: one abbreviation alone is that near.
    if (sure >= kVeryDoubtful || count.lower > 0 || count.letters() < 4) continue;
    const std::string letters = folded(core);
    const std::string* near = nullptr;
    bool tie = false;
    for (const std::string& known : abbreviations_) {
      const std::string wanted = folded(known);
      if (wanted.size() < 3 || edit_distance(letters, wanted) > 2 ||
          edit_distance(letters, wanted) * 2 > static_cast<int>(wanted.size()))
        continue;
      tie = near != nullptr;
      near = &known;
    }
    if (near != nullptr && !tie) word.text.replace(place, core.size(), *near);
  }
}

}  // namespace sogoc::metadata
