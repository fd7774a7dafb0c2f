#pragma once

// Private to this folder. Pictures painted over one another, for reading only.

#include <cstdint>
#include <vector>

#include "pipeline/core/image.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc::pdf {

// White paper of a size, in gray or colour, on which pictures are painted.
//
// Thread: belongs to one thread.
// Units:  pixels; `place` maps the unit square (y down, first pixel at 0,0) to them.
class Canvas {
 public:
  Canvas(SizePx size, bool colour);

  // Same scale and whole-pixel places copy exactly; smaller is averaged, larger is repeated.
  // `mask` is gray8 with 255 = shown, or empty.
  void paint(const PageImage& picture, const PageImage& mask, const Affine& place);

  // bit1 when `bilevel`: darker than middle gray is black.
  [[nodiscard]] Result<PageImage> image(Resolution resolution, bool bilevel) const;

 private:
  SizePx size_;
  std::size_t channels_;
  std::vector<std::uint8_t> pixels_;
};

// Something drawn, without the paper under it.
struct Layer {
  PageImage colours;   // rgb8
  PageImage opacity;   // gray8, 255 = shown
};

// From the same thing on white and on black paper (rgb8): what differs tells how far one can see
// through it.
[[nodiscard]] Result<Layer> unmixed(const PageImage& on_white, const PageImage& on_black);

// Left and right exchanged.
[[nodiscard]] Result<PageImage> mirrored(const PageImage& image);

}  // namespace sogoc::pdf
