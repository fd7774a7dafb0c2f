#include "workers/image/page_map.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "workers/image/opencv_bridge.hpp"

namespace sogoc::image {
namespace {

constexpr int kMapLongSide = 1760;     // A4 at 150 dpi
constexpr int kBilevelInk = 160;       // half of a 2 x 2 block is ink
constexpr int kFaintestInk = 200;      // paler than this is show-through or paper
constexpr int kPalestThreshold = 120;  // black text on clean paper needs no lower threshold
constexpr double kUnevenPaper = 0.12;  // spread of the paper's level that asks for evening out

int reduction_for(SizePx size) {
  const int long_side = std::max(size.width, size.height);
  return std::max(1, static_cast<int>(std::lround(double(long_side) / kMapLongSide)));
}

// The master as `page` says, made `reduction` times smaller. Only quarter turns and stretches
// happen here, so reducing first and turning after gives the same picture cheaper.
cv::Mat reduced(const PageImage& master, const Placement& page, int reduction) {
  const BoxPx source =
      page.from_master.inverse().apply(BoxPx{0, 0, page.size.width, page.size.height});
  const BoxPx crop = intersection(source, whole(master));
  const bool on_side = std::abs(page.from_master.xy) > 1e-9;
  const SizePx upright = on_side ? SizePx{page.size.height, page.size.width} : page.size;
  const cv::Size small{std::max(1, upright.width / reduction),
                       std::max(1, upright.height / reduction)};
  cv::Mat pixels = channels_of(master, crop);
  if (pixels.size() != small) {
    cv::Mat smaller;
    // Whole blocks keep OpenCV on its fast path; the last partial block is margin.
    const bool stretched = upright.width != crop.width() || upright.height != crop.height();
    if (!stretched)
      pixels = pixels(cv::Rect(0, 0, small.width * reduction, small.height * reduction));
    cv::resize(pixels, smaller, small, 0, 0, cv::INTER_AREA);
    pixels = smaller;
  }
  cv::Mat turned_pixels;
  const Affine& map = page.from_master;
  if (on_side) {
    cv::rotate(pixels, turned_pixels,
               map.yx > 0 ? cv::ROTATE_90_CLOCKWISE : cv::ROTATE_90_COUNTERCLOCKWISE);
  } else if (map.xx < 0) {
    cv::rotate(pixels, turned_pixels, cv::ROTATE_180);
  } else {
    return pixels;
  }
  return turned_pixels;
}

int percentile(const cv::Mat& gray, double share) {
  int counts[256] = {};
  for (int y = 0; y < gray.rows; ++y)
    for (int x = 0; x < gray.cols; ++x) ++counts[gray.at<std::uint8_t>(y, x)];
  const double wanted = share * static_cast<double>(gray.total());
  double seen = 0;
  for (int level = 0; level < 256; ++level)
    if ((seen += counts[level]) >= wanted) return level;
  return 255;
}

// The level of the paper around every point, never below half of the page's own: a black border
// is not paper.
cv::Mat paper_around(const cv::Mat& gray, double paper_level) {
  cv::Mat coarse;
  cv::resize(gray, coarse, {std::max(1, gray.cols / 8), std::max(1, gray.rows / 8)}, 0, 0,
             cv::INTER_AREA);
  cv::dilate(coarse, coarse, cv::getStructuringElement(cv::MORPH_RECT, {7, 7}));
  cv::GaussianBlur(coarse, coarse, {9, 9}, 0);
  return cv::max(coarse, paper_level * 0.5);
}

void even_out(PageMap& map) {
  cv::Mat coarse_sample;
  cv::resize(map.gray, coarse_sample,
             {std::max(1, map.gray.cols / 4), std::max(1, map.gray.rows / 4)}, 0, 0,
             cv::INTER_AREA);
  map.paper_level = std::max(32, percentile(coarse_sample, 0.75));
  const cv::Mat coarse = paper_around(map.gray, map.paper_level);
  const int low = percentile(coarse, 0.05), high = percentile(coarse, 0.95);
  map.uneven_paper = high - low > kUnevenPaper * 255;
  cv::Mat paper;
  cv::resize(coarse, paper, map.gray.size(), 0, 0, cv::INTER_LINEAR);
  cv::Mat even;
  cv::divide(map.gray, paper, even, 255);
  map.gray = even;
}

int ink_threshold(const PageMap& map) {
  if (map.bilevel) return kBilevelInk;
  cv::Mat ignored;
  const double otsu =
      cv::threshold(map.gray, ignored, 0, 255, cv::THRESH_BINARY_INV | cv::THRESH_OTSU);
  return static_cast<int>(std::clamp<double>(otsu, kPalestThreshold, kFaintestInk));
}

void find_components(PageMap& map) {
  cv::Mat stats, middles;
  const int count =
      cv::connectedComponentsWithStats(map.ink, map.labels, stats, middles, 8, CV_32S);
  std::vector<std::int64_t> light(static_cast<std::size_t>(count), 0);
  std::vector<std::uint8_t> deepest(static_cast<std::size_t>(count), 255);
  for (int y = 0; y < map.labels.rows; ++y) {
    const int* label = map.labels.ptr<int>(y);
    const std::uint8_t* gray = map.gray.ptr(y);
    for (int x = 0; x < map.labels.cols; ++x)
      if (label[x] != 0) {
        const auto own = static_cast<std::size_t>(label[x]);
        light[own] += gray[x];
        deepest[own] = std::min(deepest[own], gray[x]);
      }
  }
  map.components.clear();
  map.components.reserve(static_cast<std::size_t>(count));
  for (int i = 1; i < count; ++i) {
    const int* row = stats.ptr<int>(i);
    Component component;
    component.box = {row[cv::CC_STAT_LEFT], row[cv::CC_STAT_TOP], row[cv::CC_STAT_WIDTH],
                     row[cv::CC_STAT_HEIGHT]};
    component.area = row[cv::CC_STAT_AREA];
    component.darkness =
        1.0 - static_cast<double>(light[static_cast<std::size_t>(i)]) / (255.0 * component.area);
    component.deepest = 1.0 - deepest[static_cast<std::size_t>(i)] / 255.0;
    map.components.push_back(component);
  }
}

}  // namespace

PageMap map_of(const PageImage& master, const Placement& page) {
  PageMap map;
  map.page = page;
  map.reduction = reduction_for(page.size);
  map.bilevel = master.format() == PixelFormat::bit1;
  cv::Mat small = reduced(master, page, map.reduction);
  if (small.channels() == 3) {
    map.colour = small;
    cv::cvtColor(small, map.gray, cv::COLOR_RGB2GRAY);
  } else {
    map.gray = small;
  }
  map.scanned = map.gray;
  if (!map.bilevel) even_out(map);
  cv::threshold(map.gray, map.ink, ink_threshold(map), 255, cv::THRESH_BINARY_INV);
  find_components(map);
  return map;
}

bool looks_like_letters(const Component& component, const PageMap& map) {
  if (component.removed) return false;
  const double height = map.mm(component.box.height), width = map.mm(component.box.width);
  if (height < 0.8 || height > 9 || width > 60) return false;
  const bool rule = width > 8 * height && component.fill() > 0.6;
  const bool blot = component.fill() > 0.9 && width > 2 && height > 2;
  return !rule && !blot;
}

BoxPx content_box(const PageMap& map) {
  BoxPx box;
  for (const Component& component : map.components)
    if (!component.removed && map.mm(std::max(component.box.width, component.box.height)) >= 0.8)
      box = united(box, box_of(component.box));
  return {box.left * map.reduction, box.top * map.reduction,
          std::min(box.right * map.reduction, map.page.size.width),
          std::min(box.bottom * map.reduction, map.page.size.height)};
}

}  // namespace sogoc::image
