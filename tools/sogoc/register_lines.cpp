#include "tools/sogoc/register_lines.hpp"

#include <map>
#include <utility>

#include "models/line_model.hpp"
#include "models/register_catalog.hpp"
#include "tools/sogoc/printed_line.hpp"
#include "workers/handwriting/field_reader.hpp"

namespace sogoc {
namespace {

using handwriting::FieldKind;

FieldKind reading_kind(RegisterValueKind kind) {
  switch (kind) {
    case RegisterValueKind::name:
      return FieldKind::name;
    case RegisterValueKind::date:
      return FieldKind::date;
    case RegisterValueKind::date_in_words:
      return FieldKind::date_in_words;
    case RegisterValueKind::entry_number:
    case RegisterValueKind::book_number:
      return FieldKind::entry_number;
    case RegisterValueKind::number:
    case RegisterValueKind::page_number:
    case RegisterValueKind::id:
      return FieldKind::number;
    case RegisterValueKind::place:
      return FieldKind::place;
    default:
      return FieldKind::text;
  }
}

// Handwriting first; where its network is unsure, the engine for print.
class BothReaders final : public layout::LineReader {
 public:
  Result<layout::LineText> read(const PageImage& line, const layout::ExpectedValue& expected,
                                layout::LineReading how) override {
    if (!field_) {
      SOGOC_TRY(const LineModel model, find_line_model());
      SOGOC_TRY(field_, handwriting::FieldReader::create(model));
    }
    SOGOC_TRY(handwriting::FieldReading reading, field_->read(line, reading_kind(expected.kind), phrases(expected.codes),
                                                                  how == layout::LineReading::at_a_glance));
    layout::LineText text;
    if (how == layout::LineReading::as_either) {
      SOGOC_TRY(PrintedLineReader* const print, engine_for_print());
      SOGOC_TRY(auto printed, print->read_if_surer(line, reading));
      if (printed) {
        reading = std::move(*printed);
        text.printed = true;
      }
    }
    text.text = std::move(reading.text);
    text.confidence = reading.confidence;
    for (auto& alternative : reading.alternatives)
      text.alternatives.push_back(std::move(alternative.text));
    return text;
  }

  Result<std::vector<layout::PrintedWord>> read_print(const PageImage& line) override {
    SOGOC_TRY(PrintedLineReader* const print, engine_for_print());
    return print->words(line);
  }

 private:
  // The ways to write a list's values are made once.
  const handwriting::Phrases& phrases(const CodeList* codes) {
    if (codes == nullptr) return any_;
    const auto [at, is_new] = phrases_.try_emplace(codes->key);
    if (is_new) {
      std::vector<std::string> texts;
      for (const CodeValue& value : codes->values) {
        texts.push_back(value.text);
        texts.insert(texts.end(), value.also.begin(), value.also.end());
      }
      at->second = handwriting::Phrases(texts);
    }
    return at->second;
  }

  Result<PrintedLineReader*> engine_for_print() {
    if (!printed_) {
      SOGOC_TRY(printed_, PrintedLineReader::create());
    }
    return printed_.get();
  }

  std::unique_ptr<handwriting::FieldReader> field_;
  std::unique_ptr<PrintedLineReader> printed_;
  std::map<std::string, handwriting::Phrases, std::less<>> phrases_;
  const handwriting::Phrases any_;
};

class LateRegisterReader final : public RegisterReader {
 public:
  Result<RegisterPage> read(std::span<const PagePart> parts, std::span<const PageImage> reading,
                            std::span<const PageImage> upright,
                            const ReadingSettings& settings) override {
    if (!reader_) {
      SOGOC_TRY(reader_, make_layout_reader());
    }
    return reader_->read(parts, reading, upright, settings);
  }

 private:
  std::unique_ptr<layout::LayoutReader> reader_;
};

}  // namespace

Result<std::unique_ptr<layout::LayoutReader>> make_layout_reader() {
  SOGOC_TRY(const std::filesystem::path folder, find_registers_folder());
  SOGOC_TRY(RegisterCatalog catalog, RegisterCatalog::load(folder));
  return std::make_unique<layout::LayoutReader>(std::move(catalog),
                                                std::make_unique<BothReaders>());
}

std::unique_ptr<layout::LineReader> make_line_reader() { return std::make_unique<BothReaders>(); }

std::unique_ptr<RegisterReader> make_register_reader() {
  return std::make_unique<LateRegisterReader>();
}

std::vector<std::filesystem::path> register_folders() {
  std::vector<std::filesystem::path> folders = network_folders(kLineNetwork);
  if (auto registers = find_registers_folder()) folders.push_back(std::move(*registers));
  return folders;
}

}  // namespace sogoc
