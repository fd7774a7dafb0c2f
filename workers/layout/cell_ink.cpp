#include "workers/layout/cell_ink.hpp"

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "workers/layout/ink_bridge.hpp"
#include "workers/layout/pixels_bridge.hpp"

namespace sogoc::layout {
namespace {

constexpr double kLowestLineMm = 1.6; // a band of ink lower than this is a mark of its neighbour

struct Piece {
  cv::Rect box;
  int pixels = 0;
};

// Components that somebody wrote here; `at_edge`: one of them stands on the cell's ruling.
std::vector<Piece> written_pieces(const cv::Mat& ink, double mm, cv::Mat& kept, std::vector<cv::Rect>& specks,
                                  bool& at_edge) {
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(ink, labels, stats, centres, 8, CV_32S);
  std::vector<Piece> pieces;
  std::vector<std::uint8_t> keep(static_cast<std::size_t>(count), 0);
  const int speck = std::max(2, static_cast<int>(kSpeckMm * mm));
  std::vector<int> slim;  // at the left or right edge
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    if (box.width <= speck && box.height <= speck) {
      specks.push_back(box);
      continue;
    }
    const bool top = box.y <= 1, bottom = box.y + box.height >= ink.rows - 1;
    const bool left = box.x <= 1, right = box.x + box.width >= ink.cols - 1;
    // What is left of a ruling: along an edge, or thin and from edge to edge.
    const bool level = box.height < 0.9 * mm && box.width > 0.5 * ink.cols;
    const bool upright = box.width < 0.9 * mm && box.height > 0.5 * ink.rows;
    if ((level && (box.y < 1.2 * mm || box.y + box.height > ink.rows - 1.2 * mm)) ||
        (upright && (box.x < 1.2 * mm || box.x + box.width > ink.cols - 1.2 * mm)) ||
        (level && left && right) || (upright && top && bottom))
      continue;
    // Tails and heads of the rows above and below, ends of words beside.
    if ((top || bottom) && box.height < 0.22 * ink.rows && box.height < 2.2 * mm) continue;
    if ((left || right) && box.width < 1.1 * mm) {
      slim.push_back(i);
      continue;
    }
    pieces.push_back({box, stats.at<int>(i, cv::CC_STAT_AREA)});
    keep[static_cast<std::size_t>(i)] = 255;
  }
  std::vector<cv::Rect> clear;
  for (const Piece& piece : pieces) clear.push_back(piece.box);
  at_edge = false;
  for (const int i : slim) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    if (!begins_the_writing(box, clear, mm)) continue;
    pieces.push_back({box, stats.at<int>(i, cv::CC_STAT_AREA)});
    keep[static_cast<std::size_t>(i)] = 255;
    at_edge = true;
  }
  kept = cv::Mat::zeros(ink.size(), CV_8U);
  for (int y = 0; y < ink.rows; ++y) {
    const int* label = labels.ptr<int>(y);
    std::uint8_t* out = kept.ptr(y);
    for (int x = 0; x < ink.cols; ++x) out[x] = keep[static_cast<std::size_t>(label[x])];
  }
  return pieces;
}

