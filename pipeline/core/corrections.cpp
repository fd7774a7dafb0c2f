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

// Whether a word of this height and place stands on the line.
bool stands_on(const TextLine& line, const BoxPx& box) {
  const int both = std::min(line.box.bottom, box.bottom) - std::max(line.box.top, box.top);
  const int lower = std::min(line.box.height(), box.height());
  const int gap = std::max({0, box.left - line.box.right, line.box.left - box.right});
  return both * 2 >= lower && gap <= 3 * std::max(1, line.box.height()) && box.height() <= 2 * std::max(1, line.box.height());
}

void put_into_line(TextLine& line, Word word) {
  const auto at = std::find_if(line.words.begin(), line.words.end(), [&](const Word& other) { return other.box.left > word.box.left; });
  line.box = united(line.box, word.box);
  line.words.insert(at, std::move(word));
}

// False when the box lies outside of every part.
bool add_word(PageRecord& record, const WordCorrection& correction) {
  for (PagePart& part : record.parts) {
    const BoxPx flat = part.flattening ? part.flattening->on_flat(correction.box) : correction.box;
    const BoxPx box = intersection(part.upright_from_master.apply(flat), {0, 0, part.size.width, part.size.height});
    if (box.empty() || !same_place(box_on_master(box, part, record.master_size), correction.box)) continue;
    Word word{correction.text, box, Confidence::from_fraction(1)};
    for (Region& region : part.text.regions)
      for (TextLine& line : region.lines)
        if (stands_on(line, box)) {
          put_into_line(line, std::move(word));
          region.box = united(region.box, box);
          return true;
        }
    TextLine line;
    line.box = box;
    line.baseline = box.bottom;
    line.words.push_back(std::move(word));
    auto& regions = part.text.regions;
    for (Region& region : regions) {
      if (intersection(region.box, box).area() * 2 < box.area()) continue;
      const auto at = std::find_if(region.lines.begin(), region.lines.end(), [&](const TextLine& other) { return other.box.top > box.top; });
      region.lines.insert(at, std::move(line));
      return true;
    }
    Region region;
    region.box = box;
    region.lines.push_back(std::move(line));
    region.confidence = Confidence::from_fraction(1);
    region.source = "person";
    regions.insert(std::find_if(regions.begin(), regions.end(), [&](const Region& other) { return other.box.top > box.top; }), std::move(region));
    return true;
  }
  return false;
}

}  // namespace

bool same_place(const BoxPx& a, const BoxPx& b) { return overlap(a, b) > kSameWord; }

std::vector<WordCorrection> apply_corrections(PageRecord& record, const std::vector<WordCorrection>& corrections) {
  std::vector<WordCorrection> lost;
  std::vector<std::vector<Word>*> thinned;
  for (const WordCorrection& correction : corrections) {
    const Found found = find_word(record, correction.box);
    if (found.line == nullptr) {
      // Added and taken away again, or added: both are as the person said.
      if (!correction.added || (!correction.text.empty() && !add_word(record, correction))) lost.push_back(correction);
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
