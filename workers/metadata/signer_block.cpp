#include "workers/metadata/signer_block.hpp"

#include <algorithm>
#include <cmath>

#include "workers/metadata/folded_text.hpp"
#include "workers/metadata/signer_title.hpp"

namespace sogoc::metadata {
namespace {

// A title with a word below this is rather left open: a seal or a pen lies over it.
constexpr double kWornWord = 0.5;

// "Nơi nhận" at the left of a page; npos when the sheet has none.
struct Anchor {
  std::size_t segment = std::string::npos;
  BoxPx box;
  bool labelled = true;  // false: the segment is the first item itself
  [[nodiscard]] bool ok() const { return segment != std::string::npos; }
};

// "JXơi nhận:": the last word whole, the first worn, and a list of dashes below.
bool worn_anchor(const std::vector<Row>& segments, std::size_t at, const std::string& text,
                 const std::string& known) {
  const std::size_t blank = known.rfind(' ');
  if (blank == std::string::npos || !text.ends_with(known.substr(blank)) ||
      edit_distance(text, known) > 3 || text_of(segments[at]).find(':') == std::string::npos)
    return false;
  for (std::size_t i = at + 1; i < segments.size() && i < at + 6; ++i)
    if (segments[i].box.top > segments[at].box.top && text_of(segments[i]).starts_with("-")) return true;
  return false;
}

// A list whose label is lost: "- Lưu: VT" closes it, dashes stand above. The first dash is the
// place, and the label would stand a line higher.
Anchor find_list_end(const Sheet& sheet, const std::vector<Row>& segments) {
  for (std::size_t i = segments.size(); i-- > 0;) {
    const std::string text = folded(text_of(segments[i]));
    if (!text.starts_with("luu ") || segments[i].centre_x() > sheet.width() / 2 ||
        segments[i].words.size() > 10)
      continue;
    Anchor anchor;
    BoxPx above = segments[i].box;
    for (std::size_t k = i; k-- > 0;) {
      if (segments[k].centre_x() > sheet.width() / 2) continue;
      if (above.top - segments[k].box.bottom > 2 * sheet.line_height) break;
      if (std::abs(segments[k].box.left - segments[i].box.left) > 3 * sheet.line_height) break;
      above = segments[k].box;
      if (text_of(segments[k]).starts_with("-")) {
        anchor.segment = k;
        anchor.box = {above.left, above.top - above.height(), above.right, above.top};
        anchor.labelled = false;
      }
    }
    return anchor;
  }
  return {};
}

Anchor find_recipients_anchor(const Sheet& sheet, const std::vector<Row>& segments,
                              const RuleWords& words) {
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Row& segment = segments[i];
    if (segment.words.size() > 4 || segment.centre_x() > sheet.width() / 2) continue;
    const std::string text = folded(text_of(segment));
    for (const std::string& known : words.list("recipients").folded_items())
      if (resembles(text, known) || worn_anchor(segments, i, text, known) || (starts_like(text, known) != std::string::npos &&
                                     text_of(segment).find(':') != std::string::npos))
        return {i, segment.box};
  }
  return find_list_end(sheet, segments);
}

bool stands_right(const Row& segment, const Sheet& sheet) {
  return segment.box.left * 100 > sheet.width() * 38 && segment.centre_x() * 100 > sheet.width() * 58;
}

bool is_title_line(const Row& segment, const RuleWords& words) {
  const std::string text = text_of(segment);
  if (!count_letters(text).mostly_upper()) return false;
  return words.begins_with_power(text) || words.begins_with_title(trimmed(text, ".,-_*:;'\"|"));
}

// The title somewhere in a line whose beginning lies under a seal: "?? TRƯỞNG BAN".
bool holds_title(const Row& segment, const RuleWords& words) {
  const std::string text = text_of(segment);
  if (!count_letters(text).mostly_upper()) return false;
  return words.list("signer_titles").stands_in(text);
}

bool is_signed_word(const Row& segment, const RuleWords& words) {
  return words.list("signed_words").is(trimmed(text_of(segment), "()[]")) != nullptr;
}

std::string tidy_title(const Row& row, const RuleWords& words) {
  std::vector<Word> line = row.words;
  while (line.size() > 1 && count_letters(line.front().text).letters() == 0) line.erase(line.begin());
  while (line.size() > 1 && (count_letters(line.back().text).letters() == 0 ||
                             (line.back().confidence.fraction() < 0.4 && line.back().text.size() < 2)))
    line.pop_back();
  part_glued(line, words.list("signer_titles"));
  restore_tones(line, words.list("organ_words"));
  restore_tones(line, words.list("signer_titles"));
  restore_tones(line, words.list("title_prefixes"));
  std::string text = trimmed(text_of(row_of(line)), ",.;:_*'\"|-~");
  // "T/M", "KT:", "KT " are written as the decree has it only where the sign is misread.
  for (const std::string& power : words.list("signing_powers").items())
    if (power.find('/') == std::string::npos && text.size() > power.size() &&
        text.starts_with(power) && (text[power.size()] == ',' || text[power.size()] == ':'))
      text[power.size()] = '.';
  for (const std::string& power : words.list("signing_powers").items())
    if (text.starts_with(power + ".") && text.size() > power.size() + 1 && text[power.size() + 1] != ' ')
      text.insert(power.size() + 1, " ");
  return text;
}

struct Column {
  int centre = 0;
  BoxPx box;
  std::vector<Row> titles;
};

bool same_column(const Row& segment, const Column& column, const Sheet& sheet, int percent) {
  return std::abs(segment.centre_x() - column.centre) * 100 <= sheet.width() * percent;
}

// Titles above and below the anchor, as long as they follow closely.
Column grow_titles(const Sheet& sheet, const std::vector<Row>& segments, std::size_t anchor,
                   const RuleWords& words) {
  Column column;
  column.titles.push_back(segments[anchor]);
  column.box = segments[anchor].box;
  column.centre = segments[anchor].centre_x();
  const auto fits = [&](const Row& segment) {
    const LetterCount count = count_letters(text_of(segment));
    return stands_right(segment, sheet) && same_column(segment, column, sheet, 9) &&
           count.letters() >= 2 && count.mostly_upper() && !is_signed_word(segment, words);
  };
  for (std::size_t i = anchor; i-- > 0;) {
    if (column.box.top - segments[i].box.bottom > sheet.line_height * 3 / 2) break;
    if (!fits(segments[i]) || segments[i].box.bottom > column.box.top + sheet.line_height / 2) continue;
    column.titles.insert(column.titles.begin(), segments[i]);
    column.box = united(column.box, segments[i].box);
  }
  for (std::size_t i = anchor + 1; i < segments.size(); ++i) {
    if (segments[i].box.top - column.box.bottom > sheet.line_height * 3 / 2) break;
    if (!fits(segments[i]) || segments[i].box.top < column.box.bottom - sheet.line_height / 2) continue;
    // An upper-case name is no title: it stands below the room for the signature.
    column.titles.push_back(segments[i]);
    column.box = united(column.box, segments[i].box);
  }
  return column;
}

// The name: the lowest line of the column that is one, before body text begins again.
struct NameSearch {
  std::string name;
  const Row* row = nullptr;
  const Row* unclear = nullptr;  // a line in its place that is no whole name
};

// "Tuyết Mai" right of the middle, and no family name: a seal hides what stands before it.
bool lost_its_beginning(const std::string& name, const Row& row, const Column& column,
                        const Sheet& sheet, const RuleWords& words) {
  const std::vector<std::string> syllables = split_words(name);
  return !words.is_family_name(syllables.front()) &&
         (syllables.size() == 2 || (row.centre_x() - column.centre) * 1000 > sheet.width() * 18);
}

NameSearch search_name(const Sheet& sheet, const std::vector<Row>& segments, const Column& column,
                       const RuleWords& words) {
  NameSearch search;
  const int reach = column.box.bottom + sheet.height() * 28 / 100;
  for (const Row& segment : segments) {
    if (segment.box.top < column.box.bottom - sheet.line_height / 2) continue;
    if (segment.box.top > reach || segment.box.width() * 100 > sheet.width() * 62) break;
    if (segment.centre_x() * 100 < sheet.width() * 45 || !same_column(segment, column, sheet, 16))
      continue;
    if (is_signed_word(segment, words)) continue;
    std::vector<Word> kept;  // specks of the signature beside the name are dropped
    for (const Word& word : segment.words)
      if (count_letters(word.text).letters() > 0) kept.push_back(word);
    const std::string name = name_of_person(kept, words);
    if (!name.empty() && !lost_its_beginning(name, segment, column, sheet, words)) {
      search = {name, &segment, nullptr};
    } else if (count_letters(text_of(segment)).lower >= 3 && kept.size() >= 2) {
      search.unclear = &segment;
    }
  }
  return search;
}

}  // namespace

