#include "workers/handwriting/line_picture.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <optional>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace sogoc::handwriting {
namespace {

constexpr int kWorkingHeight = 128;  // finer strokes than this do not survive the line's height
constexpr int kWidest = 1600;        // of a line, pixels; longer ones are pressed together

// Brightness as seen through a red filter when there is red: a stamp pales, blue and black stay.
cv::Mat brightness(const PageImage& image) {
  const cv::Size size(image.size().width, image.size().height);
  cv::Mat gray(size, CV_8UC1);
  for (int y = 0; y < size.height; ++y) {
    const auto row = image.row(y);
    auto* out = gray.ptr<std::uint8_t>(y);
    switch (image.format()) {
      case PixelFormat::gray8: std::memcpy(out, row.data(), row.size()); break;
      case PixelFormat::bit1:
        for (int x = 0; x < size.width; ++x) {
          const auto byte = row[static_cast<std::size_t>(x) / 8];
          out[x] = (byte & (0x80u >> (x % 8))) != 0 ? 0 : 255;
        }
        break;
      case PixelFormat::rgb8:
        for (int x = 0; x < size.width; ++x) out[x] = row[3 * static_cast<std::size_t>(x)];
        break;
    }
  }
  return gray;
}

// Everything to 0..255 with the paper at 255. Paper is smooth over a third of the line's height, so it is
// looked for in a quarter of the size.
cv::Mat on_even_paper(const cv::Mat& gray) {
  constexpr int kCoarse = 4;
  cv::Mat calm;
  cv::Mat paper;
  cv::medianBlur(gray, calm, 3);
  const cv::Size coarse((gray.cols + kCoarse - 1) / kCoarse, (gray.rows + kCoarse - 1) / kCoarse);
  cv::dilate(calm, calm, cv::Mat::ones(kCoarse + 1, kCoarse + 1, CV_8U));  // so that no paper is lost between samples
  cv::resize(calm, paper, coarse, 0, 0, cv::INTER_NEAREST);
  const int reach = std::max(9, gray.rows / 3) / kCoarse | 1;
  cv::dilate(paper, paper, cv::getStructuringElement(cv::MORPH_RECT, {reach, reach}));
  cv::GaussianBlur(paper, paper, {0, 0}, std::max(1.0, reach / 3.0));
  cv::resize(paper, paper, gray.size(), 0, 0, cv::INTER_LINEAR);
  cv::Mat even;
  gray.convertTo(even, CV_32F);
  cv::Mat paper_float;
  paper.convertTo(paper_float, CV_32F);
  cv::max(paper_float, 1.0, paper_float);
  cv::divide(even, paper_float, even, 255.0);
  cv::min(even, 255.0, even);
  return even;
}

struct Blob {
  cv::Rect box;
  int area = 0;
  int label = 0;
};

struct Band {
  double top = 0;  // of the letters themselves
  double bottom = 0;
  [[nodiscard]] double height() const { return bottom - top; }
};

bool touches_edge(const Blob& blob, int rows) {
  return blob.box.y <= 0 || blob.box.y + blob.box.height >= rows;
}

// The letters that the line's middle goes through say where the line is.
std::optional<Band> band_of(const std::vector<Blob>& blobs, int rows, int columns) {
  std::vector<Blob> letters;
  for (const Blob& blob : blobs)
    if (blob.box.height >= 0.14 * rows && !touches_edge(blob, rows) &&
        blob.box.width < std::max<double>(6.0 * blob.box.height, 0.9 * columns))
      letters.push_back(blob);
  if (letters.empty())  // a crop that fits the ink exactly: the letters themselves touch its edges
    for (const Blob& blob : blobs)
      if (blob.box.height >= 0.14 * rows) letters.push_back(blob);
  if (letters.empty()) letters = blobs;
  if (letters.empty()) return std::nullopt;
  double weight = 0;
  double moment = 0;
  for (const Blob& blob : letters) {
    const double ink = static_cast<double>(blob.box.width) * blob.box.height;
    weight += ink;
    moment += ink * (blob.box.y + (blob.box.height - 1) / 2.0);
  }
  const double middle = moment / weight;
  Band band;
  double widths = 0;
  for (const Blob& blob : letters) {
    if (blob.box.y > middle || blob.box.y + blob.box.height < middle) continue;
    band.top += static_cast<double>(blob.box.width) * blob.box.y;
    band.bottom += static_cast<double>(blob.box.width) * (blob.box.y + blob.box.height);
    widths += blob.box.width;
  }
  if (widths <= 0) {
    const Blob& first =
        *std::max_element(letters.begin(), letters.end(),
                          [](const Blob& a, const Blob& b) { return a.area < b.area; });
    return Band{static_cast<double>(first.box.y),
                static_cast<double>(first.box.y + first.box.height)};
  }
  band.top /= widths;
  band.bottom /= widths;
  return band;
}

float percentile(const cv::Mat& values, double share) {
  std::vector<float> sorted(values.begin<float>(), values.end<float>());
  const auto at =
      std::min(sorted.size() - 1,
               static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1) + 0.5));
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(at), sorted.end());
  return sorted[at];
}

// Paper to 1, the darkest ink to -1.
void flatten(cv::Mat& line) {
  const float paper = percentile(line, 0.80);
  const float ink = percentile(line, 0.01);
  const float span = std::max(12.0f, paper - ink);
  line = 1.0f - (paper - line) * (2.0f / span);
  cv::min(line, 1.2, line);
  cv::max(line, -1.2, line);
}

struct Cut {
  cv::Rect place;
  std::vector<bool> strange;  // by label: ink of other lines
};

