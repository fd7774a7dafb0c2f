#include "workers/image/reading_image.hpp"

#include <algorithm>
#include <array>

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

bool lifts_anything(const ColouredInk& coloured) {
  return std::any_of(coloured.places.begin(), coloured.places.end(),
                     [](const InkPlace& place) { return place.lift; });
}

void lift_all(cv::Mat& gray, const PageImage& master, const PageMap& map,
              const ColouredInk& coloured) {
  const cv::Mat rgb = view_of(master);
  const int margin = static_cast<int>(map.px(0.7));  // ink bleeds a little beyond its marks
  for (const InkPlace& place : coloured.places) {
    if (!place.lift) continue;
    const cv::Rect grown(place.box.x - margin, place.box.y - margin, place.box.width + 2 * margin,
                         place.box.height + 2 * margin);
    const cv::Rect box = rect_of(on_master(map, grown & map.frame(), master));
    lift(gray(box), rgb(box), place);
  }
}

// The master in gray without what disturbs reading; still lying as scanned.
cv::Mat cleaned(const PageImage& master, const PageMap& map, const Cleaning& cleaning,
                double paper) {
  cv::Mat gray = gray_of(master, whole(master));
  const bool evens = map.uneven_paper && master.format() != PixelFormat::bit1;
  const bool is_view = master.format() == PixelFormat::gray8;
  if (is_view && (evens || !cleaning.marks.erase.empty())) gray = gray.clone();
  if (master.format() == PixelFormat::rgb8) lift_all(gray, master, map, cleaning.coloured);
  if (!cleaning.marks.erase.empty()) erase(gray, map, cleaning.marks.erase, master, paper);
  if (evens) even_out(gray);
  return gray;
}

}  // namespace

PartPictures pictures_of_part(const PageImage& master, const PageMap& map, const Cleaning& cleaning,
                              const PagePart& part) {
  const bool bilevel = master.format() == PixelFormat::bit1;
  const bool colour = master.format() == PixelFormat::rgb8;
  const bool cleans = !cleaning.marks.erase.empty() || lifts_anything(cleaning.coloured) ||
                      (map.uneven_paper && !bilevel);
  const double paper = bilevel ? 255 : map.paper_level;
  const Placement placement{part.size, part.upright_from_master};
  const bool exact = moves_whole_pixels(part.upright_from_master);
  PartPictures pictures;

  cv::Mat upright;
  if (is_identity(master, part)) {
    pictures.upright = master.with_resolution(part.resolution);
  } else {
    upright = laid_out(channels_of(master, whole(master)), placement, cv::Scalar::all(paper));
    pictures.upright =
        bilevel ? packed(upright, kHalf, part.resolution) : page_image(upright, part.resolution);
  }
  if (!cleans && !colour) {
    // Interpolated gray reads better than the same page thresholded again.
    pictures.reading = bilevel && !exact ? page_image(upright, part.resolution) : pictures.upright;
    return pictures;
  }
  upright.release();
  const cv::Mat reading =
      laid_out(cleaned(master, map, cleaning, paper), placement, cv::Scalar::all(paper));
  pictures.reading = bilevel && exact ? packed(reading, kHalf, part.resolution)
                                      : page_image(reading, part.resolution);
  return pictures;
}

}  // namespace sogoc::image
