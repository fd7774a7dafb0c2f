#pragma once

// Black and white view of a page: ruled lines apart, everything else as connected components.
// Pure: pixels in, boxes and runs out.

#include <cstdint>
#include <vector>

#include "pipeline/core/image.hpp"

namespace sogoc::ocr {

struct Run {  // black pixels [left, right) of row y
  int y = 0;
  int left = 0;
  int right = 0;
};

struct Component {
  BoxPx box;
  int pixels = 0;
  std::size_t first_run = 0;  // its runs are Ink::runs[first_run, first_run + run_count)
  std::size_t run_count = 0;
};

struct Rule {  // a straight ruled line, taken out of the components
  BoxPx box;
  bool horizontal = true;
};

// Units: pixels of the page it was made from. Runs of a component stand together, top to bottom.
struct Ink {
  SizePx size;
  double dpi = 0;
  std::vector<Run> runs;
  std::vector<Component> components;
  std::vector<Rule> rules;
  std::vector<Run> faint_runs;    // of `faint`: ink lighter than print that lay over print
  std::vector<Component> faint;
};

// Black pixels of a page: as they are for bit1; darker than the paper around them for the others.
// A pixel is one byte, 1 = black; rows without padding.
[[nodiscard]] std::vector<std::uint8_t> black_pixels(const PageImage& page);

// Brightness of a page, one byte a pixel, 0 = black.
[[nodiscard]] std::vector<std::uint8_t> gray_pixels(const PageImage& page);

// `dpi` scales what counts as a ruled line (longer than a third of an inch, thinner than a stem).
[[nodiscard]] Ink find_ink(const PageImage& page, double dpi);

}  // namespace sogoc::ocr
