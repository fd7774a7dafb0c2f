#pragma once

// A read page as rows of words, however the OCR engine cut it into regions and lines: the letter
// head has two columns that engines sometimes join, and the fields are found by place.

#include <vector>

#include "pipeline/core/page.hpp"

namespace sogoc::metadata {

// Words side by side on one height, from left to right.
struct Row {
  std::vector<Word> words;
  BoxPx box;                 // upright pixels
  [[nodiscard]] bool empty() const { return words.empty(); }
  [[nodiscard]] int centre_x() const { return (box.left + box.right) / 2; }
  [[nodiscard]] int centre_y() const { return (box.top + box.bottom) / 2; }
};
[[nodiscard]] std::string text_of(const Row& row);
[[nodiscard]] Row row_of(std::vector<Word> words);
// Mean of the words' confidences, each by its length.
[[nodiscard]] double confidence_of(const std::vector<Word>& words);

// For short fields, where one wrong word is a wrong value: half the mean, half the weakest word.
[[nodiscard]] double cautious_confidence_of(const std::vector<Word>& words);

// One upright part of a page of the document.
//
// Owner: points into the records given to the reader; does not outlive them.
// Units: upright pixels of the part.
struct Sheet {
  const PageRecord* record = nullptr;
  const PagePart* part = nullptr;
  int page = 0;                        // 1-based page of the document
  std::vector<Row> rows;               // body text, top to bottom
  std::vector<Region> hand;            // handwriting
  std::vector<Region> marks;           // stamps and seals
  int line_height = 1;                 // height of a usual word box
  int body_left = 0;                   // edges of the body's column
  int body_right = 0;
  [[nodiscard]] int width() const { return part->size.width; }
  [[nodiscard]] int height() const { return part->size.height; }
  [[nodiscard]] int body_centre() const { return (body_left + body_right) / 2; }
  [[nodiscard]] int body_width() const { return body_right - body_left; }
  [[nodiscard]] BoxPx on_master(const BoxPx& upright) const {
    return box_on_master(upright, *part, record->master_size);
  }
};

[[nodiscard]] Sheet make_sheet(const PageRecord& record, const PagePart& part, int page);

// The row cut where the gap between two words is wider than `gap` pixels.
[[nodiscard]] std::vector<Row> split_at_gaps(const Row& row, int gap);
// Every row of the sheet so cut, top to bottom.
[[nodiscard]] std::vector<Row> segments_of(const Sheet& sheet);
// Specks, ornaments and loose tone marks that an engine took for a line.
[[nodiscard]] bool is_noise(const Row& row, const Sheet& sheet);

}  // namespace sogoc::metadata
