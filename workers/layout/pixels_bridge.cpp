#include "workers/layout/pixels_bridge.hpp"

#include <cassert>
#include <cstring>

#include <opencv2/imgproc.hpp>

namespace sogoc::layout {

cv::Mat channels_of(const PageImage& page, const BoxPx& part) {
  if (page.format() != PixelFormat::bit1) {
    const int type = page.format() == PixelFormat::rgb8 ? CV_8UC3 : CV_8UC1;
    // OpenCV has no read-only Mat; nobody in this folder writes into a view.
    auto* pixels = const_cast<std::uint8_t*>(page.pixels().data());
    return cv::Mat(page.size().height, page.size().width, type, pixels,
                   page.stride())(cv::Rect(part.left, part.top, part.width(), part.height()));
  }
  cv::Mat gray(part.height(), part.width(), CV_8UC1);
  for (int y = 0; y < gray.rows; ++y) {
    const auto bits = page.row(part.top + y);
    std::uint8_t* row = gray.ptr(y);
    for (int x = 0; x < gray.cols; ++x) {
      const int at = part.left + x;
      row[x] = (bits[static_cast<std::size_t>(at / 8)] & (0x80u >> (at % 8))) != 0 ? 0 : 255;
    }
  }
  return gray;
}

cv::Mat reduced_gray(const PageImage& page, double reduction) {
  cv::Mat pixels = channels_of(page, {0, 0, page.size().width, page.size().height});
  cv::Mat gray;
  if (pixels.channels() == 3)
    cv::cvtColor(pixels, gray, cv::COLOR_RGB2GRAY);
  else
    gray = pixels;
  if (reduction <= 1) return gray.clone();
  cv::Mat small;
  cv::resize(gray, small, {}, 1 / reduction, 1 / reduction, cv::INTER_AREA);
  return small;
}

PageImage page_image(const cv::Mat& pixels, Resolution resolution) {
  const auto row_bytes = static_cast<std::size_t>(pixels.cols) * pixels.elemSize();
  std::vector<std::uint8_t> bytes(row_bytes * static_cast<std::size_t>(pixels.rows));
  for (int y = 0; y < pixels.rows; ++y)
    std::memcpy(bytes.data() + static_cast<std::size_t>(y) * row_bytes, pixels.ptr(y), row_bytes);
  const auto format = pixels.channels() == 3 ? PixelFormat::rgb8 : PixelFormat::gray8;
  auto image = PageImage::create({pixels.cols, pixels.rows}, format, resolution, std::move(bytes));
  assert(image);
  return std::move(*image);
}

}  // namespace sogoc::layout
