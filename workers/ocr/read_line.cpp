#include "workers/ocr/read_line.hpp"

#include <algorithm>
#include <cmath>

namespace sogoc::ocr {

ReadLine read_line_of(const Ink& ink, const InkLine& line, const LineImage& image,
                      const std::vector<ReadWord>& words) {
  ReadLine out;
  out.ink = line;
  out.word_ink.resize(words.size());
  for (std::size_t w = 0; w < words.size(); ++w) {
    const ReadWord& word = words[w];
    out.text.words.push_back({word.text, {}, Confidence::from_fraction(word.confidence)});
    for (const ReadSymbol& symbol : word.symbols) {
      out.symbols.push_back(
          {symbol.text, image.page_x(symbol.left), image.page_x(symbol.right), w});
    }
  }
  // Each component goes to the word whose span its middle is in, or to the nearest.
  for (const std::size_t c : line.components) {
    BoxPx box = ink.components[c].box;
    box.top = std::max(box.top, line.clip_top);
    box.bottom = std::min(box.bottom, line.clip_bottom);
    const double x = (box.left + box.right) / 2.0;
    std::size_t home = 0;
    double nearest = 1e9;
    for (std::size_t w = 0; w < words.size(); ++w) {
      const double away =
          std::max({0.0, image.page_x(words[w].left) - x, x - image.page_x(words[w].right)});
      if (away < nearest) nearest = away, home = w;
    }
    if (words.empty()) continue;
    out.text.words[home].box = united(out.text.words[home].box, box);
    out.word_ink[home].push_back(c);
  }
  for (std::size_t w = 0; w < words.size(); ++w) {
    BoxPx& box = out.text.words[w].box;
    if (box.empty()) {
      box = {static_cast<int>(image.page_x(words[w].left)), line.core.top,
             static_cast<int>(std::ceil(image.page_x(words[w].right))), line.core.bottom};
      box.right = std::max(box.right, box.left + 1);
    }
    out.text.box = united(out.text.box, box);
  }
  out.text.baseline =
      static_cast<int>(std::lround(line.baseline_at((line.box.left + line.box.right) / 2.0)));
  return out;
}

Confidence mean_confidence(const TextLine& line) {
  double sum = 0;
  for (const Word& word : line.words) sum += word.confidence.fraction();
  return Confidence::from_fraction(line.words.empty() ? 0 : sum / double(line.words.size()));
}

}  // namespace sogoc::ocr
