#include "workers/ocr/reading_order.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include "workers/ocr/layout_words.hpp"

namespace sogoc::ocr {
namespace {

int overlap_y(const BoxPx& a, const BoxPx& b) {
  return std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
}

bool side_by_side(const BoxPx& a, const BoxPx& b) {
  const int gap = std::max(a.left, b.left) - std::min(a.right, b.right);
  return gap > 0 && overlap_y(a, b) * 5 >= 2 * std::min(a.height(), b.height());
}

// Two columns grow downwards from a pair of lines side by side, until a line crosses the gutter, a
// wide blank comes, or a line says that it begins something new.
class Orderer {
 public:
  Orderer(const std::vector<BoxPx>& boxes, const std::vector<bool>& begins)
      : boxes_(boxes), begins_(begins) {
    std::vector<int> heights;
    for (const BoxPx& box : boxes) heights.push_back(box.height());
    if (heights.empty()) return;
    const auto half = heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2);
    std::nth_element(heights.begin(), half, heights.end());
    height_ = *half;
  }

  std::vector<std::size_t> order(std::vector<std::size_t> lines) const {
    std::sort(lines.begin(), lines.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(boxes_[a].top + boxes_[a].bottom, boxes_[a].left) <
             std::pair(boxes_[b].top + boxes_[b].bottom, boxes_[b].left);
    });
    std::vector<std::size_t> out;
    std::vector<bool> done(lines.size(), false);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (done[i]) continue;
      std::vector<std::size_t> row = {i};
      for (std::size_t j = i + 1; j < lines.size(); ++j) {
        if (done[j]) continue;
        const auto beside = [&](std::size_t k) {
          return side_by_side(boxes_[lines[k]], boxes_[lines[j]]);
        };
        if (boxes_[lines[j]].top > boxes_[lines[i]].bottom) break;
        if (std::all_of(row.begin(), row.end(), beside)) row.push_back(j);
      }
      if (row.size() == 2 && grow_columns(lines, done, row, out)) continue;
      std::sort(row.begin(), row.end(), [&](std::size_t a, std::size_t b) {
        return boxes_[lines[a]].left < boxes_[lines[b]].left;
      });
      for (const std::size_t k : row) {
        done[k] = true;
        out.push_back(lines[k]);
      }
    }
    return out;
  }

 private:
  // False when there is but one row of two, which reads as a row.
  bool grow_columns(const std::vector<std::size_t>& lines, std::vector<bool>& done,
                    const std::vector<std::size_t>& pair, std::vector<std::size_t>& out) const {
    std::size_t first = pair[0], second = pair[1];
    if (boxes_[lines[first]].left > boxes_[lines[second]].left) std::swap(first, second);
    std::vector<std::size_t> left = {first}, right = {second};
    int gutter_left = boxes_[lines[first]].right, gutter_right = boxes_[lines[second]].left;
    int bottom = std::max(boxes_[lines[first]].bottom, boxes_[lines[second]].bottom);
    for (std::size_t j = std::min(first, second) + 1; j < lines.size(); ++j) {
      if (done[j] || j == first || j == second) continue;
      const BoxPx& box = boxes_[lines[j]];
      const int narrowest = std::max(2, height_ / 4);
      // A signer's name stands far below the title: there the signature is.
      const bool is_right = box.left >= gutter_left + narrowest && box.right > gutter_right;
      if (begins_[lines[j]] || box.top - bottom > (is_right ? 10 : 3.2) * height_) break;
      if (box.right <= gutter_right - narrowest && box.left < gutter_left) {
        left.push_back(j);
        gutter_left = std::max(gutter_left, box.right);
      } else if (is_right) {
        right.push_back(j);
        gutter_right = std::min(gutter_right, box.left);
      } else {
        break;
      }
      bottom = std::max(bottom, box.bottom);
    }
    if (right.size() < 2) return false;
    for (const auto* column : {&left, &right}) {
      std::vector<std::size_t> members;
      for (const std::size_t k : *column) {
        done[k] = true;
        members.push_back(lines[k]);
      }
      const std::vector<std::size_t> ordered = order(std::move(members));
      out.insert(out.end(), ordered.begin(), ordered.end());
    }
    return true;
  }

  const std::vector<BoxPx>& boxes_;
  const std::vector<bool>& begins_;
  int height_ = 1;
};

}  // namespace

std::vector<std::size_t> reading_order(const std::vector<PlacedLine>& lines) {
  std::vector<BoxPx> boxes;
  std::vector<bool> begins;
  for (const PlacedLine& line : lines) {
    boxes.push_back(line.box);
    begins.push_back(begins_block(line.text));
  }
  std::vector<std::size_t> all(lines.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return Orderer(boxes, begins).order(std::move(all));
}

std::vector<Region> arrange(std::vector<Region> regions) {
  std::vector<PlacedLine> placed;
  std::vector<std::pair<std::size_t, std::size_t>> line_of;  // region, line
  for (std::size_t r = 0; r < regions.size(); ++r) {
    if (regions[r].kind != RegionKind::text) continue;
    for (std::size_t l = 0; l < regions[r].lines.size(); ++l) {
      placed.push_back({regions[r].lines[l].box, text_of(regions[r].lines[l])});
      line_of.emplace_back(r, l);
    }
  }
  std::vector<Region> out;
  std::vector<Region> last;
  for (const std::size_t i : reading_order(placed)) {
    const auto [r, l] = line_of[i];
    TextLine& line = regions[r].lines[l];
    const bool continues =
        !out.empty() &&
        line.box.top - out.back().lines.back().box.bottom < 1.3 * line.box.height() &&
        line.box.top > out.back().lines.back().box.top &&
        std::min(line.box.right, out.back().box.right) >
            std::max(line.box.left, out.back().box.left);
    if (!continues) {
      out.push_back({.kind = RegionKind::text,
                     .box = {},
                     .lines = {},
                     .illegible = false,
                     .confidence = regions[r].confidence,
                     .source = regions[r].source});
    }
    out.back().box = united(out.back().box, line.box);
    out.back().lines.push_back(std::move(line));
  }
  std::vector<Region> footnotes;
  for (Region& region : regions) {
    if (region.kind == RegionKind::text) continue;
    if (region.kind == RegionKind::footnote) {
      footnotes.push_back(std::move(region));
    } else if (is_body(region.kind)) {  // page numbers, tables: where they stand
      const auto after = std::find_if(out.begin(), out.end(), [&](const Region& other) {
        return other.box.top >= region.box.bottom;
      });
      out.insert(after, std::move(region));
    } else {
      last.push_back(std::move(region));
    }
  }
  for (auto* rest : {&footnotes, &last}) {
    for (Region& region : *rest) out.push_back(std::move(region));
  }
  return out;
}

}  // namespace sogoc::ocr
