#pragma once

// The words of a part by place. Pure.

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/core/page.hpp"

namespace sogoc::layout {

struct PlacedWord {
  std::string text;
  BoxPx box;
  double confidence = 0;
  int line = 0;      // words of one line of the page's reading have one number
  int baseline = 0;
};

// Corners as those of a cell: top left, top right, bottom right, bottom left.
[[nodiscard]] bool lies_in(const PointPx& point, const std::array<PointPx, 4>& corners);

class PageWords {
 public:
  explicit PageWords(const PageText& text);
  explicit PageWords(std::vector<PlacedWord> words) : words_(std::move(words)) {}
  [[nodiscard]] const std::vector<PlacedWord>& all() const { return words_; }
  // Words whose middle lies inside, in reading order.
  [[nodiscard]] std::vector<PlacedWord> inside(const std::array<PointPx, 4>& corners) const;
  [[nodiscard]] std::vector<PlacedWord> inside(const BoxPx& box) const;

 private:
  std::vector<PlacedWord> words_;
};

// Joined by blanks.
[[nodiscard]] std::string text_of(const std::vector<PlacedWord>& words);

}  // namespace sogoc::layout
