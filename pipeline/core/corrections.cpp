#include "pipeline/core/corrections.hpp"

#include <algorithm>

namespace sogoc {
namespace {

constexpr double kSameWord = 0.4;  // of both boxes together

double overlap(const BoxPx& a, const BoxPx& b) {
  const auto both = static_cast<double>(intersection(a, b).area());
  const double either = static_cast<double>(a.area()) + static_cast<double>(b.area()) - both;
  return either > 0 ? both / either : 0;
}

// The word of the page that stands where the correction says; null: none does.
struct Found {
  std::vector<Word>* line = nullptr;
  std::size_t word = 0;
};

Found find_word(PageRecord& record, const BoxPx& box) {
  Found found;
  double best = kSameWord;
  for (PagePart& part : record.parts)
    for (Region& region : part.text.regions)
      for (TextLine& line : region.lines)
        for (std::size_t i = 0; i < line.words.size(); ++i) {
          const double here = overlap(box_on_master(line.words[i].box, part, record.master_size), box);
          if (here <= best) continue;
          best = here;
          found = {&line.words, i};
        }
  return found;
}

}  // namespace

std::vector<WordCorrection> apply_corrections(PageRecord& record, const std::vector<WordCorrection>& corrections) {
  std::vector<WordCorrection> lost;
  std::vector<std::vector<Word>*> thinned;
  for (const WordCorrection& correction : corrections) {
    const Found found = find_word(record, correction.box);
    if (found.line == nullptr) {
      lost.push_back(correction);
      continue;
    }
    Word& word = (*found.line)[found.word];
    word.text = correction.text;
    word.confidence = Confidence::from_fraction(1);
    if (word.text.empty()) thinned.push_back(found.line);
  }
  // Only now: until here every word is found by where it stands.
  for (std::vector<Word>* line : thinned) std::erase_if(*line, [](const Word& word) { return word.text.empty(); });
  for (PagePart& part : record.parts)
    for (Region& region : part.text.regions) std::erase_if(region.lines, [](const TextLine& line) { return line.words.empty(); });
  return lost;
}

}  // namespace sogoc
