#include "workers/metadata/title_block.hpp"

#include <algorithm>
#include <cmath>

#include "workers/metadata/folded_text.hpp"

namespace sogoc::metadata {
namespace {

constexpr std::size_t kRowsToTitle = 14;
constexpr std::size_t kMostSubjectRows = 9;

// Short lines that stand in the middle of the body's column, or of the page.
bool is_centred(const Row& row, int centre, const Sheet& sheet) {
  const int off = std::abs(row.centre_x() - centre);
  const int left = row.box.left - sheet.body_left, right = sheet.body_right - row.box.right;
  const int width = sheet.body_width();
  if (off * 1000 <= width * 22) return true;
  return off * 100 <= width * 5 && left * 100 >= width * 5 && right * 100 >= width * 5;
}

// "1.", "I.", "a)", "A.": the first heading or point of the body.
bool is_numbered(const Row& row) {
  const std::string first = row.words.empty() ? "" : row.words.front().text;
  if (first.size() < 2 || first.size() > 4) return false;
  const char last = first.back();
  if (last != '.' && last != ')') return false;
  const std::string mark = first.substr(0, first.size() - 1);
  return mark == "1" || mark == "I" || mark == "a" || mark == "A";
}

bool starts_body(const Row& row, const RuleWords& words) {
  const std::string text = trimmed(text_of(row), "-—_~.*\"'");
  if (is_numbered(row)) return true;
  const std::string f = folded(text);
  for (const std::string& known : words.list("body_starts").folded_items())
    if (starts_like(f, known) != std::string::npos) return true;
  return false;
}

}  // namespace

TitleBlock find_title_block(const Sheet& sheet, const HeadBlock& head, const RuleWords& words) {
  TitleBlock block;
  std::size_t r = head.next_row;
  const std::size_t last = std::min(sheet.rows.size(), head.next_row + kRowsToTitle);
  std::string rest;
  for (; r < last; ++r) {
    const Row& row = sheet.rows[r];
    const std::string text = trimmed(text_of(row), "_~*|.,:;\"' ");
    if (is_noise(row, sheet)) continue;
    if (words.list("addressed_to").stands_in(text.substr(0, 40)) &&
        text_of(row).find(':') != std::string::npos) {
      block.addressed = true;
      return block;
    }
    const LetterCount letters = count_letters(text);
    const bool middle = std::abs(row.centre_x() - sheet.body_centre()) < sheet.width() * 12 / 100;
    if (letters.mostly_upper() && middle) {
      if (const auto match = words.type_of(text)) {
        block.type = match->type;
        block.certainty = match->certainty;
        block.type_row = row;
        rest = match->rest;
        break;
      }
      if (letters.letters() >= 4) block.other_title = true;
    }
    if (letters.lower > 30 && row.box.width() * 10 > sheet.body_width() * 9) return block;  // body
  }
  if (block.type == nullptr) return block;

  // "QUYẾT ĐỊNH CỦA BỘ TRƯỞNG ...": whose it is, not what it is about.
  bool upper_subject = false;
  if (!rest.empty() && !folded(rest).starts_with("cua ")) {
    block.subject_start = trimmed(rest, ":.,;- ");
    upper_subject = true;
  }
  const int centre = block.type_row.centre_x();
  BoxPx above = block.type_row.box;
  bool in_power_line = !rest.empty() && block.subject_start.empty();
  for (++r; r < sheet.rows.size() && block.subject_rows.size() < kMostSubjectRows; ++r) {
    const Row& row = sheet.rows[r];
    if (is_noise(row, sheet)) continue;
    const std::string text = trimmed(text_of(row), "_~*| ");
    const int gap = row.box.top - above.bottom;
    const LetterCount letters = count_letters(text);
    if (block.subject_rows.empty() && looks_like_number_line(text, words) && row.words.size() <= 6) {
      block.number_row = row;
      above = row.box;
      continue;
    }
    if (starts_body(row, words) || !is_centred(row, centre, sheet)) break;
    if (words.list("draft_marks").is(text) != nullptr && letters.mostly_upper()) continue;
    if (words.list("body_headings").is(text) != nullptr && letters.mostly_upper()) break;
    if (letters.mostly_upper()) {
      const bool names_power = words.organ_of(text) || words.begins_with_title(text) ||
                               folded(text).starts_with("cua ");
      if (in_power_line && block.subject_rows.empty()) {  // "CỦA BỘ TRƯỞNG / BỘ TÀI CHÍNH"
        above = row.box;
        continue;
      }
      if (names_power && (block.subject_rows.empty() ? block.subject_start.empty() : true)) break;
      if (!upper_subject && !block.subject_rows.empty()) break;
      upper_subject = true;
    } else {
      if (upper_subject && !block.subject_rows.empty() && gap > sheet.line_height) break;
      in_power_line = false;
    }
    // A line that is a paragraph's first: space above it, and it runs to the right margin.
    const bool spaced = gap > sheet.line_height * 13 / 10;
    const bool full = (sheet.body_right - row.box.right) * 100 < sheet.body_width() * 2;
    if (!block.subject_rows.empty() && spaced && (full || gap > 2 * sheet.line_height)) break;
    if (block.subject_rows.empty() && gap > 5 * sheet.line_height) break;
    block.subject_rows.push_back(row);
    above = row.box;
  }
  return block;
}

}  // namespace sogoc::metadata
