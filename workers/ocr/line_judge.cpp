#include "workers/ocr/line_judge.hpp"

#include <algorithm>
#include <cctype>

#include "workers/ocr/syllable.hpp"

namespace sogoc::ocr {
namespace {

bool mostly_inside(const BoxPx& box, const BoxPx& outer) {
  return intersection(box, outer).area() * 2 > box.area();
}

struct Sense {                 // how much of a line is language
  std::size_t characters = 0;  // in all words
  double plausible = 0;        // share of them in plausible words
  double confidence = 0;       // weighted by length
};

Sense sense_of(const TextLine& line) {
  Sense sense;
  std::size_t plausible = 0;
  double confidence = 0;
  for (const Word& word : line.words) {
    std::size_t letters = 0;  // UTF-8 lead bytes
    for (const char c : word.text) letters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    sense.characters += letters;
    if (is_plausible_word(word.text)) plausible += letters;
    confidence += word.confidence.fraction() * double(letters);
  }
  if (sense.characters > 0) {
    sense.plausible = double(plausible) / double(sense.characters);
    sense.confidence = confidence / double(sense.characters);
  }
  return sense;
}

}  // namespace

double sense(const TextLine& line) {
  double sum = 0, all = 0;
  for (const Word& word : line.words) {
    const double length = static_cast<double>(word.text.size());
    all += length;
    if (is_plausible_word(word.text) || word.text == "-")
      sum += length * word.confidence.fraction();
  }
  return all > 0 ? sum / all : 0;
}

bool doubtful(const ReadLine& line) {
  if (line.ink.letters < 4) return false;
  double least = 1;
  for (const Word& word : line.text.words) least = std::min(least, word.confidence.fraction());
  return least < 0.5 || sense(line.text) < 0.75;
}

TextBlock find_text_block(const PageLines& lines, SizePx page) {
  TextBlock block;
  block.x_height = lines.letter_height;
  for (const InkLine& line : lines.lines) {
    if (line.letters >= 10 && line.core.width() > 5 * line.core.height()) {
      block.box = united(block.box, line.core);
    }
  }
  if (block.box.empty()) block.box = {0, 0, page.width, page.height};
  return block;
}

bool worth_reading(const Ink& ink, const InkLine& line, const TextBlock& block) {
  const BoxPx& core = line.core;
  const bool outside = core.right < block.box.left || core.left > block.box.right;
  if (outside && line.letters <= 2 && core.width() * 3 < core.height()) return false;
  const bool at_edge = core.left <= 2 || core.right >= ink.size.width - 2 || core.top <= 2 ||
                       core.bottom >= ink.size.height - 2;
  return !(at_edge && line.letters <= 2);
}

Verdict judge(const ReadLine& line, const TextBlock& block, const PageMarks& marks, SizePx page) {
  const Sense sense = sense_of(line.text);
  const BoxPx& box = line.text.box;
  if (is_page_number(line.text, block, page) && sense.confidence > 0.5) return Verdict::text;
  const auto within = [&](const std::vector<BoxPx>& places) {
    return std::any_of(places.begin(), places.end(),
                       [&](const BoxPx& place) { return mostly_inside(box, place); });
  };
  const bool table =
      std::any_of(marks.tables.begin(), marks.tables.end(),
                  [&](const RuledGrid& grid) { return mostly_inside(box, grid.box); });
  const bool disturbed = !table && (within(marks.seals) || within(marks.scrawls));
  const bool odd_size = line.ink.x_height > 2.2 * block.x_height;

  if (table && sense.confidence > 0.6) return Verdict::text;
  // "Số: /CCB-KT", its number taken out: what is left is print, whatever language makes of it.
  if (line.form) return Verdict::text;
  if (sense.characters <= 2) {
    // One or two characters alone: a list mark beside its item is part of a longer line already.
    const bool inside = box.left >= block.box.left && box.right <= block.box.right;
    const bool sure = sense.confidence > 0.9 && sense.plausible == 1 && inside && !disturbed;
    if (sure && line.ink.letters >= 2 && !odd_size) return Verdict::text;
    return line.ink.core.height() > 1.5 * block.x_height && inside ? Verdict::mark : Verdict::dirt;
  }
  const double least = disturbed || odd_size ? 0.8 : 0.6;
  if (sense.plausible >= 0.5 && sense.confidence >= least) return Verdict::text;
  if (sense.plausible >= 0.8 && sense.confidence >= 0.45 && !disturbed) return Verdict::text;
  // Codes and names are no syllables; what the network is sure of stays.
  if (sense.confidence >= 0.85 && sense.characters >= 4 && !disturbed) return Verdict::text;
  return Verdict::mark;
}

bool is_page_number(const TextLine& line, const TextBlock& block, SizePx page) {
  if (line.words.empty() || line.words.size() > 3) return false;
  std::size_t digits = 0;
  for (const Word& word : line.words) {
    for (const char c : word.text) {
      if (std::isdigit(static_cast<unsigned char>(c))) {
        ++digits;
      } else if (c != '-' && c != '.') {
        return false;
      }
    }
  }
  const BoxPx& box = line.box;
  const bool margin = box.bottom < page.height / 9 || box.top > page.height - page.height / 9;
  const bool beside =
      box.left >= block.box.left - box.height() && box.right <= block.box.right + box.height();
  return digits >= 1 && digits <= 4 && margin && beside && box.height() > 0.9 * block.x_height;
}

}  // namespace sogoc::ocr
