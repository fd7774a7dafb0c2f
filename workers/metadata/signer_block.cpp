#include "workers/metadata/signer_block.hpp"

#include <algorithm>
#include <cmath>

#include "workers/metadata/folded_text.hpp"

namespace sogoc::metadata {
namespace {

// "Nơi nhận" at the left of a page; npos when the sheet has none.
struct Anchor {
  std::size_t segment = std::string::npos;
  BoxPx box;
  [[nodiscard]] bool ok() const { return segment != std::string::npos; }
};

Anchor find_recipients_anchor(const Sheet& sheet, const std::vector<Row>& segments,
                              const RuleWords& words) {
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Row& segment = segments[i];
    if (segment.words.size() > 4 || segment.centre_x() > sheet.width() / 2) continue;
    const std::string text = folded(text_of(segment));
    for (const std::string& known : words.list("recipients").folded_items())
      if (resembles(text, known) || (starts_like(text, known) != std::string::npos &&
                                     text_of(segment).find(':') != std::string::npos))
        return {i, segment.box};
  }
  return {};
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
  restore_tones(line, words.list("organ_words"));
  restore_tones(line, words.list("signer_titles"));
  restore_tones(line, words.list("title_prefixes"));
  std::string text = trimmed(text_of(row_of(line)), ",;:_*'\"|-~");
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
           count.letters() >= 3 && count.mostly_upper() && !is_signed_word(segment, words);
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
      if (count_letters(word.text).letters() > 0 && word.confidence.fraction() >= 0.2)
        kept.push_back(word);
    const std::string name = name_of_person(kept, words);
    if (!name.empty()) {
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
    name += (name.empty() ? "" : " ") + part;
  }
  return nfc(name);
}

bool complete_deputy(std::vector<std::string>& lines, const RuleWords& words) {
  // The form is fixed by law: who signs for a head writes "KT." and the head's title, and below it
  // PHÓ and the same title.
  const auto title_in = [&](const std::string& line) {
    // The title with the fewest wrong letters, the longest of equals ("TRƯỞNG BAN", not "TRƯỞNG").
    std::string best;
    std::pair<int, int> least{1000, 0};
    const std::string f = folded(line);
    for (std::size_t i = 0; i < words.list("signer_titles").items().size(); ++i) {
      const std::string& known = words.list("signer_titles").folded_items()[i];
      const Found found = find_like(f, known);
      const std::pair<int, int> rank{found.errors, -static_cast<int>(known.size())};
      if (found.ok() && rank < least) {
        least = rank;
        best = words.list("signer_titles").items()[i];
      }
    }
    return best;
  };
  bool completed = false;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    const std::string upper_title = title_in(lines[i]), lower_title = title_in(lines[i + 1]);
    if (upper_title.empty() || lower_title.empty()) continue;
    // The lower line must be nothing but a title, at most with one damaged word before it.
    const std::string lower = folded(lines[i + 1]);
    const Found place = find_like(lower, folded(lower_title));
    const bool ends_with_title = place.ok() && lower.size() - place.end <= 1;
    if (!ends_with_title || place.begin > 8) continue;
    const std::string deputy = words.list("title_prefixes").items().front();  // PHÓ
    const bool has_power = folded(lines[i]).starts_with("kt ") && words.begins_with_power(lines[i]);
    if (has_power) {
      // "KT. TRƯỞNG BAN ..." / "?? TRƯỞNG BAN": the same head's title.
      const std::string f = folded(lines[i]).substr(3);
      if (starts_like(f, folded(lower_title)) == std::string::npos) continue;
      const std::string wanted = deputy + " " + lower_title;
      if (same_case(lines[i + 1]) == same_case(wanted) || place.begin == 0) continue;
      if (lower.substr(0, place.begin) == folded(deputy) + " " &&
          same_case(lines[i + 1]).find(same_case(lower_title)) != std::string::npos)
        continue;
      lines[i + 1] = wanted;
      completed = true;
    } else if (upper_title == lower_title) {
      const std::string upper = folded(lines[i]);
      const Found upper_place = find_like(upper, folded(upper_title));
      if (!upper_place.ok() || upper.size() - upper_place.end > 1 || upper_place.begin > 8) continue;
      if (upper_place.begin == 0 && place.begin == 0) continue;  // twice the same, nothing hidden
      if (words.begins_with_power(lines[i])) continue;            // TM., TL.: another form
      lines[i] = "KT. " + upper_title;
      lines[i + 1] = deputy + " " + lower_title;
      completed = true;
    }
  }
  return completed;
}

SignerBlock find_signer(std::span<const Sheet> sheets, const RuleWords& words) {
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
      std::vector<Word> all;
      for (const Row& row : column->titles) {
        std::string text = tidy_title(row, words);
        if (count_letters(text).letters() < 2) continue;
        // A line that begins with VÀ or a dash continues the line above it.
        if (!lines.empty() && (folded(text).starts_with("va ") || text.starts_with("-") ||
                               lines.back().ends_with("-") || lines.back().ends_with(",")))
          lines.back() += ' ' + text;
        else
          lines.push_back(text);
        all.insert(all.end(), row.words.begin(), row.words.end());
      }
      block.title_completed = complete_deputy(lines, words);
      for (const std::string& line : lines) block.title += (block.title.empty() ? "" : " / ") + line;
      block.title_confidence = confidence_of(all);
      block.title_box = column->box;
      if (found.row != nullptr) {
        block.name = found.name;
        block.name_confidence = confidence_of(found.row->words);
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
    for (std::size_t i = anchor.segment + 1; i < segments.size(); ++i) {
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
