#pragma once

// Private to this folder. Scan or born-digital? Decided from what the content draws.

#include <string>
#include <vector>

#include "workers/pdf_read/content_walk.hpp"

namespace sogoc::pdf {

enum class PageMakeup : std::uint8_t {
  scan,           // nothing but pictures: they can be taken out as they are
  scan_with_ink,  // pictures, and text or lines over them: only a rendering shows both
  digital,        // its own visible text
  drawing,        // lines without text: perhaps letters drawn as outlines
  empty,
};

struct PageJudgement {
  PageMakeup makeup = PageMakeup::empty;
  std::vector<std::size_t> images;   // into PageContent::images; those not hidden, bottom to top
  bool ink_on_top = false;           // scan_with_ink: nothing but text and thin lines after the
                                     // last picture, so that it can be taken off as a layer
  bool hidden_text = false;          // an earlier recognition layer, invisible or under the scan
};

[[nodiscard]] PageJudgement judge_page(const PageContent& content, const PageGeometry& geometry);

// The part of the visible page that the boxes cover, 0..1.
[[nodiscard]] double covered_share(const std::vector<Rect>& boxes, const Rect& visible);

// Where the image can show: its bounds within clip and visible box, user space.
[[nodiscard]] Rect shown_box(const DrawnImage& image, const Rect& visible);

// Coarser of the two axes, in dots an inch of paper.
[[nodiscard]] double native_dpi(const DrawnImage& image, const PageGeometry& geometry);

inline constexpr double kFullPage = 0.85;  // an image that covers so much is the page's scan

}  // namespace sogoc::pdf
