#pragma once

// Portable pixmaps (P4, P5, P6), the plainest way to get pictures out of poppler's tools.

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "pipeline/core/image.hpp"

namespace sogoc::test {

[[nodiscard]] inline std::optional<PageImage> read_pnm(const std::filesystem::path& file,
                                                       Resolution resolution = {}) {
  std::ifstream in(file, std::ios::binary);
  std::string magic;
  SizePx size;
  int most = 1;
  in >> magic >> size.width >> size.height;
  if (magic != "P4") in >> most;
  in.get();
  if (!in || size.width <= 0 || size.height <= 0 || size.width > 20'000 || size.height > 20'000)
    return std::nullopt;
  const PixelFormat format = magic == "P4"   ? PixelFormat::bit1
                             : magic == "P5" ? PixelFormat::gray8
                                             : PixelFormat::rgb8;
  std::vector<std::uint8_t> pixels(PageImage::stride_of(size.width, format) *
                                   static_cast<std::size_t>(size.height));
  in.read(reinterpret_cast<char*>(pixels.data()), static_cast<std::streamsize>(pixels.size()));
  if (!in) return std::nullopt;
  auto image = PageImage::create(size, format, resolution, std::move(pixels));
  if (!image) return std::nullopt;
  return std::move(*image);
}

}  // namespace sogoc::test
