#include "workers/metadata/head_block.hpp"

#include <algorithm>

#include "workers/metadata/folded_text.hpp"

namespace sogoc::metadata {
namespace {

// The head stands in this share of the page.
constexpr double kHeadShare = 0.5;
// A body's name below this is compared with the known names.
constexpr double kSureName = 0.93;

struct TitlePlace {
  std::size_t row = 0;
  Row words;                  // of that row; a word that ran into the title is cut in two
  std::size_t first_word = 0;
  BoxPx box;
  bool party = false;
  bool motto_only = false;
};

// The words of a row that a wording covers, first and last. Engines run a long line at left into
// the title ("SƠN LACỘNG HÒA"): such a word is cut, its box by the share of its letters.
std::optional<std::pair<std::size_t, std::size_t>> words_like(Row& row, const Wordings& list) {
  const Folded f = fold(text_of(row));
  for (const std::string& known : list.folded_items()) {
    const Found found = find_like(f.text, known);
    if (!found.ok()) continue;
    const std::size_t from = f.origin[found.begin], to = f.origin[found.end];
    std::size_t at = 0, first = row.words.size(), last = 0;
    for (std::size_t w = 0; w < row.words.size(); ++w) {
      const std::size_t end = at + row.words[w].text.size();
      if (end > from && at < to) {
        first = std::min(first, w);
        last = w;
        if (w == first && from > at) {
          Word left = row.words[w], right = row.words[w];
          left.text = row.words[w].text.substr(0, from - at);
          right.text = row.words[w].text.substr(from - at);
          if (count_letters(left.text).letters() == 0) {
            at = end + 1;
            continue;
          }
          const int share = left.box.width() * count_letters(left.text).letters() /
                            std::max(1, count_letters(row.words[w].text).letters());
          left.box.right = right.box.left = left.box.left + share;
          // With a letter of the title wrong the place of the cut is a guess.
          if (found.errors > 0)
            left.confidence = Confidence::from_fraction(std::min(0.5, left.confidence.fraction()));
          row.words[w] = left;
          row.words.insert(row.words.begin() + static_cast<std::ptrdiff_t>(w) + 1, right);
          first = last = ++w;
        }
      }
      at = end + 1;
    }
    if (first < row.words.size()) return std::pair{first, last};
  }
  return std::nullopt;
}

std::optional<TitlePlace> find_title(const Sheet& sheet, const RuleWords& words, double share) {
  const auto limit = static_cast<int>(share * sheet.height());
  const auto place = [&](std::size_t r, Row row, std::pair<std::size_t, std::size_t> span) {
    TitlePlace title;
    title.row = r;
    title.first_word = span.first;
    for (std::size_t w = span.first; w <= span.second; ++w)
      title.box = united(title.box, row.words[w].box);
    title.words = std::move(row);
    return title;
  };
  for (const bool motto : {false, true})
    for (std::size_t r = 0; r < sheet.rows.size() && sheet.rows[r].box.top < limit; ++r) {
      Row row = sheet.rows[r];
      if (motto) {
        if (const auto span = words_like(row, words.list("national_motto"))) {
          TitlePlace title = place(r, row, *span);
          title.motto_only = true;
          return title;
        }
        continue;
      }
      // In a sentence it is no title.
      if (!count_letters(text_of(row)).mostly_upper()) continue;
      if (const auto span = words_like(row, words.list("national_title"))) return place(r, row, *span);
      if (const auto span = words_like(row, words.list("party_title"))) {
        TitlePlace title = place(r, row, *span);
        title.party = true;
        return title;
      }
    }
  return std::nullopt;
}

// Cuts a row between the columns; one piece when it belongs to one of them.
std::vector<Row> split_columns(const Sheet& sheet, const Row& row, int boundary) {
  std::size_t best = 0;
  int widest = sheet.line_height * 8 / 10;
  const int reach = sheet.width() * 14 / 100;
  for (std::size_t w = 1; w < row.words.size(); ++w) {
    const int gap = row.words[w].box.left - row.words[w - 1].box.right;
    const int middle = (row.words[w].box.left + row.words[w - 1].box.right) / 2;
    if (gap >= widest && std::abs(middle - boundary) <= reach) {
      widest = gap;
      best = w;
    }
  }
  if (best == 0) return {row};
  const auto cut = row.words.begin() + static_cast<std::ptrdiff_t>(best);
  return {row_of({row.words.begin(), cut}), row_of({cut, row.words.end()})};
}

bool is_mark(const Row& row, const RuleWords& words) {
  const std::string text = trimmed(text_of(row), "[]|()_-.,:;*\"'");
  if (!count_letters(text).mostly_upper()) return false;
  for (const char* key : {"draft_marks", "secrecy_marks", "urgency_marks"})
    if (words.list(key).is(text) != nullptr) return true;
  return words.list("secrecy_labels").begins(text) != nullptr;
}

class HeadFinder {
 public:
  HeadFinder(const Sheet& sheet, const RuleWords& words) : sheet_(sheet), words_(words) {}

