#include "workers/ocr/table.hpp"

#include <gtest/gtest.h>

#include "pipeline/core/page.hpp"

namespace sogoc::ocr {
namespace {

// A grid of columns and rows at the given places, each rule 4 pixels thick.
RuledGrid grid_of(const std::vector<int>& columns, const std::vector<int>& rows) {
  RuledGrid grid;
  grid.box = {columns.front(), rows.front(), columns.back() + 4, rows.back() + 4};
  for (const int x : columns) grid.rules.push_back({{x, rows.front(), x + 4, rows.back()}, false});
  for (const int y : rows) grid.rules.push_back({{columns.front(), y, columns.back(), y + 4}, true});
  return grid;
}

std::string spelled(const std::vector<CellLine>& order) {
  std::string text;
  for (const CellLine& cell : order) {
    if (!text.empty())
      text += cell.join == LineJoin::own_line ? '\n' : cell.join == LineJoin::cell ? '|' : ' ';
    text += static_cast<char>('a' + cell.line);
  }
  return text;
}

TEST(Table, ReadsRowByRowAndKeepsTheLinesOfACell) {
  const RuledGrid grid = grid_of({100, 200, 900, 1400}, {100, 200, 500});
  // The second row's first and last cell are centred beside a cell of three lines.
  const std::vector<BoxPx> boxes = {{110, 330, 140, 360},  {210, 230, 880, 260}, {120, 130, 180, 160},
                                    {300, 130, 700, 160},  {210, 330, 800, 360}, {910, 330, 1100, 360},
                                    {1000, 130, 1200, 160}, {210, 430, 600, 460}};
  EXPECT_EQ(spelled(order_table(grid, boxes, 300)), "c|d|g\na|b e h|f");
}

TEST(Table, ACellOverTwoRowsStandsInTheFirst) {
  RuledGrid grid = grid_of({100, 300, 900}, {100, 400});
  grid.rules.push_back({{300, 250, 900, 254}, true});  // parts the right column only
  const std::vector<BoxPx> boxes = {{400, 300, 800, 330}, {120, 230, 280, 260}, {400, 150, 800, 180}};
  EXPECT_EQ(spelled(order_table(grid, boxes, 300)), "b|c\na");
}

TEST(Table, AFrameAroundAPageIsNone) {
  const RuledGrid grid = grid_of({100, 2300}, {100, 3300});
  const std::vector<BoxPx> boxes = {{300, 200, 900, 230}, {1300, 200, 2000, 230}, {300, 300, 2000, 330}};
  EXPECT_TRUE(order_table(grid, boxes, 300).empty());
}

TEST(Table, WithoutLinesIsNone) {
  EXPECT_TRUE(order_table(grid_of({100, 300, 900}, {100, 400}), {}, 300).empty());
}

TEST(Table, IsOneLineARowInPlainText) {
  PageText text;
  Region table;
  table.kind = RegionKind::table;
  const auto line = [](const char* word, LineJoin join) {
    return TextLine{{{word, {0, 0, 9, 9}, {}}}, {0, 0, 9, 9}, 9, join};
  };
  table.lines = {line("1", LineJoin::own_line), line("Nội", LineJoin::cell),
                 line("dung", LineJoin::same_cell), line("2", LineJoin::own_line)};
  text.regions = {table};
  EXPECT_EQ(body_text(text), "1\tNội dung\n2\n");
}

}  // namespace
}  // namespace sogoc::ocr
