#include "workers/ocr/page_marks.hpp"

#include <algorithm>
#include <cstdlib>

namespace sogoc::ocr {
namespace {

BoxPx grown(BoxPx box, int by) {
  return {box.left - by, box.top - by, box.right + by, box.bottom + by};
}

// Rules that touch, or nearly, belong to one drawing.
std::vector<std::vector<Rule>> connected_rules(const Ink& ink, int reach) {
  std::vector<std::vector<Rule>> groups;
  for (const Rule& rule : ink.rules) {
    std::vector<Rule> group = {rule};
    for (auto it = groups.begin(); it != groups.end();) {
      const bool touches = std::any_of(it->begin(), it->end(), [&](const Rule& other) {
        return !intersection(grown(rule.box, reach), other.box).empty();
      });
      if (touches) {
        group.insert(group.end(), it->begin(), it->end());
        it = groups.erase(it);
      } else {
        ++it;
      }
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

// A frame has a left and a right side and at least one rule across; further verticals between make
// it a table.
void sort_frames_and_tables(const Ink& ink, PageMarks& marks) {
  const int reach = static_cast<int>(ink.dpi / 15);  // stamps print with gaps: 1.7 mm
  for (const auto& group : connected_rules(ink, reach)) {
    BoxPx box;
    for (const Rule& rule : group) box = united(box, rule.box);
    if (box.width() < ink.dpi * 0.6 || box.height() < ink.dpi * 0.18) continue;
    int sides = 0, inner = 0, across = 0;
    bool left = false, right = false;
    for (const Rule& rule : group) {
      if (rule.horizontal) {
        across += rule.box.width() * 2 > box.width();
        continue;
      }
      if (rule.box.height() * 3 < box.height()) continue;
      const int at_left = std::abs(rule.box.left - box.left);
      const int at_right = std::abs(rule.box.right - box.right);
      if (at_left <= reach) {
        left = true;
      } else if (at_right <= reach) {
        right = true;
      } else {
        ++inner;
      }
      ++sides;
    }
    const bool small = box.width() * 2 < ink.size.width && box.height() < ink.dpi * 1.6;
    if (across >= 1 && left && right && inner == 0 && small) {
      marks.frames.push_back(box);
    } else if (across >= 2 && sides >= 2 && !small) {
      marks.tables.push_back({box, group});
    }
  }
}

// Seals of Vietnamese offices are rings of 30 to 42 mm; a signature's strokes make no round box.
void sort_large_ink(const Ink& ink, const PageLines& lines, PageMarks& marks) {
  const auto is_seal = [&](const BoxPx& box) {
    const double smallest = ink.dpi * 26 / 25.4, largest = ink.dpi * 46 / 25.4;
    return box.width() > smallest && box.width() < largest && box.height() > smallest &&
           box.height() < largest && box.width() < 1.25 * box.height() &&
           box.height() < 1.25 * box.width();
  };
  std::vector<BoxPx> scrawls;
  for (const std::size_t c : lines.big) {
    const Component& component = ink.components[c];
    const BoxPx& box = component.box;
    const double cover = component.pixels / double(std::max<std::int64_t>(1, box.area()));
    if (is_seal(box) && cover < 0.6) {
      marks.seals.push_back(box);
      continue;
    }
    // Dark bands at the edge of the scan are nobody's hand.
    const bool edge = box.left <= 2 || box.top <= 2 || box.right >= ink.size.width - 2 ||
                      box.bottom >= ink.size.height - 2;
    const bool sliver = std::min(box.width(), box.height()) < 0.5 * lines.letter_height;
    if (!edge && !sliver) scrawls.push_back(box);
  }
  for (const Component& component : ink.faint)
    if (is_seal(component.box)) marks.seals.push_back(component.box);
  // Strokes of one signature lie close together.
  const int reach = static_cast<int>(lines.letter_height);
  for (BoxPx box : scrawls) {
    for (auto it = marks.scrawls.begin(); it != marks.scrawls.end();) {
      if (intersection(grown(box, reach), *it).empty()) {
        ++it;
      } else {
        box = united(box, *it);
        it = marks.scrawls.erase(it);
      }
    }
    marks.scrawls.push_back(box);
  }
}

// A rule from the left margin, shorter than half a line, with nothing but smaller print below.
void find_footnote_rule(const Ink& ink, const PageLines& lines, PageMarks& marks) {
  int left = ink.size.width, right = 0;
  for (const InkLine& line : lines.lines) {
    if (line.letters < 8) continue;
    left = std::min(left, line.core.left);
    right = std::max(right, line.core.right);
  }
  for (const Rule& rule : ink.rules) {
    const BoxPx& box = rule.box;
    if (!rule.horizontal || box.width() < ink.dpi * 0.7 || box.width() * 2 > right - left) continue;
    if (std::abs(box.left - left) > ink.dpi / 5 || box.top * 2 < ink.size.height) continue;
    int smaller = 0, as_large = 0;
    bool beside = false;
    for (const InkLine& line : lines.lines) {
      if (line.letters < 4) continue;
      const int middle = (line.core.top + line.core.bottom) / 2;
      if (middle > box.bottom) {
        (line.x_height < 0.93 * lines.letter_height ? smaller : as_large) += 1;
      }
      beside = beside || (middle > box.top - 2 * lines.letter_height && middle < box.bottom &&
                          line.core.left > box.right);
    }
    if (smaller > 0 && as_large * 4 <= smaller && !beside) {
      if (!marks.footnote_rule || box.top < marks.footnote_rule->top) marks.footnote_rule = box;
    }
  }
}

}  // namespace

PageMarks find_marks(const Ink& ink, const PageLines& lines) {
  PageMarks marks;
  sort_frames_and_tables(ink, marks);
  sort_large_ink(ink, lines, marks);
  find_footnote_rule(ink, lines, marks);
  return marks;
}

}  // namespace sogoc::ocr
