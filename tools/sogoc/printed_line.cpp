#include "tools/sogoc/printed_line.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "models/model_catalog.hpp"
#include "workers/handwriting/line_picture.hpp"
#include "workers/ocr/line_recogniser.hpp"
#include "workers/ocr/syllable.hpp"

namespace sogoc {
namespace {

// Handwriting this sure of itself needs no second opinion.
constexpr double kSureByHand = 0.9;
// Tesseract speaks well of what it makes of handwriting too: only a high mean counts.
constexpr double kSurePrint = 0.88;

// The line's own band at the height Tesseract's network takes, white around it.
ocr::LineImage for_print(const handwriting::LinePicture& picture) {
  constexpr int kHeight = 36;
  constexpr int kMargin = 4;
  ocr::LineImage image;
  const int inner = kHeight - 2 * kMargin;
  const double scale = static_cast<double>(inner) / handwriting::LinePicture::height;
  image.height = kHeight;
  image.width = std::max(8, static_cast<int>(picture.width * scale)) + 2 * kMargin;
  image.gray.assign(static_cast<std::size_t>(image.width) * kHeight, 255);
  // Area sampling: each target pixel is the mean of the pixels it covers.
  for (int y = 0; y < inner; ++y)
    for (int x = 0; x < image.width - 2 * kMargin; ++x) {
      const int y1 = static_cast<int>(y / scale);
      const int y2 = std::min(handwriting::LinePicture::height,
                              std::max(y1 + 1, static_cast<int>((y + 1) / scale)));
      const int x1 = std::min(picture.width - 1, static_cast<int>(x / scale));
      const int x2 = std::min(picture.width, std::max(x1 + 1, static_cast<int>((x + 1) / scale)));
      double sum = 0;
      for (int v = y1; v < y2; ++v)
        for (int u = x1; u < x2; ++u)
          sum +=
              picture.values[static_cast<std::size_t>(v) * static_cast<std::size_t>(picture.width) +
                             static_cast<std::size_t>(u)];
      const double mean = sum / ((y2 - y1) * (x2 - x1));
      image.gray[static_cast<std::size_t>(y + kMargin) * static_cast<std::size_t>(image.width) +
                 static_cast<std::size_t>(x + kMargin)] =
          static_cast<std::uint8_t>(std::clamp((mean + 1) * 127.5, 0.0, 255.0));
    }
  return image;
}

}  // namespace

struct PrintedLineReader::Engine {
  std::unique_ptr<ocr::LineRecogniser> recogniser;
};

PrintedLineReader::PrintedLineReader() : engine_(std::make_unique<Engine>()) {}
PrintedLineReader::~PrintedLineReader() = default;

Result<std::unique_ptr<PrintedLineReader>> PrintedLineReader::create() {
  SOGOC_TRY(const LanguageModel model, ModelCatalog::open().model("vie"));
  std::unique_ptr<PrintedLineReader> reader(new PrintedLineReader());
  SOGOC_TRY(reader->engine_->recogniser, ocr::LineRecogniser::create(model));
  return reader;
}

Result<std::optional<handwriting::FieldReading>> PrintedLineReader::read_if_surer(
    const PageImage& line, const handwriting::FieldReading& by_hand) {
  using Answer = std::optional<handwriting::FieldReading>;
  if (by_hand.confidence >= kSureByHand) return Answer();
  const handwriting::LinePicture picture = handwriting::line_picture(line);
  if (picture.width == 0) return Answer();
  SOGOC_TRY(const auto words, engine_->recogniser->read(for_print(picture)));
  if (words.empty()) return Answer();
  handwriting::FieldReading reading;
  double sum = 0;
  double least = 1;
  bool plausible = true;
  for (const ocr::ReadWord& word : words) {
    if (!reading.text.empty()) {
      reading.text += ' ';
      reading.characters.push_back({" ", word.confidence});
    }
    reading.text += word.text;
    for (const ocr::ReadSymbol& symbol : word.symbols)
      reading.characters.push_back({symbol.text, word.confidence});
    sum += word.confidence;
    least = std::min(least, word.confidence);
    plausible = plausible && ocr::is_plausible_word(word.text);
  }
  reading.confidence = least;
  const double mean = sum / static_cast<double>(words.size());
  if (!plausible || mean < kSurePrint || least < by_hand.confidence) return Answer();
  if (!by_hand.text.empty()) reading.alternatives.push_back({by_hand.text, by_hand.confidence});
  return Answer(std::move(reading));
}

Result<std::vector<layout::PrintedWord>> PrintedLineReader::words(const PageImage& line) {
  ocr::LineImage image;
  image.width = line.size().width;
  image.height = line.size().height;
  for (int y = 0; y < image.height; ++y) {
    const auto row = line.row(y);
    image.gray.insert(image.gray.end(), row.begin(), row.begin() + image.width);
  }
  SOGOC_TRY(const auto read, engine_->recogniser->read(image));
  std::vector<layout::PrintedWord> words;
  for (const ocr::ReadWord& word : read) {
    // A letter's right edge is half way to the next one: the last one of a word would reach far.
    std::vector<double> widths;
    for (std::size_t i = 1; i < word.symbols.size(); ++i)
      widths.push_back(word.symbols[i].left - word.symbols[i - 1].left);
    std::sort(widths.begin(), widths.end());
    const double usual = widths.empty() ? 12 : widths[widths.size() / 2];
    // "Số:01/2008" are two: the label and what is written close behind it.
    layout::PrintedWord one{"", word.left, word.left, word.confidence};
    for (const ocr::ReadSymbol& symbol : word.symbols) {
      one.text += symbol.text;
      one.right = std::min(symbol.right, symbol.left + (symbol.text == ":" ? 0.8 : 1.4) * usual);
      if (symbol.text != ":") continue;
      words.push_back(one);
      one = {"", one.right, one.right, word.confidence};
    }
    if (!one.text.empty()) words.push_back(std::move(one));
  }
  return words;
}

Result<PageImage> turned_upright(const DecodedPage& page) {
  const int turns = static_cast<int>(std::lround(page.known_turn.clockwise / 90.0)) & 3;
  const PageImage& in = page.raster;
  if (turns == 0) return in;
  const int channels = in.format() == PixelFormat::rgb8 ? 3 : 1;
  const SizePx from = in.size();
  const SizePx to = turns == 2 ? from : SizePx{from.height, from.width};
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(to.width) *
                                   static_cast<std::size_t>(to.height) *
                                   static_cast<std::size_t>(channels));
  for (int y = 0; y < to.height; ++y)
    for (int x = 0; x < to.width; ++x) {
      const int u = turns == 1 ? y : turns == 2 ? from.width - 1 - x : from.width - 1 - y;
      const int v = turns == 1 ? from.height - 1 - x : turns == 2 ? from.height - 1 - y : x;
      const auto row = in.row(v);
      for (int c = 0; c < channels; ++c) {
        const auto at = (static_cast<std::size_t>(y) * static_cast<std::size_t>(to.width) +
                         static_cast<std::size_t>(x)) *
                            static_cast<std::size_t>(channels) +
                        static_cast<std::size_t>(c);
        if (in.format() == PixelFormat::bit1)
          pixels[at] = (row[static_cast<std::size_t>(u) / 8] & (0x80u >> (u % 8))) != 0 ? 0 : 255;
        else
          pixels[at] = row[static_cast<std::size_t>(u) * static_cast<std::size_t>(channels) +
                           static_cast<std::size_t>(c)];
      }
    }
  return PageImage::create(to, channels == 3 ? PixelFormat::rgb8 : PixelFormat::gray8,
                           in.resolution(), std::move(pixels));
}

}  // namespace sogoc
