#pragma once

// Strokes that cancel a whole entry: long, thin, straight and slanting, alone or as a cross. Pure.

#include <vector>

#include "pipeline/core/image.hpp"

namespace sogoc::layout {

struct CancelStroke {
  PointPx from, to;  // left to right, upright pixels
};

// On the upright picture, because the reading picture may have lost its pen. `dpi` is that of the picture.
[[nodiscard]] std::vector<CancelStroke> find_cancel_strokes(const PageImage& upright, double dpi);

// Does one of them run through what stands in `entry`, over most of its height and a good part of its width?
[[nodiscard]] bool is_cancelled(const BoxPx& entry, const std::vector<CancelStroke>& strokes);

}  // namespace sogoc::layout
