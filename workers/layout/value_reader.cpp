#include "workers/layout/value_reader.hpp"

#include <algorithm>

#include "workers/metadata/folded_text.hpp"
#include "workers/ocr/syllable.hpp"

namespace sogoc::layout {
namespace {

constexpr double kPrintMean = 0.9;    // handwriting is seldom read so well by the engine for print
constexpr double kPrintLeast = 0.72;
constexpr double kLegible = 0.5;      // with the stroke that strikes it out
constexpr double kCovers = 0.7;       // of what is written, by the words that were read

bool surely_print(const std::vector<PlacedWord>& words, const CellInk& ink) {
  if (words.empty()) return false;
  double sum = 0, least = 1;
  BoxPx box;
  for (const PlacedWord& word : words) {
    sum += word.confidence;
    least = std::min(least, word.confidence);
    box = united(box, word.box);
    if (!ocr::is_plausible_word(word.text)) return false;
  }
  return sum / static_cast<double>(words.size()) >= kPrintMean && least >= kPrintLeast &&
         box.width() >= kCovers * ink.box.width();
}

constexpr double kContradicted = 0.9;  // as sure as print is at most when the other reader reads another text
constexpr const char* kSigns = " .,:;";

}  // namespace

std::string_view name(InkKind kind) {
  switch (kind) {
    case InkKind::empty: return "empty";
    case InkKind::print: return "print";
    case InkKind::handwriting: return "handwriting";
    case InkKind::mixed: return "mixed";
  }
  return {};
}

ReadValue head_value(const std::vector<PlacedWord>& words) {
  ReadValue value;
  value.text = text_of(words);
  if (words.empty()) return value;
  value.ink = InkKind::print;
  value.state = ValueState::read;
  value.confidence = 1;
  for (const PlacedWord& word : words) value.confidence = std::min(value.confidence, word.confidence);
  return value;
}

CellView ValueReader::view(const std::array<PointPx, 4>& corners) const {
  CellView cell{corners, cell_picture(upright_, corners, kCellInsetMm * dpi_ / 25.4), {}};
  cell.ink = find_cell_ink(cell.picture, dpi_);
  return cell;
}

std::optional<bool> ValueReader::seems_print(const CellView& cell) const {
  if (cell.ink.box.empty()) return std::nullopt;
  return surely_print(words_.inside(cell.corners), cell.ink);
}

Result<ReadValue> ValueReader::read(const CellView& cell, const ExpectedValue& expected) {
  return read(cell.picture, cell.ink, words_.inside(cell.corners), expected);
}

Result<ReadValue> ValueReader::read(const BoxPx& box, const ExpectedValue& expected) {
  const PageImage picture = cell_picture(upright_, box);
  return read(picture, find_cell_ink(picture, dpi_), words_.inside(box), expected);
}

Result<ReadValue> ValueReader::read_line(const std::array<PointPx, 4>& corners, double baseline,
                                         const ExpectedValue& expected) {
  PageImage picture = cell_picture(upright_, corners, 0);
  const CellInk ink = find_line_ink(picture, baseline, dpi_);
  return read(picture, ink, words_.inside(corners), expected);
}

PageImage ValueReader::cut_line(const PageImage& picture, const BoxPx& line) const {
  const int pad = static_cast<int>(0.8 * dpi_ / 25.4);
  return cell_picture(picture, {line.left - pad, line.top - pad, line.right + pad, line.bottom + pad});
}

// What the reader of handwriting makes of all lines.
Result<LineText> ValueReader::read_lines(const PageImage& picture, const CellInk& ink,
                                         const ExpectedValue& expected) {
  LineText whole;
  whole.confidence = 1;
  for (const CellInk::Line& line : ink.lines) {
    const PageImage cut = cut_line(picture, line.box);
    if (cut.empty()) continue;
    SOGOC_TRY(const LineText text, lines_.read(cut, expected, LineReading::at_a_glance));
    whole.text += (whole.text.empty() || text.text.empty() ? "" : " ") + text.text;
    whole.confidence = std::min(whole.confidence, text.confidence);
  }
  return whole;
}

Result<ReadValue> ValueReader::read(const PageImage& picture, const CellInk& ink,
                                    const std::vector<PlacedWord>& words, const ExpectedValue& expected) {
  ReadValue value;
  if (ink.box.empty()) return value;
  const auto struck = std::count_if(ink.lines.begin(), ink.lines.end(),
                                    [](const CellInk::Line& line) { return line.struck; });
  value.struck = struck > 0 && struck == static_cast<std::ptrdiff_t>(ink.lines.size());
  value.overwritten = struck > 0 && !value.struck;
  value.at_edge = ink.at_edge;
  value.faint = ink.faint;
  if (expected.kind == RegisterValueKind::signature) {
    value.ink = InkKind::handwriting;
    value.state = ValueState::handwritten;
    return value;
  }
  if (trusts_print_ && !value.overwritten && surely_print(words, ink)) {
    value.ink = InkKind::print;
    value.state = ValueState::read;
    value.text = text_of(words);
    value.confidence = 1;
    for (const PlacedWord& word : words)
      value.confidence = std::min(value.confidence, word.confidence);
    SOGOC_TRY(const LineText other, read_lines(picture, ink, expected));
    // Two readers that know nothing of each other seldom make the same mistake.
    const bool agreed = metadata::trimmed(other.text, kSigns) == metadata::trimmed(value.text, kSigns);
    value.confidence = agreed ? 1 - (1 - value.confidence) * (1 - other.confidence)
                              : std::min(value.confidence, kContradicted);
    if (!agreed && !other.text.empty()) value.alternatives.push_back(other.text);
    return value;
  }
  const LineReading how = tries_print_ ? LineReading::as_either : LineReading::as_handwriting;
  bool print = false, hand = false;
  value.confidence = 1;
  for (const auto& [line, struck_line] : ink.lines) {
    if (struck_line && value.overwritten) continue;  // what stands instead is beside it
    const PageImage cut = cut_line(picture, line);
    if (cut.empty()) continue;
    SOGOC_TRY(LineText text, lines_.read(cut, expected, how));
    if (struck_line && text.confidence < kLegible) {
      SOGOC_TRY(LineText freed, lines_.read(without_stroke(cut, dpi_), expected, how));
      if (freed.confidence > text.confidence) text = std::move(freed);
    }
    (text.printed ? print : hand) = true;
    value.confidence = std::min(value.confidence, text.confidence);
    if (text.text.empty()) continue;
    if (ink.lines.size() == 1) value.alternatives = std::move(text.alternatives);
    value.text += (value.text.empty() ? "" : " ") + text.text;
  }
  value.ink = print && hand ? InkKind::mixed : print ? InkKind::print : InkKind::handwriting;
  value.state = value.text.empty() ? ValueState::illegible : ValueState::read;
  if (value.text.empty()) value.confidence = 0;
  return value;
}

}  // namespace sogoc::layout