  std::optional<HeadBlock> find() {
    const auto title = find_title(sheet_, words_, kHeadShare);
    std::size_t first = 0, after_title = 0;
    if (title) {
      place_title(*title);
      const int top = head_.title_box.top - sheet_.line_height * 3 / 2 -
                      (title->motto_only ? 2 * sheet_.line_height : 0);
      while (first < sheet_.rows.size() && sheet_.rows[first].box.bottom < top) ++first;
      after_title = title->row;
    } else {
      head_.boundary = sheet_.body_left + sheet_.body_width() * 42 / 100;
    }
    std::size_t r = first;
    const auto limit = static_cast<int>(kHeadShare * sheet_.height());
    for (; r < sheet_.rows.size() && sheet_.rows[r].box.top < limit; ++r) {
      if (ends_head(r, after_title, title.has_value())) break;
      if (title && r == title->row) take_row(title->words, title->first_word);
      else take_row(sheet_.rows[r], 0);
    }
    head_.next_row = r;
    if (!head_.titled && !(head_.number_row && head_.date_row)) return std::nullopt;
    return head_;
  }

 private:
  void place_title(const TitlePlace& title) {
    head_.titled = true;
    head_.party = title.party;
    head_.title_box = title.box;
    const Row& row = title.words;
    const int page_middle = sheet_.width() / 2;
    const int middle = (title.box.left + title.box.right) / 2;
    if (title.first_word > 0) {
      head_.boundary = (row.words[title.first_word - 1].box.right + title.box.left) / 2;
    } else {
      head_.boundary = title.box.left - sheet_.line_height;
      head_.two_columns = std::abs(middle - page_middle) > sheet_.width() * 8 / 100 ||
                          something_left_of(title);
    }
    // A wide national title leaves its column narrow; the place before a date may reach further.
    head_.boundary = std::clamp(head_.boundary, sheet_.width() / 5, sheet_.width() * 7 / 10);
  }

  [[nodiscard]] bool something_left_of(const TitlePlace& title) const {
    for (const Row& row : sheet_.rows) {
      if (row.box.bottom < title.box.top - 2 * sheet_.line_height) continue;
      if (row.box.top > title.box.bottom + 4 * sheet_.line_height) break;
      for (const Row& piece : split_columns(sheet_, row, title.box.left - sheet_.line_height))
        if (piece.box.right < title.box.left && !is_noise(piece, sheet_) &&
            (words_.organ_of(text_of(piece)) ||
             looks_like_number_line(text_of(piece), words_)))
          return true;
    }
    return false;
  }

  [[nodiscard]] bool ends_head(std::size_t r, std::size_t title_row, bool titled) const {
    const Row& row = sheet_.rows[r];
    if (titled && r <= title_row) return false;
    const std::string text = text_of(row);
    const Row& first_piece = row;
    if (words_.list("addressed_to").begins(trimmed(text, "-—_~. ")) != nullptr) return true;
    if (find_addressed(text)) return true;
    const std::vector<Row> pieces = split_columns(sheet_, row, head_.boundary);
    if (pieces.size() > 1) return false;
    if (looks_like_date_line(text) && row.words.size() < 14) return false;
    if (looks_like_number_line(text, words_) && row.words.size() < 8) return false;
    if (is_noise(row, sheet_)) return false;
    const bool middle = std::abs(first_piece.centre_x() - sheet_.body_centre()) <
                        sheet_.width() * 8 / 100;
    if (count_letters(text).mostly_upper() && words_.type_of(text) &&
        (middle || !head_.two_columns))
      return true;
    if (!head_.two_columns) {
      // Everything is in the middle: the head is over where the lines are neither title nor motto.
      return !words_.list("national_motto").stands_in(text) && !is_mark(row, words_) &&
             !words_.list("national_title").stands_in(text) && head_.number_row.has_value() &&
             head_.date_row.has_value();
    }
    return middle && row.box.left < head_.boundary - sheet_.line_height &&
           row.box.right > head_.boundary + sheet_.line_height;
  }

