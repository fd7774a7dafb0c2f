#include "workers/layout/label_print.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "workers/layout/pixels_bridge.hpp"
#include "workers/layout/print_strip_private.hpp"

namespace sogoc::layout {
namespace {

constexpr double kGapMm = 3;           // paper this wide parts two stretches of ink
constexpr double kShortestMm = 1.2;
constexpr double kPaper = 250;           // gray of the paper in a strip, whose darkest is 15

// How high print reaches over the line and below it, tone marks and tails with it.
struct PrintBand {
  double up = 0, down = 0;
};
PrintBand band_of(double word_height) { return {1.32 * word_height, 0.42 * word_height}; }

// As the page's reading has it. Where it read titles and capitals by hand but no labels, this is too high.
double usual_height(const PageWords& words, double mm) {
  std::vector<int> heights;
  for (const PlacedWord& word : words.all())
    if (word.confidence > 0.85 && word.text.size() >= 3) heights.push_back(word.box.height());
  if (heights.size() < 6) return 2.9 * mm;
  std::nth_element(heights.begin(), heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2), heights.end());
  return std::clamp<double>(heights[heights.size() / 2], 2 * mm, 4 * mm);
}

// The strip over a writing line from x to x, its leader's dots taken out, paper white. Empty when
// nothing of it is on the page.
struct Strip {
  cv::Mat gray;
  double left = 0;
};

Strip strip_of(const PageImage& page, const WritingLine& line, const std::vector<BoxPx>& boxes,
               double from, double to, const PrintBand& band) {
  Strip strip;
  const int width = static_cast<int>(to - from), height = static_cast<int>(band.up + band.down);
  if (width < 4 || height < 4) return strip;
  const double y0 = line.at(from), y1 = line.at(to);
  const BoxPx around =
      intersection({static_cast<int>(from) - 2, static_cast<int>(std::min(y0, y1) - band.up) - 2,
                    static_cast<int>(to) + 3, static_cast<int>(std::max(y0, y1) + band.down) + 3},
                   {0, 0, page.size().width, page.size().height});
  if (around.width() < 4 || around.height() < 4) return strip;
  cv::Mat gray = channels_of(page, around).clone();
  if (gray.channels() == 3) cv::cvtColor(gray, gray, cv::COLOR_RGB2GRAY);
  cv::Mat sorted = gray.clone().reshape(1, 1);
  cv::sort(sorted, sorted, cv::SORT_ASCENDING);
  const int paper = sorted.at<std::uint8_t>(0, sorted.cols * 3 / 4);
  const int dark = sorted.at<std::uint8_t>(0, sorted.cols / 100);
  for (const std::vector<BoxPx>* none : {&line.dots, &boxes})
    for (const BoxPx& box : *none) {
      const BoxPx in = intersection(box, around);
      if (!in.empty())
        gray(cv::Rect(in.left - around.left, in.top - around.top, in.width(), in.height())) = paper;
    }
  cv::Mat rows(height, width, CV_8U);
  const cv::Point2f source[] = {
      {static_cast<float>(from - around.left), static_cast<float>(y0 - band.up - around.top)},
      {static_cast<float>(to - around.left), static_cast<float>(y1 - band.up - around.top)},
      {static_cast<float>(from - around.left), static_cast<float>(y0 + band.down - around.top)}};
  const auto w = static_cast<float>(width), h = static_cast<float>(height);
  const cv::Point2f target[] = {{0, 0}, {w, 0}, {0, h}};
  cv::warpAffine(gray, rows, cv::getAffineTransform(source, target), {width, height},
                 cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  // A frame's side is no "|".
  cv::Mat columns;
  cv::reduce(rows < (paper + dark) / 2, columns, 0, cv::REDUCE_AVG, CV_32F);
  for (int x = 0; x < width; ++x)
    if (columns.at<float>(0, x) > 0.93 * 255)
      rows.colRange(std::max(0, x - 1), std::min(width, x + 2)) = paper;
  const double range = std::max(40, paper - dark);
  rows.convertTo(rows, CV_8U, 235.0 / range, kPaper - 235.0 / range * paper);
  strip.gray = rows;
  strip.left = from;
  return strip;
}

// Ink of a strip, the faint print beside dark writing too: what the paper's own grain is not.
cv::Mat darker_than_paper(const cv::Mat& strip) {
  cv::Mat smooth;
  cv::blur(strip, smooth, {3, 3});
  const cv::Mat pale = smooth > kPaper - 60;
  cv::Scalar mean, spread;
  cv::meanStdDev(smooth, mean, spread, pale);
  return smooth < std::min(kPaper - 50.0, mean[0] - 5 * spread[0]);
}

// Where a strip holds ink, without the leader's dots and with small gaps closed. Pixels of the page.
std::vector<WritingLine::Stretch> inked(const PageImage& page, const WritingLine& line,
                                        const std::vector<BoxPx>& boxes, double from, double to,
                                        const PrintBand& band, double mm) {
  std::vector<WritingLine::Stretch> stretches;
  const Strip strip = strip_of(page, line, boxes, from, to, band);
  if (strip.gray.empty()) return stretches;
  // What stands clear of the line: a leader that is a rule is no ink.
  const int rows = std::max(2, static_cast<int>(band.up - 0.45 * mm));
  const cv::Mat ink = darker_than_paper(strip.gray.rowRange(0, std::min(rows, strip.gray.rows)));
  cv::Mat columns;
  cv::reduce(ink, columns, 0, cv::REDUCE_MAX);
  int begin = -1, last = -1;
  const auto close = [&](int end) {
    if (begin >= 0 && end - begin > kShortestMm * mm)
      stretches.push_back({from + begin - 0.7 * mm, from + end + 0.7 * mm});
    begin = -1;
  };
  for (int x = 0; x < columns.cols; ++x) {
    if (columns.at<std::uint8_t>(0, x) == 0) continue;
    if (begin >= 0 && x - last > kGapMm * mm) close(last + 1);
    if (begin < 0) begin = x;
    last = x;
  }
  close(last + 1);
  return stretches;
}

struct Place {
  const WritingLine* line;
  WritingLine::Stretch stretch;
};

// Letters that the engine is sure of.
Result<double> letters_read(const Strip& strip, Resolution resolution, LineReader& reader) {
  double letters = 0;
  SOGOC_TRY(const std::vector<PrintedWord> read, reader.read_print(print_strip(strip.gray, cv::INTER_LINEAR, resolution).picture));
  for (const PrintedWord& word : read)
    if (word.confidence > 0.6) letters += word.confidence * double(word.text.size());
  return letters;
}

// The size of print at which a few stretches read best: the reader's picture has one height, and letters that fill half of it are lost.
Result<PrintBand> best_band(const std::vector<Place>& places, const PageImage& page, const std::vector<BoxPx>& boxes,
                            double usual, LineReader& reader, double mm) {
  constexpr std::size_t kTried = 8;
  constexpr double kWideMm = 18;
  constexpr double kBetter = 1.15;
  std::vector<const Place*> wide;
  for (const Place& place : places)
    if (place.stretch.right - place.stretch.left > kWideMm * mm) wide.push_back(&place);
  const std::size_t step = std::max<std::size_t>(1, wide.size() / kTried);
  PrintBand best = band_of(usual);
  double most = -1;
  for (const double height : {usual, 2.2 * mm, 2.8 * mm, 3.5 * mm}) {
    if (most >= 0 && std::abs(height - usual) < 0.2 * mm) continue;
    const PrintBand band = band_of(height);
    double letters = 0;
    for (std::size_t i = 0; i < wide.size(); i += step) {
      const Strip strip = strip_of(page, *wide[i]->line, boxes, wide[i]->stretch.left, wide[i]->stretch.right, band);
      if (strip.gray.empty()) continue;
      SOGOC_TRY(const double some, letters_read(strip, page.resolution(), reader));
      letters += some;
    }
    if (most < 0 || letters > kBetter * most) most = letters, best = band;
  }
  return best;
}

}  // namespace

Result<PageWords> with_label_print(const PageWords& words, const std::vector<WritingLine>& lines,
                                   const std::vector<BoxPx>& ticks, const PageImage& page,
                                   LineReader& reader, double dpi) {
  const double mm = dpi / 25.4;
  std::vector<BoxPx> boxes;
  const int rim = static_cast<int>(0.5 * mm);  // a tick reaches over its box
  for (const BoxPx& box : ticks)
    boxes.push_back({box.left - rim, box.top - rim, box.right + rim, box.bottom + rim});
  const double usual = usual_height(words, mm);
  std::vector<PlacedWord> all = words.all();
  int number = 0;
  for (const PlacedWord& word : all) number = std::max(number, word.line);
  // From edge to edge of what is printed: labels stand before the first leader.
  double left = page.size().width, right = 0;
  for (const WritingLine& line : lines) {
    left = std::min(left, line.left());
    right = std::max(right, line.right());
  }
  left = std::max(3 * mm, left - 70 * mm);
  right = std::min(page.size().width - 3 * mm, right + 12 * mm);
  std::vector<Place> places;
  for (const WritingLine& line : lines)
    for (const WritingLine::Stretch& stretch : inked(page, line, boxes, left, right, band_of(usual), mm)) places.push_back({&line, stretch});
  SOGOC_TRY(const PrintBand band, best_band(places, page, boxes, usual, reader, mm));
  std::vector<std::uint8_t> placed(all.size(), 0);
  std::vector<PlacedWord> made;
  const WritingLine* before = nullptr;
  for (const auto& [line_of, stretch] : places) {
    const WritingLine& line = *line_of;
    if (line_of != before) ++number;
    before = line_of;
    const auto on_line = [&](const PlacedWord& word) {
      const double middle = (word.box.left + word.box.right) / 2.0;
      return std::abs(word.baseline - line.at(middle)) < 0.5 * band.up && word.box.height() < 2 * band.up;
    };
    for (std::size_t i = 0; i < all.size(); ++i) {
      const double middle = (all[i].box.left + all[i].box.right) / 2.0;
      if (middle > stretch.left && middle < stretch.right && on_line(all[i])) placed[i] = 1;
    }
    const Strip strip = strip_of(page, line, boxes, stretch.left, stretch.right, band);
    if (strip.gray.empty()) continue;
    const auto [picture, scale] = print_strip(strip.gray, cv::INTER_LINEAR, page.resolution());
    SOGOC_TRY(const std::vector<PrintedWord> read, reader.read_print(picture));
    for (const PrintedWord& word : read) {
      const double x0 = strip.left + (word.left - LineReader::print_margin) / scale;
      const double x1 = strip.left + (word.right - LineReader::print_margin) / scale;
      const double y = line.at(x0);
      PlacedWord one;
      one.text = word.text;
      one.box = {static_cast<int>(x0), static_cast<int>(y - 0.75 * band.up), static_cast<int>(std::ceil(x1)),
                 static_cast<int>(y + 0.3 * band.down)};
      one.confidence = word.confidence;
      one.line = number;
      one.baseline = static_cast<int>(std::lround(y));
      made.push_back(std::move(one));
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    if (placed[i] == 0) made.push_back(std::move(all[i]));
  return PageWords(std::move(made));
}

}  // namespace sogoc::layout
