#include "workers/layout/page_words.hpp"

#include <algorithm>

namespace sogoc::layout {

bool lies_in(const PointPx& p, const std::array<PointPx, 4>& corners) {
  for (std::size_t i = 0; i < 4; ++i) {
    const PointPx& a = corners[i];
    const PointPx& b = corners[(i + 1) % 4];
    if ((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x) < 0) return false;
  }
  return true;
}

namespace {

// Lines from top to bottom, in a line from left to right; two pieces on one height are one line.
std::vector<PlacedWord> in_order(std::vector<PlacedWord> words) {
  std::sort(words.begin(), words.end(), [](const PlacedWord& a, const PlacedWord& b) {
    return a.baseline < b.baseline;
  });
  for (std::size_t i = 0; i < words.size();) {
    std::size_t end = i + 1;
    const int height = std::max(8, words[i].box.height());
    while (end < words.size() && (words[end].baseline - words[i].baseline) * 2 < height) ++end;
    std::sort(words.begin() + static_cast<std::ptrdiff_t>(i),
              words.begin() + static_cast<std::ptrdiff_t>(end),
              [](const PlacedWord& a, const PlacedWord& b) { return a.box.left < b.box.left; });
    i = end;
  }
  return words;
}

}  // namespace

PageWords::PageWords(const PageText& text) {
  int number = 0;
  for (const Region& region : text.regions) {
    if (region.kind == RegionKind::signature_overlay) continue;
    for (const TextLine& line : region.lines) {
      ++number;
      for (const Word& word : line.words)
        words_.push_back(
            {word.text, word.box, word.confidence.fraction(), number, line.baseline});
    }
  }
}

std::vector<PlacedWord> PageWords::inside(const std::array<PointPx, 4>& corners) const {
  std::vector<PlacedWord> found;
  for (const PlacedWord& word : words_)
    if (lies_in({(word.box.left + word.box.right) / 2.0, (word.box.top + word.box.bottom) / 2.0},
                corners))
      found.push_back(word);
  return in_order(std::move(found));
}

std::vector<PlacedWord> PageWords::inside(const BoxPx& box) const {
  return inside({PointPx{double(box.left), double(box.top)},
                 PointPx{double(box.right), double(box.top)},
                 PointPx{double(box.right), double(box.bottom)},
                 PointPx{double(box.left), double(box.bottom)}});
}

std::string text_of(const std::vector<PlacedWord>& words) {
  std::string text;
  for (const PlacedWord& word : words) text += (text.empty() ? "" : " ") + word.text;
  return text;
}

}  // namespace sogoc::layout
