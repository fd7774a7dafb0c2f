#include "workers/layout/form_wordings.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "workers/metadata/folded_text.hpp"

namespace sogoc::layout {
namespace {

constexpr double kLeastAlike = 0.8;     // of a label with what was read
constexpr double kClear = 0.4;          // confidence of a short label that does not begin its line
constexpr double kClearHead = 0.6;
constexpr double kLowest = 0.4;         // of the usual word's height

// The middle one of its words': a word that was read too high or too low moves no line.
void set_level(Line& line) {
  std::vector<double> levels;
  for (const Token& token : line) levels.push_back(token.level);
  const auto middle = levels.begin() + static_cast<std::ptrdiff_t>(levels.size() / 2);
  std::nth_element(levels.begin(), middle, levels.end());
  for (Token& token : line) token.level = *middle;
}

// Row by row, left to right. One row may come as several lines.
void put_in_reading_order(std::vector<Span>& spans) {
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.level < b.level; });
  for (auto row = spans.begin(); row != spans.end();) {
    const double end = row->level + std::max(6, row->box.height()) / 2.0;
    const auto next = std::find_if(row, spans.end(), [&](const Span& span) { return span.level > end; });
    std::sort(row, next, [](const Span& a, const Span& b) { return a.box.left < b.box.left; });
    row = next;
  }
}

}  // namespace

std::vector<Line> lines_of(const PageWords& words, const LineTilt& tilt) {
  // A speck is no word, whatever was read in it.
  std::vector<int> heights;
  for (const PlacedWord& word : words.all())
    if (word.text.size() >= 3) heights.push_back(word.box.height());
  const auto middle = heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2);
  std::nth_element(heights.begin(), middle, heights.end());
  const double least = heights.empty() ? 0 : kLowest * *middle;
  std::map<int, Line> lines;
  for (const PlacedWord& word : words.all()) {
    if (word.box.height() < least) continue;
    const std::string folded = metadata::folded(word.text);
    if (folded.empty()) continue;
    const bool capitals = metadata::count_letters(word.text).mostly_upper();
    const double level = word.baseline - tilt.slope(word.baseline) * word.box.left;
    lines[word.line].push_back({folded, word.box, word.baseline, level, word.confidence, word.text.back() == ':',
                                capitals || metadata::is_capitalised(word.text), capitals});
  }
  std::vector<Line> found;
  for (auto& [number, line] : lines) {
    std::sort(line.begin(), line.end(),
              [](const Token& a, const Token& b) { return a.box.left < b.box.left; });
    set_level(line);
    found.push_back(std::move(line));
  }
  return found;
}

std::vector<Span> find_wordings(const std::vector<Line>& lines, const std::vector<Wording>& known) {
  std::vector<Span> all;
  for (std::size_t l = 0; l < lines.size(); ++l) {
    const Line& line = lines[l];
    for (std::size_t i = 0; i < line.size(); ++i) {
      std::string text;
      BoxPx box;
      double least = 1;
      for (std::size_t j = i; j < std::min(line.size(), i + 10); ++j) {
        if (j > i && (line[j - 1].ends || line[j].box.left - line[j - 1].box.right >
                                              2 * std::max(12, line[j].box.height())))
          break;
        least = std::min(least, line[j].confidence);
        text += (text.empty() ? "" : " ") + line[j].folded;
        box = united(box, line[j].box);
        for (std::size_t w = 0; w < known.size(); ++w) {
          const std::string& label = known[w].folded;
          // "Họ và tên" and the first word of what is written behind it: "Họ và tên VÕ".
          if (known[w].small_end && j > i && line[j].capital && !line[i].capitals && !line[j].ends) continue;
          const double longest = static_cast<double>(std::max(label.size(), text.size()));
          const double differ =
              std::abs(static_cast<double>(label.size()) - static_cast<double>(text.size()));
          if (differ > (1 - kLeastAlike) * longest) continue;
          double score = 1 - metadata::edit_distance(text, label) / longest;
          // "Sé 01/2012": one letter of a short label may be wrong where it begins a line with figures.
          if (i == 0 && j == 0 && !known[w].head && label.size() <= 3 && text.size() == label.size() &&
              score >= 0.49 && score < 1 && line.size() > 1 && line[1].folded.front() <= '9') {
            all.push_back({l, i, j + 1, w, score, box, double(line[i].baseline), line[i].level});
            continue;
          }
          // Short wordings must be right otherwise: "Số", "Mẹ" are near to everything.
          if (score < (label.size() <= 5 ? 0.999 : kLeastAlike)) continue;
          // And what the engine makes of a scribble is often a short word.
          const bool begins = i == 0 && line[j].ends;
          const bool head_begins = i == 0 && known[w].head && label.size() >= 4;
          const double clear = known[w].head && label.size() <= 3 ? kClearHead : kClear;
          if (label.size() <= 5 && least < clear && !begins && !head_begins) continue;
          all.push_back({l, i, j + 1, w, score, box, double(line[i].baseline), line[i].level});
        }
      }
    }
  }
  std::stable_sort(all.begin(), all.end(), [&](const Span& a, const Span& b) {
    return a.score * static_cast<double>(known[a.wording].folded.size()) >
           b.score * static_cast<double>(known[b.wording].folded.size());
  });
  std::vector<Span> kept;
  for (const Span& span : all)
    if (std::none_of(kept.begin(), kept.end(), [&](const Span& other) {
          return other.line == span.line && span.begin < other.end && other.begin < span.end;
        }))
      kept.push_back(span);
  put_in_reading_order(kept);
  return kept;
}

}  // namespace sogoc::layout
