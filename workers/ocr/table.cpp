#include "workers/ocr/table.hpp"

#include <algorithm>

#include "workers/ocr/reading_order.hpp"

namespace sogoc::ocr {
namespace {

struct Cell {
  BoxPx box;
  std::vector<std::size_t> lines;
};

// The cell around a point: the nearest rules on its four sides. Rules are broken by letters that
// touch them, so each reaches a little further than its ink.
BoxPx cell_at(const RuledGrid& grid, int x, int y, int slack) {
  BoxPx cell = grid.box;
  for (const Rule& rule : grid.rules) {
    const BoxPx& box = rule.box;
    if (rule.horizontal) {
      if (box.left - slack > x || box.right + slack < x) continue;
      const int at = (box.top + box.bottom) / 2;
      if (at <= y) cell.top = std::max(cell.top, at);
      if (at > y) cell.bottom = std::min(cell.bottom, at);
    } else {
      if (box.top - slack > y || box.bottom + slack < y) continue;
      const int at = (box.left + box.right) / 2;
      if (at <= x) cell.left = std::max(cell.left, at);
      if (at > x) cell.right = std::min(cell.right, at);
    }
  }
  return cell;
}

}  // namespace

std::vector<CellLine> order_table(const RuledGrid& grid, const std::vector<BoxPx>& boxes,
                                  double dpi) {
  const int slack = static_cast<int>(dpi / 12);  // 2 mm, less than any cell is wide or high
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const BoxPx at = cell_at(grid, (boxes[i].left + boxes[i].right) / 2,
                             (boxes[i].top + boxes[i].bottom) / 2, slack);
    const auto near = [&](int a, int b) { return std::abs(a - b) < slack; };
    const auto home = std::find_if(cells.begin(), cells.end(), [&](const Cell& cell) {
      return near(cell.box.left, at.left) && near(cell.box.top, at.top) &&
             near(cell.box.right, at.right) && near(cell.box.bottom, at.bottom);
    });
    if (home == cells.end()) {
      cells.push_back({at, {i}});
    } else {
      home->lines.push_back(i);
    }
  }
  const bool columns = std::any_of(cells.begin(), cells.end(), [&](const Cell& a) {
    return std::any_of(cells.begin(), cells.end(), [&](const Cell& b) {
      return a.box.right <= b.box.left + slack &&
             std::min(a.box.bottom, b.box.bottom) - std::max(a.box.top, b.box.top) > slack;
    });
  });
  if (!columns) return {};

  std::sort(cells.begin(), cells.end(),
            [](const Cell& a, const Cell& b) { return a.box.top < b.box.top; });
  std::vector<CellLine> order;
  for (auto row = cells.begin(); row != cells.end();) {
    auto end = row;
    while (end != cells.end() && end->box.top - row->box.top < slack) ++end;
    std::sort(row, end, [](const Cell& a, const Cell& b) { return a.box.left < b.box.left; });
    LineJoin join = LineJoin::own_line;
    for (; row != end; ++row) {
      std::vector<PlacedLine> placed;
      for (const std::size_t line : row->lines) placed.push_back({boxes[line], {}});
      for (const std::size_t k : reading_order(placed)) {
        order.push_back({row->lines[k], join});
        join = LineJoin::same_cell;
      }
      join = LineJoin::cell;
    }
  }
  return order;
}

}  // namespace sogoc::ocr
