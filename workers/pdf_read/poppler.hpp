#pragma once

// Private to this folder. Pages rendered and text taken out by poppler's programs, each in a
// process of its own with limits.

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/core/image.hpp"
#include "pipeline/core/page.hpp"
#include "pipeline/core/ports.hpp"
#include "workers/pdf_read/geometry.hpp"

namespace sogoc::pdf {

struct RenderedRange {
  int first_page = 1;      // counts from 1
  int last_page = 1;
  double dpi = 300;        // of the default unit of 1/72 inch: poppler knows no UserUnit
  bool annotations = false;
};

// rgb8, in displayed orientation, the visible box. Fails with limit_exceeded before rendering
// anything larger than settings.max_pixels (`page_points` is the largest page's displayed size).
[[nodiscard]] Result<std::vector<PageImage>> render_pages(const std::filesystem::path& file,
                                                          const RenderedRange& range,
                                                          double page_points_wide,
                                                          double page_points_high,
                                                          const ReadingSettings& settings,
                                                          const std::string& subject);

struct TextWord {
  std::string text;        // UTF-8, NFC
  Rect box;                // points, displayed orientation, origin top left, y down
};
struct TextBlock {
  std::vector<std::vector<TextWord>> lines;
};

// One entry a page, blocks in poppler's reading order.
[[nodiscard]] Result<std::vector<std::vector<TextBlock>>> text_of_pages(
    const std::filesystem::path& file, int first_page, int last_page,
    const ReadingSettings& settings, const std::string& subject);

// The blocks as regions; `displayed_from_points` maps their points to pixels.
[[nodiscard]] std::vector<Region> regions_of(const std::vector<TextBlock>& blocks,
                                             const Affine& displayed_from_points,
                                             RegionKind kind);

// Why the text cannot be what the page shows: "" when nothing speaks against it.
[[nodiscard]] std::string why_garbage(const std::vector<TextBlock>& blocks);

// gray8 or bit1 where nothing is lost by it.
[[nodiscard]] PageImage without_needless_colour(const PageImage& rgb);

}  // namespace sogoc::pdf
