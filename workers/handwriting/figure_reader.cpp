#include "workers/handwriting/figure_reader.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "pipeline/core/utf8.hpp"
#include "workers/handwriting/field_reader.hpp"

namespace sogoc::handwriting {
namespace {

FieldKind field_kind(ocr::FigureKind kind) {
  switch (kind) {
    case ocr::FigureKind::number: return FieldKind::number;
    case ocr::FigureKind::number_line: return FieldKind::text;
    case ocr::FigureKind::date: return FieldKind::date;
  }
  return FieldKind::text;
}

bool is_figure(const std::string& letter) {
  return letter.size() == 1 && letter[0] >= '0' && letter[0] <= '9';
}

// Where the figures of "Số: 22/TTr" stand among its letters: the run before the stroke, the dash or
// the capital of the notation.
struct Run {
  std::size_t begin = 0, end = 0;
};
Run run_before_notation(const std::vector<std::string>& letters) {
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (!is_figure(letters[i])) continue;
    std::size_t end = i;
    while (end < letters.size() && is_figure(letters[end])) ++end;
    std::size_t next = end;
    while (next < letters.size() && (letters[next] == " " || letters[next] == ".")) ++next;
    const bool notation =
        next < letters.size() &&
        (letters[next] == "/" || letters[next] == "-" || letters[next] == "Đ" ||
         (letters[next].size() == 1 && letters[next][0] >= 'A' && letters[next][0] <= 'Z'));
    if (notation) return {i, end};
    i = end;
  }
  return {};
}

std::vector<std::string> letters_of(const std::string& text) {
  std::vector<std::string> letters;
  for (const char32_t c : code_points(text)) letters.push_back(to_utf8(std::u32string(1, c)));
  return letters;
}

std::string number_of(const std::vector<std::string>& letters) {
  const Run run = run_before_notation(letters);
  std::string number;
  for (std::size_t i = run.begin; i < run.end; ++i) number += letters[i];
  return number;
}

// Not surer than its weakest figure, nor than readings with another number leave room for.
ocr::Figures number_before_notation(const FieldReading& reading) {
  std::vector<std::string> letters;
  for (const ReadCharacter& character : reading.characters) letters.push_back(character.text);
  const Run run = run_before_notation(letters);
  if (run.begin == run.end) return {};
  ocr::Figures figures{number_of(letters), 1};
  for (std::size_t i = run.begin; i < run.end; ++i)
    figures.confidence = std::min(figures.confidence, reading.characters[i].confidence);
  double alike = reading.confidence, all = reading.confidence;
  for (const Alternative& other : reading.alternatives) {
    all += other.confidence;
    if (number_of(letters_of(other.text)) == figures.text) alike += other.confidence;
  }
  if (all > 0) figures.confidence = std::min(figures.confidence, alike / all);
  return figures;
}

class NetworkFigureReader final : public ocr::FigureReader {
 public:
  Result<ocr::Figures> read(const PageImage& line, ocr::FigureKind kind) override {
    if (!asked_) {
      asked_ = true;
      auto model = find_line_model();
      if (!model && model.error().code != ErrorCode::missing_model)
        return tl::unexpected(std::move(model.error()));
      if (model) {
        SOGOC_TRY(reader_, FieldReader::create(*model));
      }
    }
    if (reader_ == nullptr) return ocr::Figures{};
    SOGOC_TRY(const FieldReading reading, reader_->read(line, field_kind(kind)));
    if (kind == ocr::FigureKind::number_line) return number_before_notation(reading);
    if (!reading.fits) return ocr::Figures{};
    return ocr::Figures{reading.text, reading.confidence};
  }

 private:
  bool asked_ = false;
  std::unique_ptr<FieldReader> reader_;
};

}  // namespace

std::unique_ptr<ocr::FigureReader> make_figure_reader() {
  return std::make_unique<NetworkFigureReader>();
}

}  // namespace sogoc::handwriting