std::string name_of_person(const std::vector<Word>& words, const RuleWords& rules) {
  std::vector<std::string> parts;
  for (const Word& word : words) {
    std::string text = trimmed(word.text, ",;:_*'\"|~-");
    if (text.empty()) continue;
    // Ranks come alone ("TS."), run together ("PGS.TS.Nguyễn") or as words ("Đại tá").
    for (std::size_t dot = text.find('.'); dot != std::string::npos; dot = text.find('.')) {
      const std::string head = text.substr(0, dot);
      bool rank = false;
      for (const std::string& known : rules.list("name_ranks").items())
        rank = rank || same_case(known) == same_case(head);
      if (!rank || !parts.empty()) return {};
      text.erase(0, dot + 1);
    }
    if (!text.empty()) parts.push_back(text);
  }
  for (const std::string& rank : rules.list("name_ranks").items()) {
    const std::vector<std::string> rank_words = split_words(rank);
    if (parts.size() < rank_words.size() + 2) continue;
    bool same = true;
    for (std::size_t i = 0; i < rank_words.size(); ++i)
      same = same && same_case(parts[i]) == same_case(rank_words[i]);
    if (!same) continue;
    // "Ông", "Hà": also family names; a rank only when a family name follows.
    if (rank_words.size() == 1 && rules.is_family_name(parts[0]) && !rules.is_family_name(parts[1]))
      continue;
    parts.erase(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(rank_words.size()));
    break;
  }
  if (parts.size() < 2 || parts.size() > 6) return {};
  std::string name;
  for (const std::string& part : parts) {
    const LetterCount count = count_letters(part);
    if (count.digits > 0 || count.letters() == 0) return {};
    // The upland names have dashes and apostrophes: "H'Hen Niê", "Y Vinh Ê-ban".
    std::string piece;
    for (const char c : part + "-") {
      if (c != '-' && c != '\'') {
        piece += c;
        continue;
      }
      if (!piece.empty() && name.empty() && !is_capitalised(piece)) return {};
      piece.clear();
    }
    if (!is_capitalised(part) && part.find_first_of("-'") == std::string::npos) return {};
    name += (name.empty() ? rules.as_family_name(part) : " " + part);
  }
  return nfc(name);
}

