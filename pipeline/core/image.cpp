#include "pipeline/core/image.hpp"

namespace sogoc {

std::size_t PageImage::stride_of(int width, PixelFormat format) {
  const auto w = static_cast<std::size_t>(width);
  switch (format) {
    case PixelFormat::bit1: return (w + 7) / 8;
    case PixelFormat::gray8: return w;
    case PixelFormat::rgb8: return 3 * w;
  }
  return w;
}

Result<PageImage> PageImage::create(SizePx size, PixelFormat format, Resolution resolution,
                                    std::vector<std::uint8_t> pixels) {
  if (size.width <= 0 || size.height <= 0)
    return fail(ErrorCode::invalid_input, Retry::never, "image", "it has no pixels");
  if (pixels.size() != stride_of(size.width, format) * static_cast<std::size_t>(size.height))
    return fail(ErrorCode::invalid_input, Retry::never, "image",
                "its pixel buffer does not fit its size");
  PageImage image;
  image.size_ = size;
  image.format_ = format;
  image.resolution_ = resolution;
  image.pixels_ = std::make_shared<const std::vector<std::uint8_t>>(std::move(pixels));
  return image;
}

PageImage PageImage::with_resolution(Resolution resolution) const {
  PageImage image = *this;
  image.resolution_ = resolution;
  return image;
}

std::string_view name(PixelFormat format) {
  switch (format) {
    case PixelFormat::bit1: return "bit1";
    case PixelFormat::gray8: return "gray8";
    case PixelFormat::rgb8: return "rgb8";
  }
  return "gray8";
}

}  // namespace sogoc
