#include "workers/layout/head_print.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <opencv2/imgproc.hpp>

#include "workers/layout/cell_ink.hpp"
#include "workers/layout/cell_picture.hpp"
#include "workers/layout/pixels_bridge.hpp"
#include "workers/layout/print_strip_private.hpp"

namespace sogoc::layout {
namespace {

constexpr double kSure = 0.9;      // of the page's reading: better is not read anew
constexpr double kCovers = 0.75;   // of the ink's width, by those words
constexpr int kMostLines = 4;      // in a head's cell; more is no head

bool well_read(const std::vector<PlacedWord>& words, const CellInk& ink) {
  if (words.empty()) return false;
  BoxPx box;
  for (const PlacedWord& word : words) {
    if (word.confidence < kSure) return false;
    box = united(box, word.box);
  }
  return box.width() >= kCovers * ink.box.width();
}

// How much was read, and how surely.
double letters_read(const std::vector<PlacedWord>& words) {
  double sum = 0;
  for (const PlacedWord& word : words) sum += word.confidence * double(word.text.size());
  return sum;
}

// A line of a cell as the engine for print wants it: paper white, ink black, of one height.
PrintStrip print_line(const PageImage& cell, const BoxPx& box, Resolution resolution) {
  cv::Mat gray = channels_of(cell, box);
  if (gray.channels() == 3) cv::cvtColor(gray, gray, cv::COLOR_RGB2GRAY);
  cv::Mat sorted = gray.clone().reshape(1, 1);
  cv::sort(sorted, sorted, cv::SORT_ASCENDING);
  const int paper = sorted.at<std::uint8_t>(0, sorted.cols * 3 / 4);
  const int dark = sorted.at<std::uint8_t>(0, sorted.cols / 50);
  constexpr double kWhite = 250, kBlack = 15;
  const double stretch = (kWhite - kBlack) / std::max(40, paper - dark);
  cv::Mat even;
  gray.convertTo(even, CV_8U, stretch, kWhite - stretch * paper);
  return print_strip(even, cv::INTER_CUBIC, resolution);
}

}  // namespace

Result<PageWords> with_head_print(const PageWords& words, const Grid& grid, int rows, const PageImage& page,
                                  LineReader& reader, double dpi) {
  constexpr int kFewestCols = 3, kFewestRows = 2;
  if (grid.cols < kFewestCols || grid.rows < kFewestRows) return words;
  const double inset = kCellInsetMm * dpi / 25.4;
  const int pad = std::max(1, static_cast<int>(0.25 * dpi / 25.4));
  std::vector<PlacedWord> made;
  std::vector<std::array<PointPx, 4>> read_anew;
  int number = 0;
  for (const PlacedWord& word : words.all()) number = std::max(number, word.line);
  for (const GridCell& cell : grid.cells) {
    if (cell.row >= std::min(rows, grid.rows)) continue;
    const PageImage picture = cell_picture(page, cell.corners, inset);
    if (picture.empty()) continue;
    const CellInk ink = find_cell_ink(picture, dpi);
    const std::vector<PlacedWord> before = words.inside(cell.corners);
    if (ink.lines.empty() || ink.lines.size() > kMostLines || well_read(before, ink)) continue;
    std::vector<PlacedWord> anew;
    const BoxPx whole{0, 0, picture.size().width, picture.size().height};
    for (const CellInk::Line& line : ink.lines) {
      const BoxPx box = intersection(
          {line.box.left - pad, line.box.top - pad, line.box.right + pad, line.box.bottom + pad}, whole);
      const PrintStrip print = print_line(picture, box, page.resolution());
      SOGOC_TRY(const std::vector<PrintedWord> read, reader.read_print(print.picture));
      ++number;
      for (const PrintedWord& word : read) {
        // A cell is laid square without being scaled: near enough for whose cell the word is in.
        const auto x = [&](double column) {
          return static_cast<int>(std::lround(cell.corners[0].x + inset + box.left +
                                              (column - LineReader::print_margin) / print.scale));
        };
        const int top = static_cast<int>(std::lround(cell.corners[0].y + inset)) + box.top;
        const int bottom = top + box.height();
        anew.push_back({word.text, {x(word.left), top, std::max(x(word.left) + 1, x(word.right)), bottom},
                        word.confidence, number, bottom - box.height() / 5});
      }
    }
    if (letters_read(anew) <= letters_read(before)) continue;
    read_anew.push_back(cell.corners);
    std::move(anew.begin(), anew.end(), std::back_inserter(made));
  }
  if (read_anew.empty()) return words;
  // What the page's reading said of these cells goes.
  std::vector<PlacedWord> all;
  for (const PlacedWord& word : words.all()) {
    const double x = (word.box.left + word.box.right) / 2.0, y = (word.box.top + word.box.bottom) / 2.0;
    const bool replaced = std::any_of(read_anew.begin(), read_anew.end(), [&](const auto& corners) {
      return lies_in({x, y}, corners);
    });
    if (!replaced) all.push_back(word);
  }
  std::move(made.begin(), made.end(), std::back_inserter(all));
  return PageWords(std::move(all));
}

}  // namespace sogoc::layout
