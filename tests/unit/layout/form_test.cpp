#include <gtest/gtest.h>

#include "tests/unit/layout/drawn_page.hpp"
#include "workers/layout/cell_ink.hpp"
#include "workers/layout/cell_picture.hpp"
#include "workers/layout/form_places.hpp"
#include "workers/layout/tick_boxes.hpp"

namespace sogoc::layout {
namespace {

using test::DrawnPage;

void leader(DrawnPage& page, double x0, double x1, double y) {
  for (double x = x0; x < x1; x += 7.5) page.painter.stroke({x, y}, {x + 1.5, y}, 2);
}

std::vector<WritingLine> lines_of(const DrawnPage& page) {
  return find_writing_lines(find_rulings(page.painter.gray(), page.dpi).map, page.dpi);
}

TEST(WritingLines, DotLeadersAreLinesAndTheFrameAroundThemIsNone) {
  DrawnPage page({1200, 900});
  page.grid({40, 1160}, {60, 800});
  for (int i = 0; i < 6; ++i) leader(page, 200, 1100, 160 + 60 * i);
  const auto lines = lines_of(page);
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_NEAR(lines[0].at(600), 160, 3);
  EXPECT_GT(lines[0].drawn(250, 1050), 0.9);
}

TEST(WritingLines, ALeaderWithWritingOverItIsStillOneLine) {
  DrawnPage page({1200, 900});
  for (int i = 0; i < 6; ++i) {
    leader(page, 200, 320, 160 + 60 * i);
    leader(page, 700, 1100, 160 + 60 * i);
  }
  EXPECT_EQ(lines_of(page).size(), 6u);
}

// Two labels on the first line, one on the second.
struct TwoLines {
  TwoLines() {
    for (int i = 0; i < 6; ++i) leader(page, 60, 1100, 160 + 60 * i);
    match.form = &form;
    match.entries = 1;
    match.labels = {{0, 0, {60, 140, 160, 160}, 160, 1},
                    {1, 0, {600, 140, 700, 160}, 160, 1},
                    {2, 0, {60, 200, 160, 220}, 220, 1}};
  }
  DrawnPage page{{1200, 900}};
  RegisterTemplate form;
  FormMatch match;
};

TEST(FormPlaces, AValueEndsAtTheNextLabelAndBelowTheLineAbove) {
  const TwoLines drawn;
  const auto lines = lines_of(drawn.page);
  const PageWords words{std::vector<PlacedWord>{}};
  const FormPlaces places(drawn.match, words, lines, {}, {1200, 900}, 150);
  const auto first = places.of(drawn.match.labels[0], false);
  ASSERT_FALSE(first.empty());
  EXPECT_LT(first[0].right, 600);
  EXPECT_GT(first[0].left, 160);
  const auto third = places.of(drawn.match.labels[2], false);
  EXPECT_GT(third[0].box().top, 160);
}

TEST(FormPlaces, LinesWithoutALabelGoOnWithTheValueAbove) {
  const TwoLines drawn;
  const auto lines = lines_of(drawn.page);
  const PageWords words{std::vector<PlacedWord>{}};
  const FormPlaces places(drawn.match, words, lines, {}, {1200, 900}, 150);
  EXPECT_EQ(places.of(drawn.match.labels[0], false).size(), 1u);
  EXPECT_GT(places.of(drawn.match.labels[2], false).size(), 1u);
}

TEST(FormPlaces, PrintThatEndsInAColonEndsAValueThoughNoTemplateKnowsIt) {
  const TwoLines drawn;
  const auto lines = lines_of(drawn.page);
  const PageWords words{std::vector<PlacedWord>{{"Lạ:", {400, 142, 450, 160}, 0.95, 1, 160}}};
  const FormPlaces places(drawn.match, words, lines, {}, {1200, 900}, 150);
  EXPECT_LT(places.of(drawn.match.labels[0], false)[0].right, 400);
}

class Ticks : public ::testing::Test {
 protected:
  std::optional<ReadValue> read(bool first, bool second) const {
    const std::vector<PageRegion> regions = {{"checkbox", {100, 100, 120, 120}, "", first},
                                             {"checkbox", {200, 100, 220, 120}, "", second}};
    const PageWords words{std::vector<PlacedWord>{{"Nam", {126, 102, 160, 120}, 0.9, 1, 120},
                                                  {"Nữ", {226, 102, 250, 120}, 0.9, 1, 120}}};
    return read_ticks({50, 80, 400, 140}, list, regions, words, 150);
  }
  CodeList list{"sex", {{"1", "Nam", {}, "", ""}, {"2", "Nữ", {}, "", ""}}};
};

TEST_F(Ticks, TheWordBesideTheTickedBoxIsTheValue) {
  const auto value = read(false, true);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->state, ValueState::read);
  EXPECT_EQ(value->text, "Nữ");
}

TEST_F(Ticks, TwoTickedBoxesAreIllegibleAndNoneIsEmpty) {
  EXPECT_EQ(read(true, true)->state, ValueState::illegible);
  EXPECT_EQ(read(true, true)->text, "");
  EXPECT_EQ(read(false, false)->state, ValueState::empty);
}

TEST(LineInk, WhatHangsDownFromTheLineAboveIsPaintedOver) {
  DrawnPage page({400, 60});
  page.painter.stroke({200, 0}, {204, 14}, 3);  // a tail from above
  page.painter.word(40, 42, 6, 1);
  PageImage picture = page.painter.gray();
  const CellInk ink = find_line_ink(picture, 44, 150);
  ASSERT_EQ(ink.lines.size(), 1u);
  EXPECT_LT(ink.box.right, 195);
  EXPECT_GT(int(picture.row(5)[201]), 200);
}

TEST(LineInk, DotsOfTheLeaderAreTakenAwayAndAToneMarkIsNot) {
  DrawnPage page({600, 60});
  leader(page, 10, 590, 44);
  page.painter.word(140, 42, 6, 1);
  page.painter.stroke({170, 50}, {172, 50}, 3);  // a dot below a letter
  PageImage picture = page.painter.gray();
  EXPECT_FALSE(find_line_ink(picture, 44, 150).box.empty());
  EXPECT_GT(int(picture.row(44)[400]), 200);
  EXPECT_LT(int(picture.row(50)[171]), 120);
}

TEST(LineInk, TheRuleThatPeopleWriteOnIsTakenAwayBetweenTheLetters) {
  DrawnPage page({600, 60});
  page.painter.stroke({0, 44}, {599, 44}, 2);
  for (double x = 150; x < 300; x += 30) page.painter.stroke({x, 20}, {x, 52}, 3);
  PageImage picture = page.painter.gray();
  const CellInk ink = find_line_ink(picture, 44, 150);
  ASSERT_EQ(ink.lines.size(), 1u);
  EXPECT_NEAR(ink.box.left, 149, 3);
  EXPECT_NEAR(ink.box.right, 272, 3);
  EXPECT_GT(int(picture.row(44)[165]), 200);  // between two letters
  EXPECT_LT(int(picture.row(44)[180]), 120);  // of a letter
}

TEST(CellInkTest, AFigureOneOnTheRulingIsPartOfTheWriting) {
  DrawnPage page({400, 100});
  page.painter.stroke({1, 46}, {1, 60}, 2);  // as tall as the letters beside it
  page.painter.word(10, 60, 5, 1);
  const CellInk with = find_cell_ink(page.painter.gray(), 150);
  EXPECT_TRUE(with.at_edge);
  EXPECT_LE(with.box.left, 2);
  DrawnPage rest({400, 100});
  rest.painter.stroke({1, 5}, {1, 20}, 2);  // what is left of the ruling, far from the writing
  rest.painter.word(60, 60, 5, 1);
  const CellInk without = find_cell_ink(rest.painter.gray(), 150);
  EXPECT_FALSE(without.at_edge);
  EXPECT_GT(without.box.left, 50);
}

TEST(CellInkTest, LettersThatHangTogetherAreNotStruckOut) {
  // Feet joined by one stroke, tails of two letters below it; then the same with the stroke in the midst.
  for (const bool struck : {false, true}) {
    DrawnPage page({400, 100});
    for (double x = 60; x < 260; x += 16) page.painter.stroke({x, 34}, {x, struck ? 58.0 : 46.0}, 3);
    page.painter.stroke({76, 46}, {72, 58}, 3).stroke({236, 46}, {232, 58}, 3);
    page.painter.stroke({55, 46}, {265, 46}, 2);
    const CellInk ink = find_cell_ink(page.painter.gray(), 150);
    ASSERT_EQ(ink.lines.size(), 1u);
    EXPECT_EQ(ink.lines[0].struck, struck);
  }
}

TEST(CellInkTest, ADotBelowALetterIsPartOfItsLine) {
  DrawnPage page({400, 100});
  page.painter.word(60, 50, 5, 1);
  const CellInk bare = find_cell_ink(page.painter.gray(), 150);
  ASSERT_EQ(bare.lines.size(), 1u);
  const int below = bare.lines[0].box.bottom;
  page.painter.rectangle({84, below + 2, 87, below + 5});  // as of "ọ"
  page.painter.rectangle({84, below + 30, 87, below + 33});  // dust
  const CellInk dotted = find_cell_ink(page.painter.gray(), 150);
  ASSERT_EQ(dotted.lines.size(), 1u);
  EXPECT_EQ(dotted.lines[0].box.bottom, below + 5);
}

TEST(CellInkTest, TwoLinesWhoseMarksAndTailsMeetAreTwo) {
  DrawnPage page({400, 140});
  page.painter.word(40, 50, 9, 1);
  page.painter.word(40, 76, 9, 2);
  for (int x = 60; x < 200; x += 24) page.painter.stroke({double(x), 48}, {double(x), 58}, 2);  // tails, marks
  EXPECT_EQ(find_cell_ink(page.painter.gray(), 150).lines.size(), 2u);
  DrawnPage one({400, 140});
  one.painter.word(40, 60, 9, 1);
  one.painter.stroke({70, 24}, {84, 40}, 4);  // a tall mark over a letter
  EXPECT_EQ(find_cell_ink(one.painter.gray(), 150).lines.size(), 1u);
}

TEST(CellInkTest, ALineGoesOnAsFarAsItsFadedInkDoes) {
  DrawnPage page({400, 100});
  page.painter.word(60, 60, 5, 1);
  const CellInk dark = find_cell_ink(page.painter.gray(), 150);
  EXPECT_FALSE(dark.faint);
  const PageImage picture = page.painter.gray();
  const int end = dark.box.right;
  page.painter.word(end + 8, 60, 3, 2);
  const PageImage both = page.painter.gray();
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < both.size().height; ++y)
    for (int x = 0; x < both.size().width; ++x) {
      const int value = both.row(y)[static_cast<std::size_t>(x)];
      pixels.push_back(static_cast<std::uint8_t>(x < end + 4 ? value : 255 - (255 - value) * 3 / 10));
    }
  const PageImage with = PageImage::create(both.size(), PixelFormat::gray8, both.resolution(), pixels).value();
  const CellInk faded = find_cell_ink(with, 150);
  EXPECT_TRUE(faded.faint);
  ASSERT_EQ(faded.lines.size(), 1u);
  EXPECT_GT(faded.lines[0].box.right, end + 20);
  EXPECT_EQ(find_cell_ink(picture, 150).box.right, end);
}

}  // namespace
}  // namespace sogoc::layout
