#pragma once

// A small map of the page on which every judgement is made; no step but the last touches the
// full picture. About 150..200 dpi for A4, whatever the scan has.
//
// Units: map pixels, unless a name says mm. `reduction` page pixels make one map pixel.

#include <vector>

#include <opencv2/core.hpp>

#include "pipeline/core/image.hpp"
#include "workers/image/geometry.hpp"

namespace sogoc::image {

// Ink that hangs together: a letter, a mark, a rule, a seal.
struct Component {
  cv::Rect box;
  int area = 0;          // ink pixels
  double darkness = 0;   // mean, 0 = paper .. 1 = black
  double deepest = 0;    // of its darkest pixel
  bool removed = false;  // border or punch hole: not part of the content

  [[nodiscard]] double fill() const { return double(area) / box.area(); }
};

struct PageMap {
  Placement page;  // cropped, square pixels, turned as the file asks: what the map maps
  int reduction = 1;
  bool bilevel = false;
  cv::Mat gray;               // the paper evened out: 255 = paper, 0 = black
  cv::Mat scanned;            // gray as scanned
  cv::Mat colour;             // RGB as scanned; empty when the master has none
  cv::Mat ink;                // 255 = ink
  cv::Mat labels;             // CV_32S: 1 + index into components
  double paper_level = 255;   // gray of the paper as scanned
  bool uneven_paper = false;  // shadows: the background must be evened out before reading
  std::vector<Component> components;
  double map_dpi = 150;  // set once the resolution is known

  [[nodiscard]] double px(double mm) const { return mm * map_dpi / 25.4; }
  [[nodiscard]] double mm(double map_px) const { return map_px * 25.4 / map_dpi; }
  [[nodiscard]] cv::Rect frame() const { return {0, 0, ink.cols, ink.rows}; }
};

[[nodiscard]] PageMap map_of(const PageImage& master, const Placement& page);

// Letters and marks by size: 0.8 to 9 mm high, not a rule, not a blot. Needs map_dpi.
[[nodiscard]] bool looks_like_letters(const Component& component, const PageMap& map);

// The box around all content that was not removed; empty when there is none. Page pixels.
[[nodiscard]] BoxPx content_box(const PageMap& map);

}  // namespace sogoc::image
