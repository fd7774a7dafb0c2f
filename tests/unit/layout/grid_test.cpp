#include <gtest/gtest.h>

#include "tests/unit/layout/drawn_page.hpp"

namespace sogoc::layout {
namespace {

using test::DrawnPage;

const std::vector<double> kXs = {100, 300, 620, 900, 1400};
const std::vector<double> kYs = {100, 180, 280, 380, 480, 580};

// "0,0 1x1" for each cell, so that a difference is read at once.
std::vector<std::string> places(const Grid& grid) {
  std::vector<std::string> found;
  for (const GridCell& cell : grid.cells)
    found.push_back(std::to_string(cell.row) + "," + std::to_string(cell.col) + " " +
                    std::to_string(cell.row_span) + "x" + std::to_string(cell.col_span));
  return found;
}

std::size_t plain_cells(const Grid& grid) {
  return static_cast<std::size_t>(
      std::count_if(grid.cells.begin(), grid.cells.end(),
                    [](const GridCell& cell) { return cell.row_span * cell.col_span == 1; }));
}

TEST(Grid, APlainTableHasItsCells) {
  DrawnPage page;
  page.grid(kXs, kYs);
  const auto grids = page.grids();
  ASSERT_EQ(grids.size(), 1u);
  EXPECT_EQ(grids[0].rows, 5);
  EXPECT_EQ(grids[0].cols, 4);
  EXPECT_EQ(plain_cells(grids[0]), 20u);
  EXPECT_FALSE(grids[0].broken);
  const GridCell* cell = grids[0].at(1, 1);
  ASSERT_NE(cell, nullptr);
  EXPECT_NEAR(cell->box.left, 300, 4);
  EXPECT_NEAR(cell->box.top, 180, 4);
  EXPECT_NEAR(cell->box.right, 620, 4);
  EXPECT_NEAR(cell->box.bottom, 280, 4);
}

TEST(Grid, ATiltedAndBentTableIsTheSameTable) {
  for (const double tilt : {-0.03, 0.0, 0.03})
    for (const double bow : {0.0, 14.0}) {
      DrawnPage page;
      page.tilt = tilt;
      page.bow = bow;
      page.grid(kXs, kYs);
      const auto grids = page.grids();
      ASSERT_EQ(grids.size(), 1u) << tilt << " " << bow;
      EXPECT_EQ(plain_cells(grids[0]), 20u) << tilt << " " << bow;
      const PointPx want = page.place(620, 280);
      const GridCell* cell = grids[0].at(1, 1);
      ASSERT_NE(cell, nullptr);
      EXPECT_NEAR(cell->corners[2].x, want.x, 4);
      EXPECT_NEAR(cell->corners[2].y, want.y, 4);
    }
}

TEST(Grid, MergedHeadsSpanTheirColumns) {
  DrawnPage page;
  for (const double y : kYs)
    if (y != 180) page.line(100, y, 1400, y);
  page.line(300, 180, 900, 180);  // the group's head over two columns
  for (const double x : kXs) page.line(x, x == 620 ? 180 : 100, x, 580);
  const auto grids = page.grids();
  ASSERT_EQ(grids.size(), 1u);
  const std::vector<std::string> found = places(grids[0]);
  const std::vector<std::string> head(found.begin(), found.begin() + 5);
  EXPECT_EQ(head, (std::vector<std::string>{"0,0 2x1", "0,1 1x2", "0,3 2x1", "1,1 1x1", "1,2 1x1"}));
  EXPECT_FALSE(grids[0].broken);
}

// Writing: upright strokes of 2.4 mm, half of them above and half below `y`.
void write(DrawnPage& page, double from, double to, double y) {
  for (double x = from; x < to; x += 9) page.line(x, y - 7, x + 3, y + 7);
}

TEST(Grid, AnEntryCancelledWithARulerKeepsItsRow) {
  DrawnPage page;
  page.grid(kXs, kYs);
  write(page, 120, 240, 332);
  write(page, 320, 560, 332);
  write(page, 640, 800, 332);
  page.line(102, 331, 1398, 333);
  const auto grids = page.grids();
  ASSERT_EQ(grids.size(), 1u);
  EXPECT_EQ(grids[0].rows, 5);
  EXPECT_EQ(plain_cells(grids[0]), 20u);
  EXPECT_FALSE(grids[0].broken);
}

TEST(Grid, ALowRowWithWritingAboveAndBelowItsLineStays) {
  DrawnPage page;
  std::vector<double> ys = kYs;
  ys.insert(ys.begin() + 3, 330);  // two rows of half the height
  page.grid(kXs, ys);
  for (const double y : {308.0, 352.0}) write(page, 320, 560, y);
  const auto grids = page.grids();
  ASSERT_EQ(grids.size(), 1u);
  EXPECT_EQ(grids[0].rows, 6);
}

TEST(Grid, BrokenRulingsAreBridgedAndReported) {
  DrawnPage page;
  for (const double y : kYs) page.line(100, y, 1400, y, 2, {3, 4, 12, 25, 26});
  for (const double x : kXs) page.line(x, 100, x, 580, 2, {9, 10, 11, 12, 13, 14, 15, 30});
  const auto grids = page.grids();
  ASSERT_EQ(grids.size(), 1u);
  EXPECT_EQ(plain_cells(grids[0]), 20u);
}

TEST(Grid, AColumnWhoseLineIsGoneInOneRowIsStillAColumn) {
  DrawnPage page;
  for (const double y : kYs) page.line(100, y, 1400, y);
  for (const double x : kXs) {
    if (x != 620) page.line(x, 100, x, 580);
  }
  page.line(620, 100, 620, 380);
  page.line(620, 480, 620, 580);  // between 380 and 480 nothing is left
  const auto grids = page.grids();
  ASSERT_EQ(grids.size(), 1u);
  EXPECT_EQ(plain_cells(grids[0]), 20u);
  EXPECT_TRUE(grids[0].broken);
}

TEST(Grid, AWornTableWithHalfOfItsLinesGoneKeepsItsCells) {
  for (const double tilt : {0.0, 0.02}) {
    DrawnPage page;
    page.tilt = tilt;
    page.bow = tilt * 500;
    std::uint32_t seed = 7;
    // Stretches of four to nine pieces of forty are left out, over and over.
    const auto gaps = [&](int from) {
      std::vector<int> gone;
      for (int k = from; k < 40;) {
        seed = seed * 1664525u + 1013904223u;
        const int out = 4 + static_cast<int>((seed >> 16) % 6);
        for (int i = 0; i < out && k + i < 39; ++i) gone.push_back(k + i);
        k += out + 6;
      }
      return gone;
    };
    for (const double y : kYs) page.line(100, y, 1400, y, 2, gaps(2));
    // The head tells the columns: its own lines are there.
    for (const double x : kXs) page.line(x, 100, x, 580, 2, gaps(8));
    const auto grids = page.grids();
    ASSERT_EQ(grids.size(), 1u) << tilt;
    EXPECT_EQ(plain_cells(grids[0]), 20u) << tilt;
    EXPECT_TRUE(grids[0].broken);
  }
}

TEST(Grid, AStrokeThroughAWordIsNoRuling) {
  DrawnPage page;
  page.grid(kXs, kYs);
  page.scribble(320, 340, 10);
  page.line(315, 330, 470, 330, 3);
  const auto grids = page.grids();
  ASSERT_EQ(grids.size(), 1u);
  EXPECT_EQ(grids[0].rows, 5);
  EXPECT_EQ(plain_cells(grids[0]), 20u);
  EXPECT_FALSE(grids[0].broken);
}

TEST(Grid, AHeadingOverTheWholeWidthStaysOneCell) {
  DrawnPage page;
  for (const double y : kYs) page.line(100, y, 1400, y);
  for (const double x : kXs) {
    if (x == 100 || x == 1400) {
      page.line(x, 100, x, 580);
    } else {
      page.line(x, 100, x, 280);
      page.line(x, 380, x, 580);
    }
  }
  const auto grids = page.grids();
  ASSERT_EQ(grids.size(), 1u);
  const GridCell* cell = grids[0].at(2, 2);
  ASSERT_NE(cell, nullptr);
  EXPECT_EQ(cell->col_span, 4);
}

TEST(Grid, ALostRowOfManyEqualOnesIsFoundAgain) {
  DrawnPage page;
  std::vector<double> ys = {100, 190};
  for (int i = 1; i <= 9; ++i) ys.push_back(190 + 80 * i);
  for (const double y : ys)
    if (y != 190 + 80 * 5) page.line(100, y, 1400, y);
  for (const double x : kXs) page.line(x, ys.front(), x, ys.back());
  const auto grids = page.grids();
  ASSERT_EQ(grids.size(), 1u);
  EXPECT_EQ(grids[0].rows, 10);
  EXPECT_TRUE(grids[0].broken);
}

TEST(Grid, TextIsNoTable) {
  DrawnPage page;
  page.painter.text({100, 100, 1500, 1000}, 3);
  EXPECT_TRUE(page.grids().empty());
}

TEST(Grid, AFrameWithOneCellIsNoTable) {
  DrawnPage page;
  page.grid({100, 1400}, {100, 900});
  page.painter.text({150, 150, 1350, 850}, 3);
  EXPECT_TRUE(page.grids().empty());
}

TEST(Grid, AFadedHairLineIsStillARuling) {
  DrawnPage page;
  const test::Colour faded{205, 205, 200};
  for (const double y : kYs) page.painter.stroke({100, y}, {1400, y}, 1.2, faded);
  for (const double x : kXs) page.painter.stroke({x, 100}, {x, 580}, 1.2, faded);
  page.painter.text({110, 700, 1500, 1000}, 3);
  const auto grids = page.grids();
  ASSERT_EQ(grids.size(), 1u);
  EXPECT_EQ(plain_cells(grids[0]), 20u);
}

TEST(Grid, AnEmptyOrTinyPictureHasNone) {
  for (const SizePx size : {SizePx{1, 1}, SizePx{3, 400}, SizePx{40, 40}}) {
    std::vector<std::uint8_t> white(static_cast<std::size_t>(size.width * size.height), 255);
    const auto image = PageImage::create(size, PixelFormat::gray8, {}, std::move(white));
    ASSERT_TRUE(image);
    EXPECT_TRUE(find_grids(find_rulings(*image, 300), size, 300).empty());
  }
}

}  // namespace
}  // namespace sogoc::layout