SignerBlock find_signer(std::span<const Sheet> sheets, const RuleWords& words,
                        std::string_view organ) {
  SignerBlock block;
  // With "Nơi nhận" the end of the document is certain; else the first title with a name below.
  for (const bool with_recipients : {true, false}) {
    for (const Sheet& sheet : sheets) {
      const std::vector<Row> segments = segments_of(sheet);
      const Anchor anchor = find_recipients_anchor(sheet, segments, words);
      if (with_recipients && !anchor.ok()) continue;
      const int from = with_recipients ? anchor.box.top - 7 * sheet.line_height : 0;
      const int to = with_recipients ? anchor.box.bottom + 12 * sheet.line_height : sheet.height();
      std::optional<Column> column;
      NameSearch found;
      for (int pass = 0; pass < 3 && !column; ++pass) {
        if (pass == 2 && !with_recipients) break;
        for (std::size_t i = 0; i < segments.size() && !column; ++i) {
          const Row& segment = segments[i];
          if (segment.box.top < from || segment.box.top > to || !stands_right(segment, sheet)) continue;
          const LetterCount count = count_letters(text_of(segment));
          const bool fits =
              pass == 0   ? is_title_line(segment, words)
              : pass == 1 ? holds_title(segment, words)
                          : count.mostly_upper() && count.letters() >= 6 &&
                                std::abs(segment.centre_y() - (anchor.box.top + anchor.box.bottom) / 2) <
                                    2 * sheet.line_height;
          if (!fits) continue;
          Column grown = grow_titles(sheet, segments, i, words);
          found = search_name(sheet, segments, grown, words);
          // Without "Nơi nhận" only a name below makes it the end of a document.
          if (with_recipients || found.row != nullptr) column = std::move(grown);
        }
      }
      if (!column) continue;

      block.sheet = &sheet;
      std::vector<std::string> lines;
      std::vector<bool> worn;
      std::vector<Word> all;
      for (const Row& row : column->titles) {
        std::string text = tidy_title(row, words);
        if (count_letters(text).letters() < 2) continue;
        const bool worn_row = std::any_of(row.words.begin(), row.words.end(), [](const Word& word) {
          return count_letters(word.text).letters() > 1 && word.confidence.fraction() < kWornWord;
        });
        if (continues_title(text, lines, words)) {
          lines.back() += ' ' + text;
          worn.back() = worn.back() || worn_row;
        } else {
          lines.push_back(text);
          worn.push_back(worn_row);
        }
        all.insert(all.end(), row.words.begin(), row.words.end());
      }
      block.title_completed = complete_deputy(lines, words, organ);
      block.title_completed = mend_titles(lines, words, organ) || block.title_completed;
      for (const std::string& line : lines) block.title += (block.title.empty() ? "" : " / ") + line;
      // A worn line that is a known title to the letter is one.
      block.title_unclear = lacks_a_line(lines, words);
      for (std::size_t i = 0; i < lines.size(); ++i)
        if (worn[i] && !is_known_title(lines[i], words)) block.title_unclear = true;
      block.title_confidence = cautious_confidence_of(all);
      block.title_box = column->box;
      if (found.row != nullptr) {
        block.name = found.name;
        block.name_confidence = cautious_confidence_of(found.row->words);
        block.name_box = found.row->box;
        const std::vector<std::string> syllables = split_words(found.name);
        if (!words.is_family_name(syllables.front())) block.name_confidence *= 0.7;
      } else if (found.unclear != nullptr) {
        block.name_unclear = true;
        block.name_box = found.unclear->box;
      }
      // Another title beside this one: a joint document or minutes with two signers.
      for (const Row& segment : segments)
        if (std::abs(segment.centre_y() - column->titles.front().centre_y()) < 2 * sheet.line_height &&
            segment.box.right < column->box.left && is_title_line(segment, words))
          block.several = true;
      return block;
    }
  }
  return block;
}