  // "Kính gửi" behind noise ("—— tính gửi: - Bộ trưởng").
  [[nodiscard]] bool find_addressed(const std::string& text) const {
    const Folded f = fold(text);
    const std::string& known = words_.list("addressed_to").folded_items().front();
    const Found found = find_like(f.text, known);
    return found.ok() && found.begin < 16 && text.find(':') != std::string::npos;
  }

  void take_row(const Row& row, std::size_t cut_before) {
    if (!head_.two_columns) {
      take_middle(row);
      return;
    }
    std::vector<Row> pieces;
    if (cut_before > 0) {
      const auto cut = row.words.begin() + static_cast<std::ptrdiff_t>(cut_before);
      pieces = {row_of({row.words.begin(), cut}), row_of({cut, row.words.end()})};
    } else {
      pieces = split_columns(sheet_, row, head_.boundary);
      // The date may begin left of the national title: cut before its place instead.
      const std::string text = text_of(row);
      if (pieces.size() == 1 && looks_like_date_line(text) &&
          looks_like_number_line(text, words_)) {
        const std::size_t begin = date_line_begins(row, sheet_.line_height * 7 / 10);
        if (begin > 0) {
          const auto cut = row.words.begin() + static_cast<std::ptrdiff_t>(begin);
          pieces = {row_of({row.words.begin(), cut}), row_of({cut, row.words.end()})};
        }
      }
    }
    for (const Row& piece : pieces) {
      const bool date = looks_like_date_line(text_of(piece));
      if (date || piece.centre_x() >= head_.boundary) take_right(piece);
      else take_left(piece);
    }
  }

  void take_middle(const Row& row) {
    const std::string text = text_of(row);
    if (!head_.number_row && looks_like_number_line(text, words_)) head_.number_row = row;
    else if (!head_.date_row && looks_like_date_line(text)) head_.date_row = row;
    else if (is_mark(row, words_)) head_.mark_rows.push_back(row);
    else if (row.box.bottom <= head_.title_box.top && !is_noise(row, sheet_) &&
             count_letters(text).mostly_upper() && words_.organ_of(text))
      head_.organ_rows.push_back(row);
  }

  void take_right(const Row& piece) {
    if (!head_.date_row && looks_like_date_line(text_of(piece))) head_.date_row = piece;
    else if (is_mark(piece, words_)) head_.mark_rows.push_back(piece);
  }

  void take_left(const Row& piece) {
    if (is_mark(piece, words_)) {
      head_.mark_rows.push_back(piece);
      return;
    }
    if (is_noise(piece, sheet_)) return;
    const std::string text = text_of(piece);
    const Wordings& labels = words_.list("subject_labels");
    if (!head_.number_row && head_.subject_rows.empty()) {
      if (looks_like_number_line(text, words_) || is_bare_notation(text)) {
        head_.number_row = piece;
        return;
      }
      if (begins_subject(text, labels)) {
        head_.subject_rows.push_back(piece);
        return;
      }
      // Above the number stand bodies; a line far above them is something else.
      if (count_letters(text).mostly_upper() || words_.organ_of(text)) head_.organ_rows.push_back(piece);
      return;
    }
    if (head_.subject_rows.empty()) {
      if (begins_subject(text, labels)) head_.subject_rows.push_back(piece);
      return;
    }
    const Row& last = head_.subject_rows.back();
    if (piece.box.top - last.box.bottom < sheet_.line_height &&
        head_.subject_rows.size() < 8)
      head_.subject_rows.push_back(piece);
  }

  static bool begins_subject(const std::string& text, const Wordings& labels) {
    // "V/v", "Vv", "V/v:", "V⁄v" or "Về việc".
    const std::string f = folded(text);
    if (f.starts_with("v v ") || f.starts_with("vv ")) return true;
    for (const std::string& label : labels.folded_items())
      if (f.starts_with(label + " ") || f == label) return true;
    return false;
  }

  // "/QĐ-UBND" whose "Số:" was not read.
  static bool is_bare_notation(const std::string& text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string::npos || text.size() > 40) return false;
    const LetterCount after = count_letters(std::string_view(text).substr(slash));
    const LetterCount before = count_letters(std::string_view(text).substr(0, slash));
    return after.upper >= 3 && before.letters() <= 3 && text.find('-', slash) != std::string::npos;
  }

