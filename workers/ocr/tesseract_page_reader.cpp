#include "workers/ocr/tesseract_page_reader.hpp"

#include <algorithm>
#include <cmath>

#include "workers/ocr/line_finder.hpp"
#include "workers/ocr/line_recogniser.hpp"
#include "workers/ocr/page_parts.hpp"
#include "workers/ocr/reading_order.hpp"

namespace sogoc {

struct TesseractPageReader::Loaded {
  LanguageModel model;
  std::unique_ptr<ocr::LineRecogniser> recogniser;

  // Reads the hand-filled gaps of a line as figures; each becomes a region of its own, and stays in
  // the line only where the reading is good.
  Done fill_gaps(const ocr::Ink& ink, const std::vector<std::uint8_t>& gray,
                 const std::vector<std::size_t>& loose, ocr::ReadLine& line,
                 std::vector<Region>& by_hand);
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

// The ink of a gap as a line of its own.
ocr::InkLine gap_line(const ocr::HandGap& gap, const InkLine& line, const Ink& ink) {
  InkLine own;
  own.components = gap.components;
  own.letters = gap.components.size();
  own.box = own.core = gap.box;
  own.clip_bottom = ink.size.height;
  own.baseline = line.baseline_at(gap.box.left);
  own.slope = line.slope;
  own.x_height = line.x_height;
  return own;
}

bool only_digits(const std::string& text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Done TesseractPageReader::Loaded::fill_gaps(const Ink& ink, const std::vector<std::uint8_t>& gray,
                                            const std::vector<std::size_t>& loose,
                                            ocr::ReadLine& line, std::vector<Region>& by_hand) {
  for (const ocr::HandGap& gap : ocr::find_gaps(ink, line, loose)) {
    line.form = true;
    if (!gap.by_hand) continue;
    const InkLine own = gap_line(gap, line.ink, ink);
    SOGOC_TRY(const std::vector<ocr::ReadWord> words,
              recogniser->read_digits(ocr::draw_line(gray, ink, own, {})));
    Region region{.kind = RegionKind::handwriting,
                  .box = gap.box,
                  .lines = {},
                  .illegible = true,
                  .confidence = {},
                  .source = "ocr"};
    std::string digits;
    double confidence = 1;
    for (const ocr::ReadWord& word : words) {
      digits += word.text;
      confidence = std::min(confidence, word.confidence);
    }
    if (only_digits(digits)) {
      region.illegible = false;
      region.confidence = Confidence::from_fraction(confidence);
      TextLine text;
      text.words.push_back({digits, gap.box, region.confidence});
      text.box = gap.box;
      text.baseline = gap.box.bottom;
      region.lines.push_back(std::move(text));
    } else {
      digits.clear();
    }
    // The line's own reading knows the printed neighbours; the digit reader does not.
    const bool own_reading = only_digits(gap.read_as) && gap.confidence > region.confidence;
    if (own_reading) {
      digits = gap.read_as;
      region.confidence = gap.confidence;
      region.illegible = false;
      region.lines = {TextLine{{{digits, gap.box, gap.confidence}}, gap.box, gap.box.bottom}};
    }
    // What the form rules out is told with no confidence, and kept out of the body.
    if (!ocr::can_be(gap, digits)) region.confidence = Confidence();
    constexpr double kGoodReading = 0.8;  // below, the body is better without it
    const bool good = region.confidence.fraction() >= kGoodReading;
    ocr::fill_gap(line, gap, good ? digits : "", region.confidence);
    by_hand.push_back(std::move(region));
  }
  return {};
}

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
  std::vector<std::uint8_t> gray = ocr::gray_pixels(reading);
  for (const ocr::Run& run : ink.faint_runs) {  // the network shall not see it beside the print
    const auto row = gray.begin() + static_cast<std::ptrdiff_t>(run.y) * reading.size().width;
    std::fill(row + run.left, row + run.right, std::uint8_t{255});
  }
  ocr::ReadPage page;
  page.size = reading.size();
  page.dpi = ink.dpi;
  page.block = ocr::find_text_block(lines, page.size);
  page.marks = ocr::find_marks(ink, lines);
  std::vector<Region> by_hand;
  // Smaller and softer: what confuses the network at one scale seldom does at another.
  constexpr ocr::LineStyle kSecondLook{
      .height = 36, .margin = 0.14, .side = 0.04, .smoothing = 0.8, .stretch = 0.92};
  const int kMostSecondLooks = 3 + static_cast<int>(lines.lines.size() / 6);  // of the page's time
  int second_looks = 0;
  for (const InkLine& line : lines.lines) {
    if (!ocr::worth_reading(ink, line, page.block)) continue;
    const ocr::LineImage image = ocr::draw_line(gray, ink, line, {});
    SOGOC_TRY(const std::vector<ocr::ReadWord> words, loaded_->recogniser->read(image));
    if (words.empty()) continue;
    ocr::ReadLine read = ocr::read_line_of(ink, line, image, words);
    if (ocr::doubtful(read) && second_looks < kMostSecondLooks) {
      ++second_looks;
      const ocr::LineImage other = ocr::draw_line(gray, ink, line, kSecondLook);
      SOGOC_TRY(const std::vector<ocr::ReadWord> again, loaded_->recogniser->read(other));
      ocr::ReadLine reread = ocr::read_line_of(ink, line, other, again);
      if (ocr::sense(reread.text) > ocr::sense(read.text) + 0.02) read = std::move(reread);
    }
    std::vector<std::size_t> pen = lines.loose;
    pen.insert(pen.end(), lines.big.begin(), lines.big.end());
    if (ocr::doubtful(read) && !ocr::has_number_gap(read)) {
      if (const auto print = ocr::without_pen(ink, read)) {
        const ocr::LineImage bare = ocr::draw_line(gray, ink, *print, {});
        SOGOC_TRY(const std::vector<ocr::ReadWord> again, loaded_->recogniser->read(bare));
        ocr::ReadLine reread = ocr::read_line_of(ink, *print, bare, again);
        if (ocr::has_number_gap(reread)) {
          pen.insert(pen.end(), line.components.begin(), line.components.end());
          read = std::move(reread);
        }
      }
    }
    SOGOC_CHECK(loaded_->fill_gaps(ink, gray, pen, read, by_hand));
    page.verdicts.push_back(ocr::judge(read, page.block, page.marks, page.size));
    page.lines.push_back(std::move(read));
  }
  std::vector<Region> regions = ocr::regions_of(std::move(page));
  regions.insert(regions.end(), by_hand.begin(), by_hand.end());
  regions.insert(regions.end(), ink_regions.begin(), ink_regions.end());
  regions.insert(regions.end(), own_text.begin(), own_text.end());
  text.regions = ocr::arrange(std::move(regions));
  return text;
}

}  // namespace sogoc
