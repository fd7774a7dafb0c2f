#include "workers/copy_write/typeset.hpp"

#include <algorithm>
#include <memory>

#include <unicode/brkiter.h>
#include <unicode/unistr.h>

namespace sogoc {
namespace {

constexpr double kRounding = 0.01;  // points

using Pieces = std::vector<StyledRun>;  // of one word

icu::UnicodeString from_utf8(std::string_view text) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

// Where a text may be divided, in UTF-16 units: lines or letters.
std::vector<int32_t> boundaries(const icu::UnicodeString& text, bool letters) {
  std::vector<int32_t> found;
  UErrorCode failed = U_ZERO_ERROR;
  const icu::Locale vietnamese("vi");
  const std::unique_ptr<icu::BreakIterator> breaks(
      letters ? icu::BreakIterator::createCharacterInstance(vietnamese, failed)
              : icu::BreakIterator::createLineInstance(vietnamese, failed));
  if (U_FAILURE(failed) || !breaks) return found;
  breaks->setText(text);
  for (int32_t at = breaks->next(); at != icu::BreakIterator::DONE; at = breaks->next())
    if (at < text.length()) found.push_back(at);
  return found;
}

// Paragraphs between '\n', each as words of pieces.
std::vector<std::vector<Pieces>> split_words(const std::vector<StyledRun>& runs) {
  std::vector<std::vector<Pieces>> paragraphs(1);
  bool in_word = false;
  for (const StyledRun& run : runs) {
    std::string piece;
    const auto close_piece = [&] {
      if (piece.empty()) return;
      if (!in_word) paragraphs.back().emplace_back();
      paragraphs.back().back().push_back({piece, run.bold, run.italic});
      piece.clear();
      in_word = true;
    };
    for (const char c : run.text) {
      if (c != ' ' && c != '\n') {
        piece += c;
        continue;
      }
      close_piece();
      in_word = false;
      if (c == '\n') paragraphs.emplace_back();
    }
    close_piece();
  }
  return paragraphs;
}

}  // namespace

void Strip::take(Strip other, double dx, double dy) {
  const auto moved = [&](std::vector<PlacedLine>& from, std::vector<PlacedLine>& to) {
    for (PlacedLine& line : from) {
      line.x += dx;
      line.baseline += dy;
      to.push_back(std::move(line));
    }
  };
  moved(other.lines, lines);
  for (PlacedRule rule : other.rules) {
    rule.x += dx;
    rule.y += dy;
    rules.push_back(rule);
  }
  for (PlacedField& field : other.fields) {
    PlacedField there{field.role, field.left + dx, field.top + dy, field.right + dx, field.bottom + dy, {}};
    moved(field.lines, there.lines);
    fields.push_back(std::move(there));
  }
  for (PlacedSymbol& symbol : other.symbols) {
    symbol.x += dx;
    symbol.y += dy;
    symbols.push_back(std::move(symbol));
  }
}

Result<SetWord> Typesetter::shaped(const Pieces& pieces) {
  SetWord word;
  for (const StyledRun& piece : pieces) {
    SOGOC_TRY(ShapedText text, fonts_.shape(face_of(piece.bold, piece.italic), piece.text));
    word.width += text.width;
    word.pieces.push_back(std::move(text));
  }
  SOGOC_TRY(word.blank, fonts_.shape(face_of(pieces.back().bold, pieces.back().italic), " "));
  return word;
}

// Parts of a word that each fit the column: divided where Unicode's rules allow, else by letters.
Result<std::vector<Pieces>> Typesetter::broken(const Pieces& word, double size_pt, double width) {
  std::vector<Pieces> parts(1);
  double used = 0;
  for (const StyledRun& piece : word) {
    const icu::UnicodeString text = from_utf8(piece.text);
    std::vector<int32_t> ends = boundaries(text, false);
    const std::vector<int32_t> letters = boundaries(text, true);
    ends.push_back(text.length());
    int32_t from = 0;
    const auto utf8 = [&](int32_t begin, int32_t end) {
      std::string bytes;
      text.tempSubStringBetween(begin, end).toUTF8String(bytes);
      return bytes;
    };
    const auto put = [&](int32_t begin, int32_t end) -> Result<bool> {  // false: too wide alone
      const std::string bytes = utf8(begin, end);
      SOGOC_TRY(const ShapedText set, fonts_.shape(face_of(piece.bold, piece.italic), bytes));
      const double wide = set.width * size_pt;
      if (used + wide > width + kRounding && used > 0) {
        parts.emplace_back();
        used = 0;
      }
      if (wide > width + kRounding && end - begin > 1) return false;
      parts.back().push_back({bytes, piece.bold, piece.italic});
      used += wide;
      return true;
    };
    for (const int32_t end : ends) {
      SOGOC_TRY(const bool fits, put(from, end));
      if (!fits) {
        int32_t letter = from;
        for (const int32_t next : letters) {
          if (next <= from || next >= end) continue;
          SOGOC_TRY(const bool put_letter, put(letter, next));
          if (put_letter) letter = next;
        }
        SOGOC_TRY(const bool put_last, put(letter, end));
        if (!put_last) parts.back().push_back({utf8(letter, end), piece.bold, piece.italic});
      }
      from = end;
    }
  }
  return parts;
}

Result<std::vector<SetLine>> Typesetter::set(const std::vector<StyledRun>& runs, double size_pt,
                                             double width, double first_indent) {
  std::vector<SetLine> lines;
  for (const std::vector<Pieces>& paragraph : split_words(runs)) {
    SetLine line;
    line.size_pt = size_pt;
    double room = width - first_indent;
    const auto put = [&](SetWord word) {
      const double wide = word.width * size_pt;
      const double gap = line.words.empty() ? 0 : line.words.back().blank.width * size_pt;
      if (!line.words.empty() && line.width + gap + wide > room + kRounding) {
        lines.push_back(std::move(line));
        line = SetLine{};
        line.size_pt = size_pt;
        room = width;
      }
      line.width += (line.words.empty() ? 0 : gap) + wide;
      line.words.push_back(std::move(word));
    };
    for (const Pieces& pieces : paragraph) {
      SOGOC_TRY(SetWord word, shaped(pieces));
      if (word.width * size_pt <= width - first_indent + kRounding) {
        put(std::move(word));
        continue;
      }
      SOGOC_TRY(const std::vector<Pieces> parts, broken(pieces, size_pt, width - first_indent));
      for (std::size_t i = 0; i < parts.size(); ++i) {
        SOGOC_TRY(SetWord part, shaped(parts[i]));
        put(std::move(part));
        if (i + 1 == parts.size() || line.words.empty()) continue;
        // The rest of a divided word begins a line: no blank may come between.
        lines.push_back(std::move(line));
        line = SetLine{};
        line.size_pt = size_pt;
        room = width;
      }
    }
    line.ends = true;
    if (!line.words.empty())
      lines.push_back(std::move(line));
    else if (!lines.empty())
      lines.back().ends = true;
  }
  return lines;
}

Result<std::vector<Strip>> Typesetter::paragraph(const std::vector<StyledRun>& runs, double size_pt,
                                                 double width, std::string_view align,
                                                 double first_indent) {
  SOGOC_TRY(std::vector<SetLine> lines, set(runs, size_pt, width, first_indent));
  if (align == "center" && lines.size() > 1) {
    // A heading's lines are about as long as each other: the narrowest column with as few lines.
    double narrow = 0, wide = width;
    for (int i = 0; i < 8; ++i) {
      const double middle = (narrow + wide) / 2;
      SOGOC_TRY(std::vector<SetLine> tried, set(runs, size_pt, middle));
      const bool fits = tried.size() == lines.size() &&
                        std::all_of(tried.begin(), tried.end(),
                                    [&](const SetLine& line) { return line.width <= middle; });
      (fits ? wide : narrow) = middle;
      if (fits) lines = std::move(tried);
    }
  }
  std::vector<Strip> strips;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool first = i == 0 || lines[i - 1].ends;
    Strip strip;
    strip.height = lines[i].height();
    strip.may_break_after = i + 1 == lines.size() || (i >= 1 && i + 3 <= lines.size());
    PlacedLine placed;
    const double indent = first ? first_indent : 0;
    const double room = width - indent - lines[i].width;
    const auto gaps = static_cast<double>(lines[i].words.size() - 1);
    placed.x = indent;
    if (align == "center") placed.x = indent + room / 2;
    if (align == "right") placed.x = indent + room;
    if (align == "justify" && !lines[i].ends && gaps > 0) placed.stretch = room / gaps;
    placed.baseline = (kLineHeight - kLetterDescent) * size_pt;
    placed.line = std::move(lines[i]);
    strip.lines.push_back(std::move(placed));
    strips.push_back(std::move(strip));
  }
  return strips;
}

}  // namespace sogoc
