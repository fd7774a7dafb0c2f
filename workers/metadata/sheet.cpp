#include "workers/metadata/sheet.hpp"

#include <algorithm>

#include "workers/metadata/folded_text.hpp"

namespace sogoc::metadata {
namespace {

int median(std::vector<int> values, int otherwise) {
  if (values.empty()) return otherwise;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// A fragment joins a row when their middles are closer than this share of a line's height.
constexpr double kSameRow = 0.45;

void sort_by_left(std::vector<Word>& words) {
  std::stable_sort(words.begin(), words.end(),
                   [](const Word& a, const Word& b) { return a.box.left < b.box.left; });
}

}  // namespace

std::string text_of(const Row& row) {
  std::string text;
  for (const Word& word : row.words) {
    if (!text.empty()) text += ' ';
    text += word.text;
  }
  return text;
}

Row row_of(std::vector<Word> words) {
  Row row;
  sort_by_left(words);
  for (const Word& word : words) row.box = united(row.box, word.box);
  row.words = std::move(words);
  return row;
}

double confidence_of(const std::vector<Word>& words) {
  double sum = 0, weight = 0;
  for (const Word& word : words) {
    const auto letters = static_cast<double>(std::max<std::size_t>(1, word.text.size()));
    sum += letters * word.confidence.fraction();
    weight += letters;
  }
  return weight > 0 ? sum / weight : 0;
}

double cautious_confidence_of(const std::vector<Word>& words) {
  double least = 1;
  for (const Word& word : words)
    if (count_letters(word.text).letters() > 0) least = std::min(least, word.confidence.fraction());
  return words.empty() ? 0 : (confidence_of(words) + least) / 2;
}

Sheet make_sheet(const PageRecord& record, const PagePart& part, int page) {
  Sheet sheet;
  sheet.record = &record;
  sheet.part = &part;
  sheet.page = page;

  struct Fragment {
    std::vector<Word> words;
    BoxPx box;
    double middle = 0;
  };
  std::vector<Fragment> fragments;
  std::vector<int> heights;
  for (const Region& region : part.text.regions) {
    if (region.kind == RegionKind::handwriting) sheet.hand.push_back(region);
    if (region.kind == RegionKind::stamp || region.kind == RegionKind::seal)
      sheet.marks.push_back(region);
    if (!is_body(region.kind) || region.kind == RegionKind::page_number) continue;
    for (const TextLine& line : region.lines) {
      Fragment fragment;
      std::vector<int> middles;
      for (const Word& word : line.words) {
        if (word.text.empty() || word.box.empty()) continue;
        fragment.words.push_back(word);
        fragment.box = united(fragment.box, word.box);
        middles.push_back((word.box.top + word.box.bottom) / 2);
        if (count_letters(word.text).letters() >= 2) heights.push_back(word.box.height());
      }
      if (fragment.words.empty()) continue;
      fragment.middle = median(middles, 0);
      fragments.push_back(std::move(fragment));
    }
  }
  sheet.line_height = std::max(8, median(heights, part.size.height / 70));

  std::stable_sort(fragments.begin(), fragments.end(),
                   [](const Fragment& a, const Fragment& b) { return a.middle < b.middle; });
  double row_middle = 0;
  for (Fragment& fragment : fragments) {
    bool joins = !sheet.rows.empty() &&
                 fragment.middle - row_middle <= kSameRow * sheet.line_height;
    if (joins)  // two lines of small print may be close: what overlaps sideways is no neighbour
      for (const Word& old : sheet.rows.back().words)
        for (const Word& fresh : fragment.words)
          if (intersection(old.box, fresh.box).width() * 2 >
              std::min(old.box.width(), fresh.box.width()))
            joins = false;
    if (!joins) {
      sheet.rows.emplace_back();
      row_middle = fragment.middle;
    }
    Row& row = sheet.rows.back();
    row.words.insert(row.words.end(), fragment.words.begin(), fragment.words.end());
    row.box = united(row.box, fragment.box);
  }
  for (Row& row : sheet.rows) sort_by_left(row.words);

  std::vector<int> lefts, rights;
  for (const Row& row : sheet.rows)
    if (row.box.width() * 2 > part.size.width && row.words.size() >= 5) {
      lefts.push_back(row.box.left);
      rights.push_back(row.box.right);
    }
  if (lefts.size() >= 3) {
    std::sort(lefts.begin(), lefts.end());
    std::sort(rights.begin(), rights.end());
    sheet.body_left = lefts[lefts.size() / 5];
    sheet.body_right = rights[rights.size() - 1 - rights.size() / 5];
  } else {  // the margins of decree 30 on A4
    sheet.body_left = part.size.width * 30 / 210;
    sheet.body_right = part.size.width * 192 / 210;
  }
  return sheet;
}

std::vector<Row> split_at_gaps(const Row& row, int gap) {
  std::vector<Row> pieces;
  for (const Word& word : row.words) {
    if (pieces.empty() || word.box.left - pieces.back().box.right > gap) pieces.emplace_back();
    pieces.back().words.push_back(word);
    pieces.back().box = united(pieces.back().box, word.box);
  }
  return pieces;
}

std::vector<Row> segments_of(const Sheet& sheet) {
  std::vector<Row> segments;
  for (const Row& row : sheet.rows)
    for (Row& piece : split_at_gaps(row, sheet.line_height * 3 / 2))
      segments.push_back(std::move(piece));
  return segments;
}

bool is_noise(const Row& row, const Sheet& sheet) {
  const LetterCount count = count_letters(text_of(row));
  if (count.letters() + count.digits < 2) return true;
  if (confidence_of(row.words) < 0.3 || row.box.height() < sheet.line_height / 3) return true;
  return row.box.height() * 10 < sheet.line_height * 6 &&
         count.letters() + count.digits <= 2 * static_cast<int>(row.words.size());
}

}  // namespace sogoc::metadata
