#include "workers/layout/page_regions.hpp"

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "workers/layout/cell_picture.hpp"
#include "workers/layout/ink_bridge.hpp"

namespace sogoc::layout {
namespace {

cv::Mat ink_of(const RidgeMap& map, bool with_rulings) {
  cv::Mat ink(map.height, map.width, CV_8U);
  for (int y = 0; y < map.height; ++y) {
    std::uint8_t* row = ink.ptr(y);
    for (int x = 0; x < map.width; ++x) {
      const std::size_t i = static_cast<std::size_t>(y) * static_cast<std::size_t>(map.width) +
                            static_cast<std::size_t>(x);
      row[x] = map.ink[i] != 0 && (with_rulings || map.ruled[i] == 0) ? 255 : 0;
    }
  }
  return ink;
}

BoxPx on_page(const cv::Rect& r, double reduction) {
  return {static_cast<int>(r.x * reduction), static_cast<int>(r.y * reduction),
          static_cast<int>((r.x + r.width) * reduction),
          static_cast<int>((r.y + r.height) * reduction)};
}

// Where the upright side stands that is looked for between x = `from` and `to` or close by: the slim band
// with most ink, its left column or the one after its right column.
int upright_side(const cv::Mat& between, int from, int to, bool right, double mm) {
  cv::Mat ink;
  cv::reduce(between, ink, 0, cv::REDUCE_SUM, CV_32F);
  const int near = std::max(1, static_cast<int>(0.5 * mm));
  int best = from;
  float most = -1;
  for (int x = std::max(0, from - near); x <= std::min(ink.cols - 1, to + near); ++x) {
    const float here = ink.at<float>(0, x);
    if (right ? here >= most : here > most) most = here, best = x;
  }
  return right ? best + 1 : best;
}

// The printed square within a component: the tick may reach far beyond it. Two level sides of one length,
// one above the other, with a square's distance between them; empty when there is none.
cv::Rect square_in(const cv::Mat& own, double mm) {
  const int side = std::max(3, static_cast<int>(2.2 * mm));
  if (own.cols < side || own.rows < side) return {};
  cv::Mat thick, level;
  cv::dilate(own, thick, cv::getStructuringElement(cv::MORPH_RECT, {1, 2}));
  cv::morphologyEx(thick, level, cv::MORPH_OPEN, cv::getStructuringElement(cv::MORPH_RECT, {side, 1}));
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(level, labels, stats, centres, 8, CV_32S);
  const auto rect = [&](int i) {
    return cv::Rect(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                    stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
  };
  for (int a = 1; a < count; ++a)
    for (int b = 1; b < count; ++b) {
      const cv::Rect top = rect(a), bottom = rect(b);
      if (bottom.y <= top.br().y || top.height > 1.2 * mm || bottom.height > 1.2 * mm) continue;
      // A tick that leaves over a corner makes a side seem longer.
      const double corner = 1.6 * mm;
      if (std::abs(top.x - bottom.x) > corner || std::abs(top.br().x - bottom.br().x) > corner) continue;
      const int height = bottom.br().y - top.y;
      const cv::Mat between = own.rowRange(top.y, std::min(own.rows, bottom.br().y));
      const int left = upright_side(between, std::min(top.x, bottom.x), std::max(top.x, bottom.x), false, mm);
      const int right = upright_side(between, std::min(top.br().x, bottom.br().x),
                                     std::max(top.br().x, bottom.br().x), true, mm);
      const cv::Rect box(left, top.y, right - left, height);
      if (box.width > 1.3 * box.height || box.height > 1.3 * box.width) continue;
      return box & cv::Rect(0, 0, own.cols, own.rows);
    }
  return {};
}

// How far each side of a square is drawn, 0..1: the share of steps along it that find ink within a pixel or two
// of the edge.
struct Outline {
  double top = 0, bottom = 0, left = 0, right = 0;
  [[nodiscard]] double least() const { return std::min({top, bottom, left, right}); }
  [[nodiscard]] double mean() const { return (top + bottom + left + right) / 4; }
};

Outline outline_of(const cv::Mat& square, double mm) {
  const int depth = std::max(2, static_cast<int>(0.5 * mm));
  const auto covered = [](const cv::Mat& band, int axis) {
    cv::Mat any;
    cv::reduce(band, any, axis, cv::REDUCE_MAX);
    return cv::countNonZero(any) / double(any.total());
  };
  return {covered(square.rowRange(0, depth), 0), covered(square.rowRange(square.rows - depth, square.rows), 0),
          covered(square.colRange(0, depth), 1), covered(square.colRange(square.cols - depth, square.cols), 1)};
}

// Boxes whose tick runs into other ink, or was taken from the reading picture as pen together with a piece of
// its box, are no components of their own: they are looked for on the line of one that was found, where most
// of an outline of its size is drawn.
void find_twins(const cv::Mat& ink, double mm, std::vector<cv::Rect>& boxes) {
  constexpr double kLeastSide = 0.35, kLeastMean = 0.6;
  const int up = static_cast<int>(1.0 * mm), reach = static_cast<int>(45 * mm);
  for (std::size_t i = 0; i < boxes.size(); ++i) {  // those that are added have twins too
    const cv::Rect known = boxes[i];
    double best = kLeastMean;
    cv::Rect twin;
    for (int x = std::max(0, known.x - reach); x <= std::min(ink.cols - known.width, known.x + reach); ++x)
      for (int y = std::max(0, known.y - up); y <= std::min(ink.rows - known.height, known.y + up); ++y) {
        const cv::Rect here(x, y, known.width, known.height);
        const bool taken = std::any_of(boxes.begin(), boxes.end(), [&](const cv::Rect& other) {
          return (cv::Rect(other.x - up, other.y - up, other.width + 2 * up, other.height + 2 * up) & here).area() > 0;
        });
        if (taken) continue;
        const Outline outline = outline_of(ink(here), mm);
        if (outline.least() >= kLeastSide && outline.mean() > best) best = outline.mean(), twin = here;
      }
    if (twin.width > 0) boxes.push_back(twin);
  }
}

// Boxes as printed for a tick: square, drawn on their four sides. In pixels of the map.
std::vector<cv::Rect> check_boxes(const RidgeMap& map, double mm) {
  const cv::Mat ink = ink_of(map, true);
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(ink, labels, stats, centres, 8, CV_32S);
  std::vector<cv::Rect> boxes;
  for (int i = 1; i < count; ++i) {
    const cv::Rect whole(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                         stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    if (std::min(whole.width, whole.height) < 2.4 * mm || whole.width > 20 * mm || whole.height > 14 * mm)
      continue;
    const cv::Mat all = labels(whole) == i;
    const cv::Rect square = square_in(all, mm);
    if (std::min(square.width, square.height) < 2.4 * mm || std::max(square.width, square.height) > 8 * mm)
      continue;
    if (outline_of(all(square), mm).least() >= 0.9) boxes.push_back(square + whole.tl());
  }
  find_twins(ink, mm, boxes);
  return boxes;
}

// The share of a box's inside that is inked. On the upright picture: the reading picture may have lost its pen.
double filled_share(const PageImage& upright, const BoxPx& box, double dpi) {
  const int pad = static_cast<int>(0.6 * dpi / 25.4);  // so that its own outline shows what is dark
  const PageImage patch = cell_picture(upright, {box.left - pad, box.top - pad, box.right + pad, box.bottom + pad});
  if (patch.empty()) return 0;
  const cv::Mat ink = layout::ink_of(gray_cell(patch));
  const int rim = pad + std::max(static_cast<int>(0.6 * dpi / 25.4), static_cast<int>(0.22 * box.width()));
  const cv::Rect inner(rim, rim, ink.cols - 2 * rim, ink.rows - 2 * rim);
  if (inner.width < 3 || inner.height < 3) return 0;
  return cv::countNonZero(ink(inner)) / double(inner.area());
}

void find_check_boxes(const RidgeMap& map, const PageImage& upright, double dpi, std::vector<PageRegion>& regions) {
  struct CheckBox {
    BoxPx box;
    double filled;
  };
  std::vector<CheckBox> boxes;
  for (const cv::Rect& box : check_boxes(map, dpi / map.reduction / 25.4)) {
    const BoxPx place = on_page(box, map.reduction);
    const double filled = filled_share(upright, place, dpi);
    if (filled <= 0.9) boxes.push_back({place, filled});  // else a blot
  }
  for (const CheckBox& box : boxes) {
    // Worn paper leaves a little ink in an empty box: beside one that is clearly ticked it counts for nothing.
    const bool outdone = std::any_of(boxes.begin(), boxes.end(), [&](const CheckBox& other) {
      return std::abs(other.box.top - box.box.top) < box.box.height() / 2 && other.filled > 3 * box.filled;
    });
    regions.push_back({"checkbox", box.box, "", box.filled > (outdone ? 0.12 : 0.07)});
  }
}

// Ink beside the tables, gathered into notes.
std::vector<BoxPx> margin_notes(const RidgeMap& map, const BoxPx& content, double mm) {
  cv::Mat ink = ink_of(map, false);
  const double r = map.reduction;
  const auto at = [&](double v) { return static_cast<int>(v / r); };
  // Only beside the table, and not on the dark edge of the scan.
  const int left = at(content.left) - static_cast<int>(2 * mm);
  const int right = at(content.right) + static_cast<int>(2 * mm);
  const int edge = static_cast<int>(4 * mm);
  cv::Mat beside = cv::Mat::zeros(ink.size(), CV_8U);
  const cv::Rect frame(0, 0, ink.cols, ink.rows);
  const int top = at(content.top), height = at(content.bottom) - top;
  for (const cv::Rect zone : {cv::Rect(edge, top, left - edge, height),
                              cv::Rect(right, top, ink.cols - edge - right, height)}) {
    if (zone.width < 6 * mm || zone.height < 4 * mm) continue;
    const cv::Rect in = zone & frame;
    ink(in).copyTo(beside(in));
  }
  cv::Mat joined;
  cv::dilate(beside, joined,
             cv::getStructuringElement(
                 cv::MORPH_RECT, {static_cast<int>(5 * mm) | 1, static_cast<int>(2.4 * mm) | 1}));
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(joined, labels, stats, centres, 8, CV_32S);
  std::vector<BoxPx> notes;
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    const cv::Rect own = cv::boundingRect(beside(box));
    const cv::Rect tight(box.x + own.x, box.y + own.y, own.width, own.height);
    const double ink_area = cv::countNonZero(beside(tight));
    // A word, not a speck, a hole of a binder or the shadow of the fold.
    if (tight.width < 6 * mm || tight.height < 2 * mm || ink_area < 3 * mm * mm) continue;
    if (ink_area > 0.5 * tight.area() || tight.height > 6 * tight.width) continue;
    notes.push_back(on_page(tight, r));
  }
  return notes;
}

}  // namespace

Result<std::vector<PageRegion>> find_regions(const RidgeMap& map,
                                             ValueReader& values, const BoxPx& content,
                                             const PageImage& upright, double dpi) {
  std::vector<PageRegion> regions;
  if (map.width == 0) return regions;
  const double map_mm = dpi / map.reduction / 25.4;
  find_check_boxes(map, upright, dpi, regions);
  if (content.empty()) return regions;
  for (const BoxPx& box : margin_notes(map, content, map_mm)) {
    const int pad = static_cast<int>(dpi / 25.4);
    const BoxPx wide = intersection({box.left - pad, box.top - pad, box.right + pad, box.bottom + pad},
                                    {0, 0, upright.size().width, upright.size().height});
    SOGOC_TRY(const ReadValue value, values.read(wide, RegisterValueKind::note));
    if (value.state == ValueState::empty) continue;
    regions.push_back({"margin_note", box, value.text, false});
  }
  return regions;
}

}  // namespace sogoc::layout
