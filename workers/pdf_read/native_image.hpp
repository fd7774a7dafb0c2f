#pragma once

// Private to this folder. An image of a PDF as a picture we can store (its coded bytes untouched
// wherever another PDF/A may hold them) and as pixels we can read.

#include <cstdint>
#include <optional>
#include <vector>

#include "pipeline/core/page.hpp"
#include "workers/pdf_read/content_walk.hpp"

namespace sogoc::pdf {

using Bytes = std::vector<std::uint8_t>;

struct CodedPicture {        // `data`, `icc_profile` and globals of the picture are not stored yet
  Picture picture;
  Bytes data;
  Bytes globals;
  Bytes icc;
};

struct NativeImage {
  CodedPicture coded;
  PageImage pixels;          // as shown: /Decode done, black is black
  std::optional<CodedPicture> mask;
  PageImage mask_pixels;     // gray8, 255 = shown; empty: opaque
  bool jbig2 = false;
  // A stencil: `pixels` is one pixel of its colour; it shines through where it does not paint.
  bool stencil = false;
};

// How an image mask is taken: alone on white paper it is a bilevel scan.
enum class MaskUse : std::uint8_t { stencil, scan };

// Nothing when the image uses what we cannot carry over exactly (Separation colours, mattes, odd
// /Decode arrays): the page must then be rendered. Fails with invalid_input (truncated, damaged)
// or limit_exceeded.
[[nodiscard]] Result<std::optional<NativeImage>> read_native_image(Document& document,
                                                                   const DrawnImage& drawn,
                                                                   MaskUse mask_use,
                                                                   const ReadingSettings& settings,
                                                                   const std::string& subject);

// Bytes to the sink; the picture then names them.
[[nodiscard]] Result<Picture> stored(const CodedPicture& coded, BlobSink& blobs);

// The smallest lossless coding: G4 for bit1, else flate.
[[nodiscard]] Result<CodedPicture> losslessly(const PageImage& image);
[[nodiscard]] Result<CodedPicture> as_jpeg(const PageImage& image, int quality);

}  // namespace sogoc::pdf