Cut cut_of(const std::vector<Blob>& blobs, const Band& band, int labels, cv::Size size) {
  Cut cut;
  cut.strange.assign(static_cast<std::size_t>(labels), false);
  const double high = band.height();
  std::vector<Blob> own;
  for (const Blob& blob : blobs) {
    const double top = blob.box.y;
    const double bottom = blob.box.y + blob.box.height;
    const double centre = (top + bottom) / 2;
    const bool away = centre < band.top - 0.75 * high || centre > band.bottom + 0.6 * high;
    const bool cut_off = touches_edge(blob, size.height) &&
                         (bottom < band.top + 0.35 * high || top > band.bottom - 0.35 * high);
    if (away || cut_off)
      cut.strange[static_cast<std::size_t>(blob.label)] = true;
    else
      own.push_back(blob);
  }
  double left = size.width;
  double right = 0;
  for (const Blob& blob : own)
    if (blob.box.height >= 0.3 * high) {
      left = std::min<double>(left, blob.box.x);
      right = std::max<double>(right, blob.box.x + blob.box.width);
    }
  if (left >= right) left = 0, right = size.width;
  double top = band.top;
  double bottom = band.bottom;
  for (const Blob& blob : own) {
    const double centre = blob.box.x + blob.box.width / 2.0;
    if (blob.area < 8 || centre < left - 0.3 * high || centre > right + 0.3 * high) continue;
    top = std::min<double>(top, blob.box.y);
    bottom = std::max<double>(bottom, blob.box.y + blob.box.height);
  }
  top = std::max(top, band.top - 0.8 * high);
  bottom = std::min(bottom, band.bottom + 0.6 * high);
  const double margin = 0.07 * (bottom - top);
  const double side = 0.3 * high;
  const int y1 = std::max(0, static_cast<int>(top - margin));
  const int y2 = std::min(size.height, static_cast<int>(bottom + margin + 1));
  const int x1 = std::max(0, static_cast<int>(left - side));
  const int x2 = std::min(size.width, static_cast<int>(right + side + 1));
  cut.place = {x1, y1, std::max(1, x2 - x1), std::max(1, y2 - y1)};
  return cut;
}

}  // namespace

LinePicture line_picture(const PageImage& image) {
  if (image.empty()) return {};
  cv::Mat gray = brightness(image);
  double shrink = std::min(1.0, static_cast<double>(kWorkingHeight) / gray.rows);
  if (shrink < 1) {
    const cv::Size size(std::max(8, static_cast<int>(gray.cols * shrink)),
                        std::max(8, static_cast<int>(gray.rows * shrink)));
    cv::resize(gray, gray, size, 0, 0, cv::INTER_AREA);
    shrink = static_cast<double>(size.width) / image.size().width;
  }
  cv::Mat even = on_even_paper(gray);
  cv::Mat bytes;
  even.convertTo(bytes, CV_8U);
  cv::Mat mask;
  const double threshold = cv::threshold(bytes, mask, 0, 255, cv::THRESH_OTSU);
  constexpr double kPaperFrom = 225;  // of 255; what is lighter is texture
  cv::threshold(bytes, mask, std::min(threshold + 8, kPaperFrom), 255, cv::THRESH_BINARY_INV);

  cv::Mat labels;
  cv::Mat stats;
  cv::Mat centres;
  const int count = cv::connectedComponentsWithStats(mask, labels, stats, centres, 8);
  std::vector<Blob> blobs;
  for (int i = 1; i < count; ++i) {
    const int area = stats.at<int>(i, cv::CC_STAT_AREA);
    if (area < 3) continue;
    blobs.push_back({{stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                      stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT)},
                     area,
                     i});
  }
  const std::optional<Band> band = band_of(blobs, gray.rows, gray.cols);
  if (!band || band->height() < 3) return {};
  const Cut cut = cut_of(blobs, *band, count, gray.size());

  cv::Mat strange(gray.size(), CV_8UC1, cv::Scalar(0));
  bool any = false;
  for (int y = 0; y < gray.rows; ++y) {
    const int* label = labels.ptr<int>(y);
    auto* out = strange.ptr<std::uint8_t>(y);
    for (int x = 0; x < gray.cols; ++x)
      if (cut.strange[static_cast<std::size_t>(label[x])]) out[x] = 255, any = true;
  }
  if (any) {
    cv::dilate(strange, strange, cv::Mat::ones(3, 3, CV_8U));
    even.setTo(percentile(even, 0.80), strange);
  }
  cv::Mat line = even(cut.place).clone();
  const double scale = static_cast<double>(LinePicture::height) / line.rows;
  const int width = std::clamp(static_cast<int>(line.cols * scale), 16, kWidest);
  cv::Mat small;
  cv::resize(line, small, {width, LinePicture::height}, 0, 0,
             scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  flatten(small);

  LinePicture picture;
  picture.width = width;
  picture.values.assign(small.begin<float>(), small.end<float>());
  picture.left = cut.place.x / shrink;
  picture.scale = static_cast<double>(width) / cut.place.width * shrink;
  return picture;
}

LinePicture widened(const LinePicture& picture, double factor) {
  LinePicture wide = picture;
  wide.width = std::clamp(static_cast<int>(std::lround(picture.width * factor)), 16, kWidest);
  wide.scale = picture.scale * wide.width / std::max(1, picture.width);
  cv::Mat from(LinePicture::height, picture.width, CV_32F, wide.values.data());
  cv::Mat to;
  cv::resize(from, to, {wide.width, LinePicture::height}, 0, 0,
             wide.width > picture.width ? cv::INTER_CUBIC : cv::INTER_AREA);
  to = cv::min(cv::max(to, -1.0), 1.0);
  wide.values.assign(to.begin<float>(), to.end<float>());
  return wide;
}

}  // namespace sogoc::handwriting
