#include "workers/ocr/line_recogniser.hpp"

#include <tesseract/baseapi.h>
#include <tesseract/resultiterator.h>

#include "workers/ocr/text_normalizer.hpp"

namespace sogoc::ocr {

struct LineRecogniser::Engine {
  tesseract::TessBaseAPI api;
};

namespace {

// A copy walks the word's symbols, so that the caller's place stays.
std::vector<ReadSymbol> symbols_of(const tesseract::ResultIterator& word) {
  std::vector<ReadSymbol> symbols;
  tesseract::ResultIterator it(word);
  do {
    const std::unique_ptr<char[]> text(it.GetUTF8Text(tesseract::RIL_SYMBOL));
    int left = 0, top = 0, right = 0, bottom = 0;
    if (text == nullptr || !it.BoundingBox(tesseract::RIL_SYMBOL, &left, &top, &right, &bottom)) {
      continue;
    }
    symbols.push_back({to_nfc(text.get()), static_cast<double>(left), static_cast<double>(right)});
  } while (!it.IsAtFinalElement(tesseract::RIL_WORD, tesseract::RIL_SYMBOL) &&
           it.Next(tesseract::RIL_SYMBOL));
  return symbols;
}

}  // namespace

LineRecogniser::LineRecogniser() : engine_(std::make_unique<Engine>()) {}
LineRecogniser::~LineRecogniser() = default;

std::string LineRecogniser::version() { return tesseract::TessBaseAPI::Version(); }

Result<std::unique_ptr<LineRecogniser>> LineRecogniser::create(const LanguageModel& model) {
  std::unique_ptr<LineRecogniser> made(new LineRecogniser());
  tesseract::TessBaseAPI& api = made->engine_->api;
  // Tesseract's own messages are for people at a terminal.
  const std::vector<std::string> names = {"debug_file"};
  const std::vector<std::string> values = {"/dev/null"};
  if (api.Init(model.folder.c_str(), model.name.c_str(), tesseract::OEM_LSTM_ONLY, nullptr, 0,
               &names, &values, false) != 0) {
    return fail(ErrorCode::missing_model, Retry::after_operator, model.file.string(),
                "Tesseract cannot load the model; run tools/dev/fetch_models again");
  }
  api.SetPageSegMode(tesseract::PSM_RAW_LINE);
  api.SetVariable("tessedit_do_invert", "0");  // text is dark here: twice the work for nothing
  return made;
}

Result<std::vector<ReadWord>> LineRecogniser::read_digits(const LineImage& image) {
  engine_->api.SetVariable("tessedit_char_whitelist", "0123456789");
  auto words = read(image);
  engine_->api.SetVariable("tessedit_char_whitelist", "");
  return words;
}

Result<std::vector<ReadWord>> LineRecogniser::read(const LineImage& image) {
  std::vector<ReadWord> words;
  if (image.gray.empty()) return words;
  tesseract::TessBaseAPI& api = engine_->api;
  api.SetImage(image.gray.data(), image.width, image.height, 1, image.width);
  constexpr int kAnyUsualResolution = 300;  // else it guesses, and says so
  api.SetSourceResolution(kAnyUsualResolution);
  if (api.Recognize(nullptr) != 0) {
    return fail(ErrorCode::internal, Retry::never, "line", "Tesseract refused the line");
  }
  const std::unique_ptr<tesseract::ResultIterator> it(api.GetIterator());
  if (it != nullptr && !it->Empty(tesseract::RIL_WORD)) {
    do {
      const std::unique_ptr<char[]> text(it->GetUTF8Text(tesseract::RIL_WORD));
      if (text == nullptr || text[0] == '\0') continue;
      int left = 0, top = 0, right = 0, bottom = 0;
      it->BoundingBox(tesseract::RIL_WORD, &left, &top, &right, &bottom);
      words.push_back({.text = to_nfc(text.get()),
                       .left = static_cast<double>(left),
                       .right = static_cast<double>(right),
                       .confidence = it->Confidence(tesseract::RIL_WORD) / 100.0,
                       .symbols = symbols_of(*it)});
    } while (it->Next(tesseract::RIL_WORD));
  }
  api.Clear();
  return words;
}

}  // namespace sogoc::ocr
