#pragma once

// Reads figures that a pen wrote into a gap of a printed form. The page reader asks; who answers is
// decided in tools/sogoc/composition.cpp (workers/handwriting).

#include <string>

#include "pipeline/core/image.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc::ocr {

enum class FigureKind {
  number,       // "22", "2191": nothing else stands there
  number_line,  // "Số: 22/TTr": the figures before the notation are wanted
  date,         // "ngày 05 tháng 02 năm 2025", printed words and pen together
};

struct Figures {
  std::string text;       // "" when nothing legible of that kind stands there
  double confidence = 0;  // 0..1
};

// Thread: belongs to the thread that made it.
class FigureReader {
 public:
  virtual ~FigureReader() = default;
  // `line` holds one line of writing, upright, at any size. Fails with corrupt when its model is
  // damaged; a model that is not installed reads nothing, since the place is then shown as
  // handwritten, never as empty.
  [[nodiscard]] virtual Result<Figures> read(const PageImage& line, FigureKind kind) = 0;
};

}  // namespace sogoc::ocr