  const Sheet& sheet_;
  const RuleWords& words_;
  HeadBlock head_;
};

}  // namespace

std::optional<HeadBlock> find_head(const Sheet& sheet, const RuleWords& words) {
  return HeadFinder(sheet, words).find();
}

bool begins_document(const Sheet& sheet, const RuleWords& words) {
  const auto title = find_title(sheet, words, 0.3);
  return title.has_value();
}

Organs read_organs(const std::vector<Row>& rows, const RuleWords& words) {
  struct Unit {
    std::vector<Word> words;
    std::string text;
    int level = 0;
    bool open = false;       // the next line completes it
    bool known = false;
  };
  std::vector<Unit> units;
  for (const Row& row : rows) {
    std::vector<Word> line = row.words;
    while (!line.empty() && count_letters(line.front().text).letters() == 0 &&
           line.front().text != "-")
      line.erase(line.begin());
    while (!line.empty() && count_letters(line.back().text).letters() == 0 &&
           count_letters(line.back().text).digits == 0 && line.back().text != "-")
      line.pop_back();
    part_glued(line, words.list("organ_words"));
    // A stop at the end is the end of the rule below, or dirt.
    if (!line.empty()) {
      std::string& last = line.back().text;
      last = trimmed(last, ".:;_*~\"'");
      for (const std::string_view quote : {"”", "“", "’", "‘", "»"})
        if (last.ends_with(quote)) last.resize(last.size() - quote.size());
    }
    const std::string text = trimmed(text_of(row_of(line)), "_*~");
    if (count_letters(text).letters() < 2) continue;
    const auto organ = words.organ_of(text);
    const bool continues = words.list("organ_continuations").begins(text) != nullptr;
    const bool joined_by_dash = !units.empty() && (units.back().text.ends_with('-') ||
                                                   text.starts_with('-'));
    const bool new_unit = units.empty() ||
                          (organ && !units.back().open && !joined_by_dash &&
                           !(continues && !organ->alone && organ->level > 9));
    if (new_unit) {
      units.push_back({line, text, organ ? organ->level : 0,
                       organ && organ->needs_more && organ->alone, organ.has_value()});
    } else {
      Unit& unit = units.back();
      unit.words.insert(unit.words.end(), line.begin(), line.end());
      unit.text += ' ' + text;
      unit.open = false;
    }
  }
  Organs organs;
  if (units.empty()) return organs;
  const auto finish = [&](const Unit& unit, std::string& text, double& confidence, BoxPx& box) {
    // Over the ends of its lines: "PHÁT / TRIỂN NÔNG THÔN".
    std::vector<Word> whole = unit.words;
    restore_tones(whole, words.list("organ_words"));
    restore_tones(whole, words.list("places"), true);
    text.clear();
    for (const Word& word : whole)
      if (!word.text.empty()) text += (text.empty() ? "" : " ") + word.text;
    text = trimmed(text, "-,;:._*~");
    confidence = cautious_confidence_of(unit.words);
    // A whole name a letter away from a known one: "BỘ TÀI CHIÍNH". What kind of body it is must
    // agree as read: a SỞ of a province is also one letter from a BỘ.
    if (confidence < kSureName)
      if (const std::string* known = words.list("organ_names").nearest(text, 1);
          known != nullptr && same_case(split_words(*known).front()) == same_case(split_words(text).front()))
        text = *known;
    box = row_of(unit.words).box;
  };
  finish(units.back(), organs.name, organs.name_confidence, organs.name_box);
  organs.known = units.back().known;
  if (units.size() >= 2) {
    const Unit& above = units[units.size() - 2];
    // Two ministries, one above the other, issue together; everything else is a hierarchy.
    if (above.known && units.back().known && above.level == 1 && units.back().level == 1 &&
        folded(above.text).starts_with("bo ") && folded(units.back().text).starts_with("bo ")) {
      organs.joint = true;
      organs.name = trimmed(above.text, "-,;:._ ") + " - " + organs.name;
      organs.name_box = united(row_of(above.words).box, organs.name_box);
    } else {
      finish(above, organs.parent, organs.parent_confidence, organs.parent_box);
    }
  }
  return organs;
}

}  // namespace sogoc::metadata