// Two lines written so close that marks and tails fill the rows between them: their letters lie in two rows
// all the same, a letter's height apart, with the least ink between.
void split_tight_lines(std::vector<cv::Range>& bands, const cv::Mat& profile, const std::vector<Piece>& pieces,
                       double mm) {
  for (std::size_t i = 0; i < bands.size(); ++i) {
    const cv::Range band = bands[i];
    struct Letter {
      double middle;
      int height, width;
    };
    std::vector<Letter> letters;
    for (const Piece& piece : pieces) {
      const double middle = piece.box.y + piece.box.height / 2.0;
      if (piece.box.height >= 1.2 * mm && piece.box.width >= 0.6 * mm && middle >= band.start && middle < band.end)
        letters.push_back({middle, piece.box.height, piece.box.width});
    }
    if (letters.size() < 2) continue;
    std::sort(letters.begin(), letters.end(), [](const Letter& a, const Letter& b) { return a.middle < b.middle; });
    std::vector<int> heights;
    for (const Letter& letter : letters) heights.push_back(letter.height);
    const auto typical = heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2);
    std::nth_element(heights.begin(), typical, heights.end());
    std::size_t split = 0;  // the widest step between two middles
    double step = 0;
    for (std::size_t k = 1; k < letters.size(); ++k)
      if (letters[k].middle - letters[k - 1].middle > step) step = letters[k].middle - letters[k - 1].middle, split = k;
    const auto mean = [&](std::size_t from, std::size_t to, int* wide) {
      double sum = 0, weight = 0;
      for (std::size_t k = from; k < to; ++k) {
        sum += letters[k].middle * letters[k].width, weight += letters[k].width;
        *wide += letters[k].width;
      }
      return sum / weight;
    };
    int wide_above = 0, wide_below = 0;
    const double above = mean(0, split, &wide_above), below = mean(split, letters.size(), &wide_below);
    // A tall mark beside a capital is no line.
    if (below - above < *typical || step < 0.4 * *typical || std::min(wide_above, wide_below) < 4.5 * mm) continue;
    const auto row = [&](double y) { return profile.at<float>(static_cast<int>(y), 0); };
    int least = static_cast<int>(above);
    float most_above = 0, most_below = 0;
    for (int y = static_cast<int>(above); y <= static_cast<int>(below); ++y)
      if (row(y) < row(least)) least = y;
    for (int y = band.start; y < band.end; ++y) (y < least ? most_above : most_below) =
        std::max(y < least ? most_above : most_below, row(y));
    if (row(least) > 0.6f * std::min(most_above, most_below)) continue;
    if (least - band.start < kLowestLineMm * mm || band.end - least < kLowestLineMm * mm) continue;
    bands[i] = {band.start, least};
    bands.insert(bands.begin() + static_cast<std::ptrdiff_t>(i) + 1, {least, band.end});
  }
}

// Bands of rows that hold ink, marks joined to the line they belong to.
std::vector<cv::Range> bands_of(const cv::Mat& ink, const cv::Rect& box, const std::vector<Piece>& pieces, double mm) {
  cv::Mat profile;
  cv::reduce(ink(cv::Rect(box.x, 0, box.width, ink.rows)), profile, 1, cv::REDUCE_SUM, CV_32F);
  cv::Mat smooth;
  const int window = std::max(1, static_cast<int>(0.9 * mm)) | 1;
  cv::blur(profile, smooth, {1, window});
  double most = 0;
  cv::minMaxLoc(smooth, nullptr, &most);
  const double least = 0.07 * most;  // "hôn" below "Chưa đăng ký kết"
  std::vector<cv::Range> bands;
  for (int y = box.y; y < box.y + box.height;) {
    while (y < box.y + box.height && smooth.at<float>(y, 0) < least) ++y;
    const int from = y;
    while (y < box.y + box.height && smooth.at<float>(y, 0) >= least) ++y;
    if (y > from) bands.emplace_back(from, y);
  }
  // A low band is a row of tone marks or tails: it belongs to the nearer neighbour.
  for (std::size_t i = 0; bands.size() > 1 && i < bands.size();) {
    if (bands[i].size() >= kLowestLineMm * mm) {
      ++i;
      continue;
    }
    const int above = i > 0 ? bands[i].start - bands[i - 1].end : 1 << 20;
    const int below = i + 1 < bands.size() ? bands[i + 1].start - bands[i].end : 1 << 20;
    const std::size_t to = above < below ? i - 1 : i + 1;
    bands[to] = {std::min(bands[to].start, bands[i].start), std::max(bands[to].end, bands[i].end)};
    bands.erase(bands.begin() + static_cast<std::ptrdiff_t>(i));
  }
  if (bands.empty()) bands.emplace_back(box.y, box.y + box.height);
  split_tight_lines(bands, smooth, pieces, mm);
  // Rims that fell below the level belong to the nearest band: cut half way between two.
  for (std::size_t i = 0; i < bands.size(); ++i) {
    bands[i].start = i == 0 ? box.y : bands[i - 1].end;
    if (i + 1 == bands.size()) {
      bands[i].end = box.y + box.height;
    } else {
      int lowest = bands[i].end;
      for (int y = bands[i].end; y < bands[i + 1].start; ++y)
        if (smooth.at<float>(y, 0) < smooth.at<float>(lowest, 0)) lowest = y;
      bands[i].end = lowest;
    }
  }
  return bands;
}

