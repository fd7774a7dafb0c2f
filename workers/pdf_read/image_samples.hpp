#pragma once

// Private to this folder. Plain samples of a PDF image and the pixels they stand for.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "pipeline/core/image.hpp"
#include "workers/pdf_read/image_facts.hpp"

namespace sogoc::pdf {

[[nodiscard]] std::size_t row_bytes(int width, int components, int bits);

// Plain samples as stored in the PDF to pixels as shown, but for /Decode (which only CMYK heeds).
// `samples` holds every row whole, and the colour space is known.
[[nodiscard]] Result<PageImage> pixels_of_samples(std::span<const std::uint8_t> samples,
                                                  const ImageFacts& facts);

// Where samples lie within the ranges of /Mask, the picture is not painted: black in the result.
[[nodiscard]] std::optional<PageImage> colour_key_mask(QPDFObjectHandle key,
                                                       std::span<const std::uint8_t> samples,
                                                       const ImageFacts& facts);

[[nodiscard]] PageImage inverted(const PageImage& image);
[[nodiscard]] Result<PageImage> to_gray(const PageImage& image);
[[nodiscard]] std::vector<std::uint8_t> deflated(std::span<const std::uint8_t> bytes);

}  // namespace sogoc::pdf
