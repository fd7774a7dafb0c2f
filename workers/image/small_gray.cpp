#include "workers/image/small_gray.hpp"

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "workers/image/geometry.hpp"
#include "workers/image/opencv_bridge.hpp"

namespace sogoc {

using namespace image;

namespace {
constexpr double kPaper = 230;  // what every place's paper becomes
}

PageImage small_gray(const PageImage& picture, int step) {
  const SizePx size{std::max(1, picture.size().width / step), std::max(1, picture.size().height / step)};
  const BoxPx whole_blocks{0, 0, std::min(picture.size().width, size.width * step), std::min(picture.size().height, size.height * step)};
  cv::Mat small = channels_of(picture, whole_blocks), gray;
  if (step > 1) cv::resize(small, small, {size.width, size.height}, 0, 0, cv::INTER_AREA);
  if (small.channels() == 3)
    cv::cvtColor(small, gray, cv::COLOR_RGB2GRAY);
  else
    gray = small;
  return page_image(gray, {});
}

PageImage evened_gray(const PageImage& gray, int block) {
  cv::Mat even;
  cv::blur(view_of(gray), even, {3, 3});
  for (int y = 0; y < even.rows; y += block)
    for (int x = 0; x < even.cols; x += block) {
      cv::Mat place = even(cv::Rect(x, y, std::min(block, even.cols - x), std::min(block, even.rows - y)));
      double paper = 0;
      cv::minMaxLoc(place, nullptr, &paper);
      place.convertTo(place, CV_8U, kPaper / std::max(1.0, paper));
    }
  return page_image(even, {});
}

}  // namespace sogoc
