// A lost text is the worst mistake: everything that could be writing keeps a page.

#include <gtest/gtest.h>

#include "tests/support/page_painter.hpp"
#include "tests/unit/image/straightened.hpp"

namespace sogoc::test {
namespace {

TEST(Blank, AnEmptySheetIsBlank) {
  EXPECT_TRUE(straightened(PagePainter::a4().bilevel()).quality.blank);
  EXPECT_TRUE(straightened(PagePainter::a4(200).gray()).quality.blank);
  EXPECT_TRUE(straightened(PagePainter::a4(200, {240, 232, 210}).colour()).quality.blank);
}

TEST(Blank, SpecksEdgesAndPunchHolesDoNotKeepASheet) {
  auto page = PagePainter::a4();
  page.specks(60).rectangle({0, 3440, 2480, 3507}).disc({130, 1300}, 35).disc({130, 2200}, 35);
  const StraightPage straight = straightened(page.bilevel());
  EXPECT_TRUE(straight.quality.blank);
  EXPECT_FALSE(straight.quality.show_through);
  EXPECT_TRUE(has_finding(straight, "dark_border"));
  EXPECT_TRUE(has_finding(straight, "punch_holes"));
}

TEST(Blank, OneShortWordKeepsAPage) {
  auto page = PagePainter::a4();
  page.word(1200, 900, 3);
  EXPECT_FALSE(straightened(page.bilevel()).quality.blank);
  EXPECT_FALSE(straightened(page.gray()).quality.blank);
}

TEST(Blank, APageNumberAloneKeepsAPage) {
  auto page = PagePainter::a4();
  page.stroke({1240, 150}, {1240, 185}, 5);  // a 1 of 9 point type
  EXPECT_FALSE(straightened(page.bilevel()).quality.blank);
}

TEST(Blank, PencilKeepsAPage) {
  auto page = PagePainter::a4(300, {250, 250, 248});
  page.word(900, 1200, 6, 3, {165, 165, 165});
  EXPECT_FALSE(straightened(page.gray()).quality.blank);
}

TEST(Blank, PaleInkFromTheOtherSideIsShowThrough) {
  auto page = PagePainter::a4(200, {250, 250, 248});
  page.text(page.inside_margins(), 5, {222, 222, 220});
  const StraightPage straight = straightened(page.gray());
  EXPECT_TRUE(straight.quality.blank);
  EXPECT_TRUE(straight.quality.show_through);
}

TEST(Blank, VeryPaleLettersAreShownToAPerson) {
  auto page = PagePainter::a4(200, {250, 250, 248});
  page.text(page.inside_margins(), 5, {190, 190, 190});
  const StraightPage straight = straightened(page.gray());
  EXPECT_TRUE(!straight.quality.blank || !straight.doubts.empty());
}

TEST(Blank, BlackInkWithinASealThatShinesThroughKeepsAPage) {
  auto page = PagePainter::a4(200, {252, 252, 252});
  page.ring({800, 1500}, page.px(18.4), page.px(1.0), {250, 222, 224});
  page.ring({800, 1500}, page.px(15), page.px(2), {250, 222, 224});
  EXPECT_TRUE(straightened(page.colour()).quality.blank);
  page.word(760, 1500, 3);
  EXPECT_FALSE(straightened(page.colour()).quality.blank);
}

TEST(Blank, ARedNoteAloneKeepsAPage) {
  auto page = PagePainter::a4();
  page.word(900, 1200, 6, 3, kSealRed);
  EXPECT_FALSE(straightened(page.colour()).quality.blank);
}

}  // namespace
}  // namespace sogoc::test
