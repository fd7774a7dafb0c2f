#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"
#include "pipeline/core/units.hpp"

namespace sogoc {

enum class PixelFormat : std::uint8_t {
  bit1,   // packed, most significant bit first, 1 = black; rows padded to whole bytes
  gray8,  // 0 = black
  rgb8,   // interleaved sRGB
};

// The picture of one page, in memory.
//
// Owner:  shares one immutable pixel buffer; copying a PageImage copies a pointer.
// Thread: safe to read from any thread. Nothing can write: a step that changes
//         pixels makes a new PageImage.
// Units:  pixels; rows are packed (stride() bytes, no padding beyond bit1's whole bytes);
//         resolution is that of this image; 0 x 0 when the file does not say.
class PageImage {
 public:
  // An image without pixels; size() is 0 x 0.
  PageImage() = default;

  // Fails with invalid_input when the buffer is not exactly stride x height bytes, or
  // when a side is not positive.
  [[nodiscard]] static Result<PageImage> create(SizePx size, PixelFormat format,
                                                Resolution resolution,
                                                std::vector<std::uint8_t> pixels);

  [[nodiscard]] SizePx size() const { return size_; }
  [[nodiscard]] PixelFormat format() const { return format_; }
  [[nodiscard]] Resolution resolution() const { return resolution_; }
  [[nodiscard]] std::size_t stride() const { return stride_of(size_.width, format_); }
  [[nodiscard]] std::span<const std::uint8_t> pixels() const {
    return pixels_ ? std::span<const std::uint8_t>(*pixels_) : std::span<const std::uint8_t>();
  }
  [[nodiscard]] std::span<const std::uint8_t> row(int y) const {
    return pixels().subspan(static_cast<std::size_t>(y) * stride(), stride());
  }
  [[nodiscard]] bool empty() const { return !pixels_; }
  // The same pixels with another resolution.
  [[nodiscard]] PageImage with_resolution(Resolution resolution) const;

  [[nodiscard]] static std::size_t stride_of(int width, PixelFormat format);

 private:
  SizePx size_;
  PixelFormat format_ = PixelFormat::gray8;
  Resolution resolution_;
  std::shared_ptr<const std::vector<std::uint8_t>> pixels_;
};

[[nodiscard]] std::string_view name(PixelFormat format);

}  // namespace sogoc
