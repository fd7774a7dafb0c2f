#include "workers/image/opencv_bridge.hpp"

#include <array>
#include <cassert>
#include <cstring>

#include <opencv2/imgproc.hpp>

namespace sogoc::image {
namespace {

using EightPixels = std::array<std::uint8_t, 8>;

// The eight gray pixels of every byte of a bit1 row.
const std::array<EightPixels, 256>& unpacking_table() {
  static const auto table = [] {
    std::array<EightPixels, 256> made{};
    for (unsigned byte = 0; byte < 256; ++byte)
      for (unsigned bit = 0; bit < 8; ++bit)
        made[byte][bit] = (byte & (0x80u >> bit)) != 0 ? 0 : 255;
    return made;
  }();
  return table;
}

void unpack_row(std::span<const std::uint8_t> bits, std::uint8_t* gray, int width) {
  const auto& table = unpacking_table();
  int x = 0;
  for (; x + 8 <= width; x += 8)
    std::memcpy(gray + x, table[bits[static_cast<std::size_t>(x / 8)]].data(), 8);
  if (x < width)
    std::memcpy(gray + x, table[bits[static_cast<std::size_t>(x / 8)]].data(),
                static_cast<std::size_t>(width - x));
}

}  // namespace

cv::Mat view_of(const PageImage& image) {
  assert(image.format() != PixelFormat::bit1);
  const int type = image.format() == PixelFormat::rgb8 ? CV_8UC3 : CV_8UC1;
  // OpenCV has no read-only Mat; nobody in this folder writes into a view.
  auto* pixels = const_cast<std::uint8_t*>(image.pixels().data());
  return {image.size().height, image.size().width, type, pixels, image.stride()};
}

cv::Mat unpacked(const PageImage& bilevel, const BoxPx& part) {
  assert(bilevel.format() == PixelFormat::bit1);
  cv::Mat gray(part.height(), bilevel.size().width, CV_8UC1);
  for (int y = 0; y < part.height(); ++y)
    unpack_row(bilevel.row(part.top + y), gray.ptr(y), gray.cols);
  return gray.colRange(part.left, part.right);
}

cv::Mat gray_of(const PageImage& image, const BoxPx& part) {
  const cv::Mat channels = channels_of(image, part);
  if (channels.channels() == 1) return channels;
  cv::Mat gray;
  cv::cvtColor(channels, gray, cv::COLOR_RGB2GRAY);
  return gray;
}

cv::Mat channels_of(const PageImage& image, const BoxPx& part) {
  if (image.format() == PixelFormat::bit1) return unpacked(image, part);
  return view_of(image)(rect_of(part));
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

PageImage packed(const cv::Mat& gray, int threshold, Resolution resolution) {
  const std::size_t stride = PageImage::stride_of(gray.cols, PixelFormat::bit1);
  std::vector<std::uint8_t> bits(stride * static_cast<std::size_t>(gray.rows), 0);
  for (int y = 0; y < gray.rows; ++y) {
    const std::uint8_t* from = gray.ptr(y);
    std::uint8_t* to = bits.data() + static_cast<std::size_t>(y) * stride;
    int x = 0;
    for (; x + 8 <= gray.cols; x += 8) {
      unsigned byte = 0;
      for (int i = 0; i < 8; ++i) byte = byte << 1 | (from[x + i] < threshold ? 1u : 0u);
      to[x / 8] = static_cast<std::uint8_t>(byte);
    }
    for (; x < gray.cols; ++x)
      if (from[x] < threshold)
        to[x / 8] = static_cast<std::uint8_t>(to[x / 8] | (0x80u >> (x % 8)));
  }
  auto image =
      PageImage::create({gray.cols, gray.rows}, PixelFormat::bit1, resolution, std::move(bits));
  assert(image);
  return std::move(*image);
}

}  // namespace sogoc::image
