#include "workers/layout/cell_picture.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "workers/layout/pixels_bridge.hpp"

namespace sogoc::layout {
namespace {

constexpr double kSpeckMm = 0.55;     // smaller marks alone are dust or dots of a leader
constexpr double kLowestLineMm = 1.6; // a band of ink lower than this is a mark of its neighbour

double length(const PointPx& a, const PointPx& b) { return std::hypot(a.x - b.x, a.y - b.y); }

cv::Mat gray_cell(const PageImage& cell) {
  cv::Mat pixels = channels_of(cell, {0, 0, cell.size().width, cell.size().height});
  if (pixels.channels() == 1) return pixels;
  // Seals and stamps are red: the red channel hardly shows them.
  cv::Mat red, gray;
  cv::extractChannel(pixels, red, 0);
  cv::cvtColor(pixels, gray, cv::COLOR_RGB2GRAY);
  return gray * 0.4 + red * 0.6;
}

// Ink of a small picture: against the paper's own brightness, and never mere noise.
cv::Mat ink_of(const cv::Mat& gray) {
  cv::Mat sorted = gray.isContinuous() ? gray.reshape(1, 1).clone() : gray.clone().reshape(1, 1);
  cv::sort(sorted, sorted, cv::SORT_ASCENDING);
  const auto at = [&](double share) {
    return sorted.at<std::uint8_t>(0, static_cast<int>(share * (sorted.cols - 1)));
  };
  const int paper = at(0.75), dark = at(0.01);
  const int between = paper - std::max(28, static_cast<int>(0.42 * (paper - dark)));
  return gray < between;
}

// Ink that has faded: well above the paper's own noise, below what counts as written elsewhere. Empty where
// the two cannot be told apart.
cv::Mat faint_ink_of(const cv::Mat& gray) {
  cv::Mat smooth;
  cv::GaussianBlur(gray, smooth, {3, 3}, 0);
  cv::Mat sorted = smooth.clone().reshape(1, 1);
  cv::sort(sorted, sorted, cv::SORT_ASCENDING);
  const auto at = [&](double share) {
    return double(sorted.at<std::uint8_t>(0, static_cast<int>(share * (sorted.cols - 1))));
  };
  const double paper = at(0.6), dark = at(0.01), noise = at(0.9) - paper;
  const double away = std::max({8.0, 3.0 * noise, 0.2 * (paper - dark)});
  if (away > 0.42 * (paper - dark)) return {};
  return smooth < paper - away;
}

struct Piece {
  cv::Rect box;
  int pixels = 0;
};

// A slim piece at the edge is what is left of a ruling, or a figure one written onto it: as tall as the
// writing that stands close beside it.
bool begins_the_writing(const cv::Rect& edge, const std::vector<Piece>& pieces, double mm) {
  if (edge.height < 1.2 * mm) return false;
  return std::any_of(pieces.begin(), pieces.end(), [&](const Piece& piece) {
    const cv::Rect& box = piece.box;
    const int shared = std::min(edge.br().y, box.br().y) - std::max(edge.y, box.y);
    const int gap = std::max(box.x - edge.br().x, edge.x - box.br().x);
    return gap < 2.2 * mm && shared * 10 >= 6 * std::min(edge.height, box.height) &&
           edge.height * 10 >= 6 * box.height && edge.height * 10 <= 16 * box.height;
  });
}

// Components that somebody wrote here; `at_edge`: one of them stands on the cell's ruling.
std::vector<Piece> written_pieces(const cv::Mat& ink, double mm, cv::Mat& kept, bool& at_edge) {
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(ink, labels, stats, centres, 8, CV_32S);
  std::vector<Piece> pieces;
  std::vector<std::uint8_t> keep(static_cast<std::size_t>(count), 0);
  const int speck = std::max(2, static_cast<int>(kSpeckMm * mm));
  std::vector<int> slim;  // at the left or right edge
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    if (box.width <= speck && box.height <= speck) continue;
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
  const std::vector<Piece> clear = pieces;
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

// Bands of rows that hold ink, marks joined to the line they belong to.
std::vector<cv::Range> bands_of(const cv::Mat& ink, const cv::Rect& box, double mm) {
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

// The pixels of a long level stroke in rows [from, to) that belong to nothing else: where a letter
// crosses it, the letter keeps its ink.
cv::Mat level_stroke(const cv::Mat& ink, int from, int to, double mm) {
  cv::Mat stroke = cv::Mat::zeros(ink.size(), CV_8U);
  from = std::max(0, from), to = std::min(ink.rows, to);
  const int long_run = static_cast<int>(5 * mm);
  if (to <= from || ink.cols <= long_run) return stroke;
  cv::Mat wide, runs;
  cv::dilate(ink, wide, cv::getStructuringElement(cv::MORPH_RECT, {1, 3}));
  cv::morphologyEx(wide, runs, cv::MORPH_OPEN,
                   cv::getStructuringElement(cv::MORPH_RECT, {long_run, 1}));
  struct Column {
    int x, top, bottom;  // the upright run of ink through the stroke
  };
  std::vector<Column> columns;
  std::vector<int> heights;
  for (int x = 0; x < ink.cols; ++x)
    for (int y = from; y < to; ++y) {
      if (ink.at<std::uint8_t>(y, x) == 0 || runs.at<std::uint8_t>(y, x) == 0) continue;
      Column column{x, y, y + 1};
      while (column.top > 0 && ink.at<std::uint8_t>(column.top - 1, x) != 0) --column.top;
      while (column.bottom < ink.rows && ink.at<std::uint8_t>(column.bottom, x) != 0) ++column.bottom;
      columns.push_back(column);
      heights.push_back(column.bottom - column.top);
      y = column.bottom;
    }
  if (static_cast<int>(columns.size()) < long_run) return stroke;
  const auto middle = heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2);
  std::nth_element(heights.begin(), middle, heights.end());
  if (*middle > 1.0 * mm) return stroke;  // no line of a pen or a press
  for (const Column& column : columns)
    if (column.bottom - column.top <= *middle + 2)
      stroke.rowRange(column.top, column.bottom).col(column.x).setTo(255);
  return stroke;
}

// A level stroke through the middle of what is written, much longer than any letter's.
bool has_stroke(const cv::Mat& ink, const cv::Rect& box, double mm) {
  if (box.width < 8 * mm || box.height < 1.5 * mm) return false;
  cv::Mat wide;
  cv::dilate(ink(box), wide, cv::getStructuringElement(cv::MORPH_RECT, {1, 3}));
  cv::Mat runs;
  const int long_run = static_cast<int>(std::max(6 * mm, 0.5 * box.width));
  cv::morphologyEx(wide, runs, cv::MORPH_OPEN,
                   cv::getStructuringElement(cv::MORPH_RECT, {long_run, 1}));
  // Letters that hang together stand on such a stroke, struck ones have it in their midst.
  const int near = std::max(1, static_cast<int>(0.4 * mm)), far = static_cast<int>(1.3 * mm);
  for (int y = box.height / 4; y < box.height * 3 / 4; ++y) {
    int along = 0, above = 0, below = 0;
    for (int x = 0; x < box.width; ++x) {
      if (runs.at<std::uint8_t>(y, x) == 0) continue;
      const auto inked = [&](int from, int to) {
        from = std::max(from, 0), to = std::min(to, box.height);
        for (int v = from; v < to; ++v)
          if (ink.at<std::uint8_t>(box.y + v, box.x + x) != 0) return true;
        return false;
      };
      ++along;
      above += inked(y - far, y - near) ? 1 : 0;
      below += inked(y + near + 1, y + far + 1) ? 1 : 0;
    }
    if (along >= long_run && below * 2 > above) return true;
  }
  return false;
}

}  // namespace

PageImage cell_picture(const PageImage& page, const std::array<PointPx, 4>& corners, double inset) {
  const double width = std::max(length(corners[0], corners[1]), length(corners[3], corners[2]));
  const double height = std::max(length(corners[0], corners[3]), length(corners[1], corners[2]));
  const int w = static_cast<int>(width - 2 * inset), h = static_cast<int>(height - 2 * inset);
  if (w < 6 || h < 6 || w > 20'000 || h > 20'000) return {};
  double left = corners[0].x, top = corners[0].y, right = left, bottom = top;
  for (const PointPx& p : corners) {
    left = std::min(left, p.x);
    right = std::max(right, p.x);
    top = std::min(top, p.y);
    bottom = std::max(bottom, p.y);
  }
  const BoxPx around = intersection(
      {static_cast<int>(left) - 2, static_cast<int>(top) - 2, static_cast<int>(right) + 3,
       static_cast<int>(bottom) + 3},
      {0, 0, page.size().width, page.size().height});
  if (around.empty()) return {};
  const cv::Mat from = channels_of(page, around);
  const auto shifted = [&](const PointPx& p) {
    return cv::Point2f(static_cast<float>(p.x - around.left), static_cast<float>(p.y - around.top));
  };
  const auto i = static_cast<float>(inset);
  const cv::Point2f source[] = {shifted(corners[0]), shifted(corners[1]), shifted(corners[2]),
                                shifted(corners[3])};
  const auto fw = static_cast<float>(w), fh = static_cast<float>(h);
  const cv::Point2f target[] = {{-i, -i}, {fw + i, -i}, {fw + i, fh + i}, {-i, fh + i}};
  cv::Mat cut;
  cv::warpPerspective(from, cut, cv::getPerspectiveTransform(source, target), {w, h},
                      cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  return page_image(cut, page.resolution());
}

PageImage cell_picture(const PageImage& page, const BoxPx& box) {
  const BoxPx inside = intersection(box, {0, 0, page.size().width, page.size().height});
  if (inside.width() < 6 || inside.height() < 6) return {};
  return page_image(channels_of(page, inside), page.resolution());
}

namespace {

// A line goes on as far as faint ink continues it at its height. True when it does on either side.
bool reach_faint_ink(CellInk::Line& line, const cv::Mat& faint, double mm) {
  if (faint.empty()) return false;
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(faint, labels, stats, centres, 8, CV_32S);
  std::vector<cv::Rect> letters;
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    const bool at_edge = box.x <= 1 || box.y <= 1 || box.br().x >= faint.cols - 1 || box.br().y >= faint.rows - 1;
    const int shared = std::min(box.br().y, line.box.bottom) - std::max(box.y, line.box.top);
    if (at_edge || box.height < 1.0 * mm || box.width > 12 * mm || shared * 10 < box.height * 7) continue;
    letters.push_back(box);
  }
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
  const std::vector<Piece> pieces = written_pieces(ink, mm, kept, found.at_edge);
  cv::Rect box;
  int pixels = 0;
  for (const Piece& piece : pieces) {
    box |= piece.box;
    pixels += piece.pixels;
  }
  // The least that somebody writes is a digit one, or a dash.
  if (pixels < 0.35 * mm * mm || std::max(box.width, box.height) < 1.2 * mm) return found;
  found.box = {box.x, box.y, box.x + box.width, box.y + box.height};
  for (const cv::Range& band : bands_of(kept, box, mm)) {
    const cv::Mat rows = kept.rowRange(band);
    const cv::Rect in = cv::boundingRect(rows);
    if (in.width == 0) continue;
    const cv::Rect line(in.x, band.start + in.y, in.width, in.height);
    found.lines.push_back({{line.x, line.y, line.x + line.width, line.y + line.height},
                           has_stroke(kept, line, mm)});
  }
  const cv::Mat faint = faint_ink_of(gray);
  for (CellInk::Line& line : found.lines) {
    found.faint = reach_faint_ink(line, faint, mm) || found.faint;
    found.box = united(found.box, line.box);
  }
  return found;
}

namespace {

// Marks that are dots of a leader: small, about as large as each other, at even steps on one level near
// the baseline. A tone mark below a letter is none of them, even when it looks like one.
std::vector<std::uint8_t> leader_dots(const cv::Mat& stats, double baseline, double mm) {
  struct Dot {
    int index;
    double x, y, size;
  };
  std::vector<Dot> dots;
  for (int i = 1; i < stats.rows; ++i) {
    const double width = stats.at<int>(i, cv::CC_STAT_WIDTH);
    const double height = stats.at<int>(i, cv::CC_STAT_HEIGHT);
    const double y = stats.at<int>(i, cv::CC_STAT_TOP) + height / 2;
    if (std::max(width, height) > kSpeckMm * mm || std::abs(y - baseline) > 1.5 * mm) continue;
    dots.push_back({i, stats.at<int>(i, cv::CC_STAT_LEFT) + width / 2, y, std::max(width, height)});
  }
  std::vector<std::uint8_t> found(static_cast<std::size_t>(stats.rows), 0);
  if (dots.size() < 6) return found;
  std::sort(dots.begin(), dots.end(), [](const Dot& a, const Dot& b) { return a.x < b.x; });
  const auto median = [](std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
  };
  std::vector<double> steps, levels, sizes;
  for (std::size_t i = 0; i < dots.size(); ++i) {
    if (i > 0) steps.push_back(dots[i].x - dots[i - 1].x);
    levels.push_back(dots[i].y);
    sizes.push_back(dots[i].size);
  }
  const double step = median(steps), level = median(levels), size = median(sizes);
  const auto even = std::count_if(steps.begin(), steps.end(), [&](double s) {
    return std::abs(s - step) < 0.3 * step;
  });
  if (step > 3 * mm || even * 2 < static_cast<std::ptrdiff_t>(steps.size())) return found;
  for (const Dot& dot : dots)
    if (std::abs(dot.y - level) < 0.35 * mm && dot.size < 1.7 * size)
      found[static_cast<std::size_t>(dot.index)] = 1;
  // Two dots that ran together.
  for (int i = 1; i < stats.rows; ++i) {
    const double width = stats.at<int>(i, cv::CC_STAT_WIDTH);
    const double height = stats.at<int>(i, cv::CC_STAT_HEIGHT);
    const double y = stats.at<int>(i, cv::CC_STAT_TOP) + height / 2;
    if (height < 1.4 * size && width > 1.5 * height && width < 2.6 * step && std::abs(y - level) < 0.35 * mm)
      found[static_cast<std::size_t>(i)] = 1;
  }
  return found;
}

}  // namespace

CellInk find_line_ink(PageImage& cell, double baseline, double dpi) {
  CellInk found;
  if (cell.empty()) return found;
  const double mm = dpi / 25.4;
  const cv::Mat gray = gray_cell(cell);
  const cv::Mat all_ink = ink_of(gray);
  // The rule that people write on would tie their letters together.
  const cv::Mat rule = level_stroke(all_ink, static_cast<int>(baseline - 1.2 * mm),
                                    static_cast<int>(baseline + 1.2 * mm), mm);
  const cv::Mat ink = all_ink & ~rule;
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(ink, labels, stats, centres, 8, CV_32S);
  enum : std::uint8_t { leave, foreign, own };
  std::vector<std::uint8_t> what(static_cast<std::size_t>(count), leave);
  const int speck = std::max(2, static_cast<int>(kSpeckMm * mm));
  const std::vector<std::uint8_t> dots = leader_dots(stats, baseline, mm);
  cv::Rect whole;
  int pixels = 0;
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    if (dots[static_cast<std::size_t>(i)] != 0) {
      what[static_cast<std::size_t>(i)] = foreign;
      continue;
    }
    if (box.width <= speck && box.height <= speck) continue;
    const bool top = box.y <= 1, bottom = box.y + box.height >= ink.rows - 1;
    const bool left = box.x <= 1, right = box.x + box.width >= ink.cols - 1;
    const double middle = box.y + box.height / 2.0;
    const bool leader = box.height <= 0.7 * mm && box.width >= 1.1 * mm && std::abs(middle - baseline) < 0.9 * mm;
    const bool ruled = (box.width < 0.9 * mm && box.height > 0.8 * ink.rows) ||
                       (box.height < 0.9 * mm && box.width > 0.8 * ink.cols);
    const bool from_above = top && box.y + box.height < 0.62 * baseline;
    const bool from_below = bottom && box.y > baseline - 0.1 * mm;
    const bool beside = (left || right) && box.width < 0.8 * mm && box.height > 1.5 * mm;
    if (leader || ruled || from_above || from_below || beside) {
      what[static_cast<std::size_t>(i)] = foreign;
      continue;
    }
    what[static_cast<std::size_t>(i)] = own;
    whole |= box;
    pixels += stats.at<int>(i, cv::CC_STAT_AREA);
  }
  if (pixels < 0.35 * mm * mm || std::max(whole.width, whole.height) < 1.2 * mm) return found;
  cv::Mat kept = cv::Mat::zeros(ink.size(), CV_8U), strange = cv::Mat::zeros(ink.size(), CV_8U);
  for (int y = 0; y < ink.rows; ++y)
    for (int x = 0; x < ink.cols; ++x) {
      const std::uint8_t is = what[static_cast<std::size_t>(labels.at<int>(y, x))];
      kept.at<std::uint8_t>(y, x) = is == own ? 255 : 0;
      strange.at<std::uint8_t>(y, x) = is == foreign ? 255 : 0;
    }
  found.box = {whole.x, whole.y, whole.x + whole.width, whole.y + whole.height};
  // The rule written on is no stroke.
  const int over = std::clamp(static_cast<int>(baseline - 1.2 * mm), 1, kept.rows);
  const cv::Rect upper = whole & cv::Rect(0, 0, kept.cols, over);
  found.lines.push_back({found.box, !upper.empty() && has_stroke(kept, upper, mm)});
  strange |= rule;
  cv::dilate(strange, strange, cv::getStructuringElement(cv::MORPH_RECT, {3, 3}));
  strange &= ~kept;
  if (cv::countNonZero(strange) > 0) {
    cv::Mat pixels_of = channels_of(cell, {0, 0, cell.size().width, cell.size().height}).clone();
    pixels_of.setTo(cv::mean(pixels_of, ~all_ink), strange);
    cell = page_image(pixels_of, cell.resolution());
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