// A speck close above or below the letters of a line may be a mark of theirs ("ọ", "i"): it must not lie on
// the edge of what is cut out.
void reach_specks(CellInk::Line& line, const std::vector<cv::Rect>& specks, double mm) {
  const BoxPx letters = line.box;
  const int near = static_cast<int>(1.0 * mm);
  for (const cv::Rect& speck : specks) {
    if (speck.x < letters.left || speck.br().x > letters.right) continue;
    if (speck.br().y > letters.bottom && speck.y <= letters.bottom + near)
      line.box.bottom = std::max(line.box.bottom, speck.br().y);
    if (speck.y < letters.top && speck.br().y >= letters.top - near)
      line.box.top = std::min(line.box.top, speck.y);
  }
}

// What may be a letter in faint ink, away from the cell's edges.
std::vector<cv::Rect> faint_letters(const cv::Mat& faint, double mm) {
  std::vector<cv::Rect> letters;
  if (faint.empty()) return letters;
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(faint, labels, stats, centres, 8, CV_32S);
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    const bool at_edge = box.x <= 1 || box.y <= 1 || box.br().x >= faint.cols - 1 || box.br().y >= faint.rows - 1;
    if (!at_edge && box.height >= 1.0 * mm && box.width <= 12 * mm) letters.push_back(box);
  }
  return letters;
}

// A line goes on as far as faint letters continue it at its height. True when it does on either side.
bool reach_faint_ink(CellInk::Line& line, std::vector<cv::Rect> letters, double mm) {
  std::erase_if(letters, [&](const cv::Rect& box) {
    const int shared = std::min(box.br().y, line.box.bottom) - std::max(box.y, line.box.top);
    return shared * 10 < box.height * 7;
  });
  const double gap = 3.5 * mm;  // between two words
  const BoxPx before = line.box;
  for (bool grown = true; grown;) {
    grown = false;
    for (const cv::Rect& box : letters) {
      if (box.br().x > line.box.right && box.x < line.box.right + gap) line.box.right = box.br().x, grown = true;
      if (box.x < line.box.left && box.br().x > line.box.left - gap) line.box.left = box.x, grown = true;
    }
  }
  // A rim of a letter is fainter than its middle: that is no further letter.
  return line.box.right > before.right + 0.7 * mm || line.box.left < before.left - 0.7 * mm;
}

}  // namespace

CellInk find_cell_ink(const PageImage& cell, double dpi) {
  CellInk found;
  if (cell.empty()) return found;
  const double mm = dpi / 25.4;
  const cv::Mat gray = gray_cell(cell);
  const cv::Mat ink = ink_of(gray);
  cv::Mat kept;
  std::vector<cv::Rect> specks;
  const std::vector<Piece> pieces = written_pieces(ink, mm, kept, specks, found.at_edge);
  cv::Rect box;
  int pixels = 0;
  for (const Piece& piece : pieces) {
    box |= piece.box;
    pixels += piece.pixels;
  }
  // The least that somebody writes is a digit one, or a dash.
  if (pixels < 0.35 * mm * mm || std::max(box.width, box.height) < 1.2 * mm) return found;
  found.box = {box.x, box.y, box.x + box.width, box.y + box.height};
  for (const cv::Range& band : bands_of(kept, box, pieces, mm)) {
    const cv::Mat rows = kept.rowRange(band);
    const cv::Rect in = cv::boundingRect(rows);
    if (in.width == 0) continue;
    const cv::Rect line(in.x, band.start + in.y, in.width, in.height);
    found.lines.push_back({{line.x, line.y, line.x + line.width, line.y + line.height},
                           has_stroke(kept, line, mm)});
  }
  const std::vector<cv::Rect> faint = faint_letters(faint_ink_of(gray), mm);
  for (CellInk::Line& line : found.lines) {
    reach_specks(line, specks, mm);
    found.faint = reach_faint_ink(line, faint, mm) || found.faint;
    found.box = united(found.box, line.box);
  }
  return found;
}

PageImage without_stroke(const PageImage& line, double dpi) {
  if (line.empty()) return {};
  const cv::Mat ink = ink_of(gray_cell(line));
  cv::Mat stroke = level_stroke(ink, ink.rows / 5, ink.rows * 4 / 5, dpi / 25.4);
  if (cv::countNonZero(stroke) == 0) return line;
  cv::dilate(stroke, stroke, cv::getStructuringElement(cv::MORPH_RECT, {1, 3}));
  cv::Mat pixels = channels_of(line, {0, 0, line.size().width, line.size().height}).clone();
  pixels.setTo(cv::mean(pixels, ~ink), stroke);
  return page_image(pixels, line.resolution());
}

}  // namespace sogoc::layout
