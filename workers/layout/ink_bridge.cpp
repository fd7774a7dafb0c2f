#include "workers/layout/ink_bridge.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "workers/layout/pixels_bridge.hpp"

namespace sogoc::layout {

cv::Mat gray_cell(const PageImage& cell) {
  cv::Mat pixels = channels_of(cell, {0, 0, cell.size().width, cell.size().height});
  if (pixels.channels() == 1) return pixels;
  // Seals and stamps are red: the red channel hardly shows them.
  cv::Mat red, gray;
  cv::extractChannel(pixels, red, 0);
  cv::cvtColor(pixels, gray, cv::COLOR_RGB2GRAY);
  return gray * 0.4 + red * 0.6;
}

namespace {

// How bright the darkest pixels of a picture are, up to any share of them. Counted: a cell is asked for
// several shares, and there are hundreds of cells on a page.
class Brightness {
 public:
  explicit Brightness(const cv::Mat& gray) : all_(static_cast<int>(gray.total())) {
    for (int y = 0; y < gray.rows; ++y) {
      const auto* row = gray.ptr<std::uint8_t>(y);
      for (int x = 0; x < gray.cols; ++x) ++count_[row[x]];
    }
  }
  [[nodiscard]] int at(double share) const {
    int left = static_cast<int>(share * (all_ - 1));
    int value = 0;
    while (value < 255 && left >= count_[static_cast<std::size_t>(value)])
      left -= count_[static_cast<std::size_t>(value++)];
    return value;
  }

 private:
  int all_;
  std::array<int, 256> count_{};
};

}  // namespace

cv::Mat ink_of(const cv::Mat& gray) {
  const Brightness brightness(gray);
  const int paper = brightness.at(0.75), dark = brightness.at(0.01);
  const int between = paper - std::max(28, static_cast<int>(0.42 * (paper - dark)));
  return gray < between;
}

cv::Mat faint_ink_of(const cv::Mat& gray) {
  cv::Mat smooth;
  cv::GaussianBlur(gray, smooth, {3, 3}, 0);
  const Brightness brightness(smooth);
  const double paper = brightness.at(0.6), dark = brightness.at(0.01), noise = brightness.at(0.9) - paper;
  const double away = std::max({8.0, 3.0 * noise, 0.2 * (paper - dark)});
  if (away > 0.42 * (paper - dark)) return {};
  return smooth < paper - away;
}

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

bool begins_the_writing(const cv::Rect& edge, const std::vector<cv::Rect>& writing, double mm) {
  if (edge.height < 1.2 * mm) return false;
  return std::any_of(writing.begin(), writing.end(), [&](const cv::Rect& box) {
    const int shared = std::min(edge.br().y, box.br().y) - std::max(edge.y, box.y);
    const int gap = std::max(box.x - edge.br().x, edge.x - box.br().x);
    return gap < 2.2 * mm && shared * 10 >= 6 * std::min(edge.height, box.height) &&
           edge.height * 10 >= 6 * box.height && edge.height * 10 <= 16 * box.height;
  });
}

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

}  // namespace sogoc::layout
