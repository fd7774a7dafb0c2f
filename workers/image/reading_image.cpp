#include "workers/image/reading_image.hpp"

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "workers/image/opencv_bridge.hpp"

namespace sogoc::image {
namespace {

constexpr int kHalf = 128;

bool is_identity(const PageImage& master, const PagePart& part) {
  return part.upright_from_master == Affine{} && part.size == master.size();
}

BoxPx on_master(const PageMap& map, const cv::Rect& place, const PageImage& master) {
  const BoxPx page{place.x * map.reduction, place.y * map.reduction,
                   (place.x + place.width) * map.reduction,
                   (place.y + place.height) * map.reduction};
  return intersection(map.page.from_master.inverse().apply(page), whole(master));
}

// Red ink is nearly as light as paper in the red channel, blue ink in the blue one; black text
// under the ink is dark in every channel and stays.
void lift(cv::Mat gray, const cv::Mat& rgb, const InkPlace& place) {
  const int channel = place.red ? 0 : 2;
  std::array<std::uint8_t, 256> lifted{};
  for (std::size_t v = 0; v < 256; ++v)
    lifted[v] = static_cast<std::uint8_t>(std::min(255.0, double(v) * 255 / place.channel_level));
  for (int y = 0; y < gray.rows; ++y) {
    std::uint8_t* out = gray.ptr(y);
    const auto* in = rgb.ptr<cv::Vec3b>(y);
    for (int x = 0; x < gray.cols; ++x) out[x] = std::max(out[x], lifted[in[x][channel]]);
  }
}

// Paints what the erase mask covers as paper, run by run.
void erase(cv::Mat& gray, const PageMap& map, const cv::Mat& mask, const PageImage& master,
           double paper) {
  for (int y = 0; y < mask.rows; ++y) {
    const std::uint8_t* row = mask.ptr(y);
    for (int x = 0; x < mask.cols;) {
      while (x < mask.cols && row[x] == 0) ++x;
      const int begin = x;
      while (x < mask.cols && row[x] != 0) ++x;
      if (x > begin) gray(rect_of(on_master(map, {begin, y, x - begin, 1}, master))).setTo(paper);
    }
  }
}

// Divides by the paper's level around each point, so that a shadow no longer reads as ink.
void even_out(cv::Mat& gray) {
  cv::Mat coarse;
  cv::resize(gray, coarse, {std::max(1, gray.cols / 16), std::max(1, gray.rows / 16)}, 0, 0,
             cv::INTER_AREA);
  cv::dilate(coarse, coarse, cv::getStructuringElement(cv::MORPH_RECT, {7, 7}));
  cv::GaussianBlur(coarse, coarse, {9, 9}, 0);
  coarse = cv::max(coarse, 64);
  cv::Mat paper;
  cv::resize(coarse, paper, gray.size(), 0, 0, cv::INTER_LINEAR);
  cv::divide(gray, paper, gray, 255);
}

}  // namespace

PageImage reading_image(const PageImage& master, const PageMap& map, const Cleaning& cleaning,
                        const PagePart& part) {
  const bool bilevel = master.format() == PixelFormat::bit1;
  const bool lifts = std::any_of(cleaning.coloured.places.begin(), cleaning.coloured.places.end(),
                                 [](const InkPlace& place) { return place.lift; });
  const bool erases = !cleaning.marks.erase.empty();
  const bool evens = !bilevel && map.uneven_paper;
  if (master.format() != PixelFormat::rgb8 && !erases && !evens && is_identity(master, part))
    return master.with_resolution(part.resolution);

  cv::Mat gray = gray_of(master, whole(master));
  if (master.format() == PixelFormat::gray8 && (erases || evens)) gray = gray.clone();
  if (lifts) {
    const cv::Mat rgb = view_of(master);
    for (const InkPlace& place : cleaning.coloured.places) {
      if (!place.lift) continue;
      const int margin = static_cast<int>(map.px(0.7));
      const cv::Rect grown(place.box.x - margin, place.box.y - margin, place.box.width + 2 * margin,
                           place.box.height + 2 * margin);
      const cv::Rect box = rect_of(on_master(map, grown & map.frame(), master));
      lift(gray(box), rgb(box), place);
    }
  }
  const double paper = bilevel ? 255 : map.paper_level;
  if (erases) erase(gray, map, cleaning.marks.erase, master, paper);
  if (evens) even_out(gray);
  const Placement placement{part.size, part.upright_from_master};
  const cv::Mat upright = laid_out(gray, placement, cv::Scalar::all(evens ? 255 : paper));
  if (bilevel && moves_whole_pixels(part.upright_from_master))
    return packed(upright, kHalf, part.resolution);
  return page_image(upright, part.resolution);
}

PageImage upright_image(const PageImage& master, const PageMap& map, const PagePart& part) {
  if (is_identity(master, part)) return master.with_resolution(part.resolution);
  const Placement placement{part.size, part.upright_from_master};
  const double paper = master.format() == PixelFormat::bit1 ? 255 : map.paper_level;
  const cv::Mat upright =
      laid_out(channels_of(master, whole(master)), placement, cv::Scalar::all(paper));
  if (master.format() == PixelFormat::bit1) return packed(upright, kHalf, part.resolution);
  return page_image(upright, part.resolution);
}

}  // namespace sogoc::image