RecipientsBlock find_recipients(std::span<const Sheet> sheets, const RuleWords& words) {
  RecipientsBlock block;
  for (const Sheet& sheet : sheets) {
    const std::vector<Row> segments = segments_of(sheet);
    const Anchor anchor = find_recipients_anchor(sheet, segments, words);
    if (!anchor.ok()) continue;
    block.sheet = &sheet;
    BoxPx last = anchor.box;
    std::vector<Word> all;
    for (std::size_t i = anchor.segment + (anchor.labelled ? 1 : 0); i < segments.size(); ++i) {
      const Row& segment = segments[i];
      if (segment.box.top < anchor.box.bottom - sheet.line_height / 2) continue;
      if (segment.box.left - anchor.box.left > sheet.width() * 12 / 100 ||
          anchor.box.left - segment.box.left > sheet.width() * 6 / 100)
        continue;
      if (segment.box.top - last.bottom > 3 * sheet.line_height) break;
      const std::string text = text_of(segment);
      if (count_letters(text).letters() < 2) continue;
      const char first = fold(text, Keep::punctuation).text.front();
      const bool item = first == '-' || first == '+' || block.items.empty() ||
                        (block.items.back().ends_with(';') && first != '~' &&
                         segment.box.left <= anchor.box.left + sheet.line_height / 2);
      if (item) block.items.push_back(text);
      else block.items.back() += ' ' + text;
      block.box = united(block.box, segment.box);
      last = segment.box;
      all.insert(all.end(), segment.words.begin(), segment.words.end());
      if (folded(text).starts_with("luu ") && first == '-') break;  // "- Lưu: VT" ends the list
    }
    block.confidence = confidence_of(all);
    if (!block.items.empty()) return block;
  }
  return block;
}

}  // namespace sogoc::metadata
