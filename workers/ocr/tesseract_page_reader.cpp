#include "workers/ocr/tesseract_page_reader.hpp"

#include <algorithm>
#include <cmath>

#include "workers/ocr/line_finder.hpp"
#include "workers/ocr/line_recogniser.hpp"
#include "workers/ocr/reading_order.hpp"

namespace sogoc {

struct TesseractPageReader::Loaded {
  LanguageModel model;
  std::unique_ptr<ocr::LineRecogniser> recogniser;
};

TesseractPageReader::TesseractPageReader(ModelCatalog catalog) : catalog_(std::move(catalog)) {}
TesseractPageReader::~TesseractPageReader() = default;

std::unique_ptr<PageReader> make_page_reader(const std::filesystem::path& model_folder) {
  return std::make_unique<TesseractPageReader>(ModelCatalog::open(model_folder));
}

namespace {

using ocr::Ink;
using ocr::InkLine;

double dpi_of(const PageImage& page) {
  if (page.resolution().known()) return page.resolution().x.value;
  constexpr double kA4WidthInches = 8.27;
  return std::clamp(page.size().width / kA4WidthInches, 70.0, 1200.0);
}

// The network says where a word is to within a letter; the ink says it exactly. Each component goes
// to the word whose span its middle is in, or to the nearest.
TextLine line_of(const Ink& ink, const InkLine& line, const ocr::LineImage& image,
                 const std::vector<ocr::ReadWord>& words) {
  TextLine out;
  for (const ocr::ReadWord& word : words) {
    out.words.push_back({word.text, {}, Confidence::from_fraction(word.confidence)});
  }
  for (const std::size_t c : line.components) {
    BoxPx box = ink.components[c].box;
    box.top = std::max(box.top, line.clip_top);
    box.bottom = std::min(box.bottom, line.clip_bottom);
    const double x = (box.left + box.right) / 2.0;
    std::size_t home = 0;
    double nearest = 1e9;
    for (std::size_t w = 0; w < words.size(); ++w) {
      const double away = std::max({0.0, image.page_x(words[w].left) - x,
                                    x - image.page_x(words[w].right)});
      if (away < nearest) nearest = away, home = w;
    }
    if (!out.words.empty()) out.words[home].box = united(out.words[home].box, box);
  }
  for (std::size_t w = 0; w < words.size(); ++w) {
    BoxPx& box = out.words[w].box;
    if (box.empty()) {
      box = {static_cast<int>(image.page_x(words[w].left)), line.core.top,
             static_cast<int>(std::ceil(image.page_x(words[w].right))), line.core.bottom};
      box.right = std::max(box.right, box.left + 1);
    }
    out.box = united(out.box, box);
  }
  out.baseline = static_cast<int>(
      std::lround(line.baseline_at((line.box.left + line.box.right) / 2.0)));
  return out;
}

Confidence mean_confidence(const TextLine& line) {
  double sum = 0;
  for (const Word& word : line.words) sum += word.confidence.fraction();
  return Confidence::from_fraction(line.words.empty() ? 0 : sum / double(line.words.size()));
}

}  // namespace

Result<PageText> TesseractPageReader::read(const PageImage& reading, const PageImage&,
                                           std::span<const Region> ink_regions,
                                           std::span<const Region> own_text,
                                           const ReadingSettings& settings) {
  if (!loaded_ || loaded_->model.name != settings.language) {
    auto loaded = std::make_unique<Loaded>();
    SOGOC_TRY(loaded->model, catalog_.model(settings.language));
    SOGOC_TRY(loaded->recogniser, ocr::LineRecogniser::create(loaded->model));
    loaded_ = std::move(loaded);
  }
  PageText text;
  text.language = settings.language == "vie" ? "vi" : settings.language;
  text.engine = "tesseract " + ocr::LineRecogniser::version() + " " + loaded_->model.label();

  const Ink ink = ocr::find_ink(reading, dpi_of(reading));
  const ocr::PageLines lines = ocr::find_lines(ink);
  const std::vector<std::uint8_t> gray = ocr::gray_pixels(reading);
  std::vector<Region> regions;
  for (const InkLine& line : lines.lines) {
    const ocr::LineImage image = ocr::draw_line(gray, ink, line, {});
    SOGOC_TRY(const std::vector<ocr::ReadWord> words, loaded_->recogniser->read(image));
    if (words.empty()) continue;
    Region region;
    region.lines.push_back(line_of(ink, line, image, words));
    region.box = region.lines.front().box;
    region.confidence = mean_confidence(region.lines.front());
    region.source = "ocr";
    regions.push_back(std::move(region));
  }
  regions.insert(regions.end(), ink_regions.begin(), ink_regions.end());
  regions.insert(regions.end(), own_text.begin(), own_text.end());
  text.regions = ocr::arrange(std::move(regions));
  return text;
}

}  // namespace sogoc
