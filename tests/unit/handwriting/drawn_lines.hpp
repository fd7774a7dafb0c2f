#pragma once

// Lines of figures and letters drawn with a pen of one width, for tests.

#include <string>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "pipeline/core/image.hpp"

namespace sogoc::handwriting {

inline PageImage image_of(const cv::Mat& pixels) {
  const PixelFormat format = pixels.channels() == 3 ? PixelFormat::rgb8 : PixelFormat::gray8;
  const cv::Mat whole = pixels.isContinuous() ? pixels : pixels.clone();
  return PageImage::create(
             {whole.cols, whole.rows}, format, {},
             std::vector<std::uint8_t>(whole.data, whole.data + whole.total() * whole.elemSize()))
      .value();
}

inline cv::Mat written(const std::string& text, double scale = 2, int pen = 4,
                       cv::Size margin = {40, 40}, int paper = 235, int ink = 40) {
  int below = 0;
  const cv::Size size = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, scale, pen, &below);
  cv::Mat page(size.height + below + 2 * margin.height, size.width + 2 * margin.width, CV_8UC1,
               cv::Scalar(paper));
  cv::putText(page, text, {margin.width, margin.height + size.height}, cv::FONT_HERSHEY_SIMPLEX,
              scale, cv::Scalar(ink), pen, cv::LINE_AA);
  return page;
}

}  // namespace sogoc::handwriting
