#pragma once

// Between PageImage and cv::Mat. Private to this folder: nothing outside sees OpenCV.

#include <opencv2/core.hpp>

#include "pipeline/core/image.hpp"

namespace sogoc::image {

// The pixels of a gray8 or rgb8 image, shared, never to be written. Lives as long as `image`.
[[nodiscard]] cv::Mat view_of(const PageImage& image);

// gray8 pixels (0 = black) of a part of a bit1 image.
[[nodiscard]] cv::Mat unpacked(const PageImage& bilevel, const BoxPx& part);

// Any image as gray8; shares pixels when it is gray8 and the part is the whole.
[[nodiscard]] cv::Mat gray_of(const PageImage& image, const BoxPx& part);

// A part of any image in its own channels (bit1 becomes gray8); shares pixels where it can.
[[nodiscard]] cv::Mat channels_of(const PageImage& image, const BoxPx& part);

// A new image with a copy of these pixels: one channel gives gray8, three give rgb8.
[[nodiscard]] PageImage page_image(const cv::Mat& pixels, Resolution resolution);

// A new bit1 image: black where `gray` is below `threshold`.
[[nodiscard]] PageImage packed(const cv::Mat& gray, int threshold, Resolution resolution);

[[nodiscard]] inline BoxPx whole(const PageImage& image) {
  return {0, 0, image.size().width, image.size().height};
}
[[nodiscard]] inline cv::Rect rect_of(const BoxPx& box) {
  return {box.left, box.top, box.width(), box.height()};
}
[[nodiscard]] inline BoxPx box_of(const cv::Rect& rect) {
  return {rect.x, rect.y, rect.x + rect.width, rect.y + rect.height};
}

}  // namespace sogoc::image
