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
                 const std::vector<std::size_t>& loose, ocr::FigureReader* figures,
                 ocr::ReadLine& line, std::vector<Region>& by_hand);
};

TesseractPageReader::TesseractPageReader(ModelCatalog catalog,
                                         std::unique_ptr<ocr::FigureReader> figures)
    : catalog_(std::move(catalog)), figures_(std::move(figures)) {}
TesseractPageReader::~TesseractPageReader() = default;

std::unique_ptr<PageReader> make_page_reader(const std::filesystem::path& model_folder,
                                             std::unique_ptr<ocr::FigureReader> figures) {
  return std::make_unique<TesseractPageReader>(ModelCatalog::open(model_folder),
                                               std::move(figures));
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

Result<PageImage> picture_of(const ocr::LineImage& line) {
  return PageImage::create({line.width, line.height}, PixelFormat::gray8, {}, line.gray);
}

// A piece of the page with whatever stands in it; empty when it lies outside.
Result<PageImage> picture_of(const BoxPx& box, const std::vector<std::uint8_t>& gray, SizePx page) {
  const BoxPx inside = intersection(box, {0, 0, page.width, page.height});
  if (inside.empty()) return PageImage();
  std::vector<std::uint8_t> pixels;
  pixels.reserve(static_cast<std::size_t>(inside.area()));
  for (int y = inside.top; y < inside.bottom; ++y) {
    const auto row = gray.begin() + static_cast<std::ptrdiff_t>(y) * page.width;
    pixels.insert(pixels.end(), row + inside.left, row + inside.right);
  }
  return PageImage::create({inside.width(), inside.height()}, PixelFormat::gray8, {},
                           std::move(pixels));
}

// The gap's figures by the handwriting network, read with the print around them: "Số: 22/TTr",
// "ngày 05 tháng 02 năm 2025".
Result<ocr::Figures> read_place(ocr::FigureReader& reader, const ocr::HandGap& gap, const Ink& ink,
                                const std::vector<std::uint8_t>& gray) {
  const int margin = gap.box.height() / 3;
  const BoxPx place{static_cast<int>(gap.form_left) - margin, gap.box.top - margin,
                    static_cast<int>(gap.form_right) + margin, gap.box.bottom + margin};
  SOGOC_TRY(const PageImage picture, picture_of(place, gray, ink.size));
  if (picture.empty()) return ocr::Figures{};
  const bool number = gap.kind == ocr::GapKind::number;
  SOGOC_TRY(ocr::Figures figures, reader.read(picture, number ? ocr::FigureKind::number_line
                                                              : ocr::FigureKind::date));
  if (!number) figures.text = ocr::figures_of(gap, figures.text);
  return only_digits(figures.text) ? figures : ocr::Figures{};
}

Result<ocr::Figures> read_alone(ocr::FigureReader& reader, const InkLine& own, const Ink& ink,
                                const std::vector<std::uint8_t>& gray) {
  constexpr ocr::LineStyle kLarge{.height = 64, .margin = 0.2, .side = 0.2};
  SOGOC_TRY(const PageImage picture, picture_of(ocr::draw_line(gray, ink, own, kLarge)));
  SOGOC_TRY(const ocr::Figures figures, reader.read(picture, ocr::FigureKind::number));
  return only_digits(figures.text) ? figures : ocr::Figures{};
}

}  // namespace

Done TesseractPageReader::Loaded::fill_gaps(const Ink& ink, const std::vector<std::uint8_t>& gray,
                                            const std::vector<std::size_t>& loose,
                                            ocr::FigureReader* figures, ocr::ReadLine& line,
                                            std::vector<Region>& by_hand) {
  for (const ocr::HandGap& gap : ocr::find_gaps(ink, line, loose)) {
    line.form = true;
    ocr::Figures place;
    if (figures != nullptr) {
      SOGOC_TRY(place, read_place(*figures, gap, ink, gray));
    }
    // A small neat pen passes for print; then the two networks seldom misread it alike.
    const bool doubtful_print = !gap.by_hand && only_digits(gap.read_as) && !place.text.empty() &&
                                !ocr::same_figures(gap, gap.read_as, place.text);
    if (!gap.by_hand && !doubtful_print) continue;
    const InkLine own = gap_line(gap, line.ink, ink);
    ocr::Figures read;
    if (only_digits(gap.read_as)) read = {gap.read_as, gap.confidence.fraction()};
    if (figures != nullptr) {
      SOGOC_TRY(const ocr::Figures alone, read_alone(*figures, own, ink, gray));
      read = ocr::agreed(gap, alone, place, read);
    } else {
      SOGOC_TRY(const std::vector<ocr::ReadWord> words,
                recogniser->read_digits(ocr::draw_line(gray, ink, own, {})));
      ocr::Figures print{"", 1};
      for (const ocr::ReadWord& word : words) {
        print.text += word.text;
        print.confidence = std::min(print.confidence, word.confidence);
      }
      if (only_digits(print.text) && print.confidence > read.confidence) read = print;
    }
    // What the form rules out is told with no confidence, and kept out of the body.
    if (!ocr::can_be(gap, read.text)) read.confidence = 0;
    Region region{.kind = RegionKind::handwriting,
                  .box = gap.box,
                  .lines = {},
                  .illegible = read.text.empty(),
                  .confidence = Confidence::from_fraction(read.confidence),
                  .source = "ocr"};
    if (!read.text.empty())
      region.lines = {TextLine{{{read.text, gap.box, region.confidence}}, gap.box, gap.box.bottom}};
    constexpr double kGoodReading = 0.8;  // below, the body is better without it
    const bool good = region.confidence.fraction() >= kGoodReading;
    ocr::fill_gap(line, gap, good ? read.text : "", region.confidence);
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
    SOGOC_CHECK(loaded_->fill_gaps(ink, gray, pen, figures_.get(), read, by_hand));
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
