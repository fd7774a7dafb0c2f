#include "workers/metadata/marks.hpp"

#include <algorithm>

#include "workers/metadata/folded_text.hpp"

namespace sogoc::metadata {
namespace {

// Printed marks stand in the upper half; a stamp may be anywhere.
constexpr double kUpperShare = 0.5;

std::string tight(std::string text) {
  std::erase(text, ' ');
  return text;
}

// The mark that a short text is, perhaps after its label ("Độ mật: Tối mật").
const std::string* mark_of(const std::string& text, const RuleWords& words, const Wordings& marks,
                           bool labelled) {
  std::string f = folded(text);
  if (f.size() < 3 || f.size() > 32) return nullptr;
  if (labelled) {
    if (words.list("secrecy_stamps").is(text) != nullptr) return &marks.items().back();
    for (const std::string& label : words.list("secrecy_labels").folded_items())
      if (f.starts_with(label + " ")) {
        f.erase(0, label.size() + 1);
        break;
      }
  }
  const std::string letters = tight(f);
  for (std::size_t i = 0; i < marks.items().size(); ++i)
    if (letters == tight(marks.folded_items()[i])) return &marks.items()[i];
  for (std::size_t i = 0; i < marks.items().size(); ++i)
    if (marks.folded_items()[i].size() >= 6 &&
        edit_distance(letters, tight(marks.folded_items()[i])) <= 1)
      return &marks.items()[i];
  return nullptr;
}

}  // namespace

std::vector<Mark> find_marks(const Sheet& sheet, const RuleWords& words, std::string_view list) {
  const Wordings& marks = words.list(list);
  const bool secrecy = list == "secrecy_marks";
  std::vector<Mark> found;
  const auto add = [&](const std::string* mark, const std::vector<Word>& from, const BoxPx& box) {
    if (mark == nullptr) return;
    for (const Mark& old : found)
      if (old.text == *mark) return;
    found.push_back({*mark, confidence_of(from), box});
  };
  const auto limit = static_cast<int>(kUpperShare * sheet.height());
  for (const Row& row : sheet.rows) {
    if (row.box.top > limit) break;
    for (const Row& piece : split_at_gaps(row, sheet.line_height)) {
      if (piece.words.size() > 6) continue;
      const std::string text = trimmed(text_of(piece), "[]|()_-.,:;*\"'{}~ ");
      // Signs inside make it a sentence or a list ("Thường, Mật").
      if (text.find_first_of(",;/") != std::string::npos) continue;
      const LetterCount count = count_letters(text);
      const std::string f = folded(text);
      const bool labelled =
          secrecy && text.find(':') != std::string::npos && words.list("secrecy_labels").begins(f) != nullptr;
      if (!labelled && count.lower > 0) continue;  // a mark is upper-case throughout
      if (count.digits > 0 && !f.starts_with("hoa toc")) continue;
      add(mark_of(text, words, marks, secrecy), piece.words, piece.box);
    }
  }
  for (const Region& region : sheet.marks) {
    std::vector<Word> all;
    std::string whole;
    for (const TextLine& line : region.lines) {
      const std::string text = trimmed(text_of(line), "[]|()_-.,:;*\"'{}~ ");
      whole += (whole.empty() ? "" : " ") + text;
      all.insert(all.end(), line.words.begin(), line.words.end());
      if (line.words.size() <= 4 && count_letters(text).mostly_upper())
        add(mark_of(text, words, marks, secrecy), line.words, region.box);
    }
    if (all.size() <= 4 && count_letters(whole).mostly_upper())
      add(mark_of(whole, words, marks, secrecy), all, region.box);
  }
  return found;
}

}  // namespace sogoc::metadata
