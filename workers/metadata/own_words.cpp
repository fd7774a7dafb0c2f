#include "workers/metadata/own_words.hpp"

#include <algorithm>

#include "workers/metadata/folded_text.hpp"

namespace sogoc::metadata {
namespace {

constexpr double kClear = 0.90;      // a word of the body that may correct another
constexpr double kDoubtful = 0.90;   // a word that may be corrected by itself
constexpr double kVeryDoubtful = 0.6;
constexpr int kOften = 3;
constexpr char kSigns[] = ".,;:()\"'/-";

struct Core {
  std::string text;
  std::string letters;
  std::size_t place = 0;
};
Core core_of(const Word& word) {
  Core core;
  core.text = trimmed(word.text, kSigns);
  core.letters = folded(core.text);
  core.place = word.text.find(core.text);
  return core;
}

}  // namespace

bool may_be_syllable(std::string_view word) {
  const std::string letters = folded(word);
  if (letters.empty() || letters.find(' ') != std::string::npos) return true;
  const bool stop = letters.ends_with('p') || letters.ends_with('t') || letters.ends_with('c') ||
                    letters.ends_with("ch");
  if (!stop || letters.size() < 2) return true;
  static constexpr const char* kToned[] = {
      "á", "ạ", "ắ", "ặ", "ấ", "ậ", "é", "ẹ", "ế", "ệ", "í", "ị", "ó", "ọ", "ố", "ộ", "ớ", "ợ",
      "ú", "ụ", "ứ", "ự", "ý", "ỵ"};
  const std::string lower = same_case(word);
  return std::any_of(std::begin(kToned), std::end(kToned), [&](const char* toned) {
    return lower.find(toned) != std::string::npos;
  });
}

OwnWords::OwnWords(std::span<const Sheet> sheets) {
  std::map<std::string, int> upper;
  for (const Sheet& sheet : sheets)
    for (const Row& row : sheet.rows) {
      Core before;
      for (const Word& word : row.words) {
        Core core;
        if (word.confidence.fraction() >= kClear) core = core_of(word);
        const LetterCount count = count_letters(core.text);
        if (count.letters() < 2 || count.digits > 0) {
          before = {};
          continue;
        }
        if (count.lower == 0 && core.text.find('-') == std::string::npos && core.text.size() <= 10)
          ++upper[core.text];
        ++words_[core.letters][same_case(core.text)];
        if (!before.letters.empty())
          ++pairs_[before.letters + ' ' + core.letters][same_case(before.text) + ' ' + same_case(core.text)];
        before = std::move(core);
      }
    }
  for (const auto& [text, times] : upper)
    if (times >= kOften) abbreviations_.push_back(text);
}

const std::string* OwnWords::agreed(const std::map<std::string, Spellings>& counts,
                                    const std::string& key, int percent) {
  const auto found = counts.find(key);
  if (found == counts.end()) return nullptr;
  int total = 0;
  const std::pair<const std::string, int>* most = nullptr;
  for (const auto& spelling : found->second) {
    total += spelling.second;
    if (most == nullptr || spelling.second > most->second) most = &spelling;
  }
  return most->second >= kOften && most->second * 100 >= total * percent ? &most->first : nullptr;
}

void OwnWords::correct(std::vector<Word>& words) const {
  for (std::size_t w = 0; w < words.size(); ++w) {
    Word& word = words[w];
    const double sure = word.confidence.fraction();
    const Core core = core_of(word);
    const LetterCount count = count_letters(core.text);
    if (count.letters() < 2 || count.digits > 0) continue;
    const auto put = [&](const std::string& spelling) {
      if (spelling != same_case(core.text))
        word.text.replace(core.place, core.text.size(), in_case_of(core.text, spelling));
    };
    // With its neighbour a word has hardly ever two spellings: believed at any confidence.
    bool settled = false;
    for (const std::size_t other : {w + 1, w - 1}) {
      if (settled || other >= words.size()) continue;
      const Core neighbour = core_of(words[other]);
      const bool first = other == w + 1;
      const std::string* pair = agreed(
          pairs_, first ? core.letters + ' ' + neighbour.letters : neighbour.letters + ' ' + core.letters, 80);
      if (pair == nullptr) continue;
      const std::vector<std::string> parts = split_words(*pair);
      if (parts.size() != 2) continue;
      put(parts[first ? 0 : 1]);
      settled = true;
    }
    if (settled || (sure >= kDoubtful && may_be_syllable(core.text))) continue;
    if (words_.contains(core.letters)) {
      if (const std::string* spelling = agreed(words_, core.letters, 80)) put(*spelling);
      continue;
    }
    // "ITNIDN" where the body says TNDN again and again: one abbreviation alone is that near.
    if (sure >= kVeryDoubtful || count.lower > 0 || count.letters() < 4) continue;
    const std::string* near = nullptr;
    bool tie = false;
    for (const std::string& known : abbreviations_) {
      const std::string wanted = folded(known);
      if (wanted.size() < 3 || edit_distance(core.letters, wanted) > 2 ||
          edit_distance(core.letters, wanted) * 2 > static_cast<int>(wanted.size()))
        continue;
      tie = near != nullptr;
      near = &known;
    }
    if (near != nullptr && !tie) word.text.replace(core.place, core.text.size(), *near);
  }
}

}  // namespace sogoc::metadata
