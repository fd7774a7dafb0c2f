// Numbers on sheets as they come: what follows is quiet, a gap, a repetition and a step back are doubted once.

#include <gtest/gtest.h>

#include "pipeline/capture/sheet_numbers.hpp"

namespace sogoc {
namespace {

// Numbers of sides in order, 0 = not read; a letter for each doubt: g gap, a again, b back, "." none.
std::string doubts(const NumberRules& rules, const std::vector<int>& numbers, const std::string& place = "top right") {
  SheetNumbers check(rules);
  std::string all;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] == 0) {
      all += ".";
      continue;
    }
    const auto at = static_cast<std::int64_t>(i);
    const auto doubt = check.next({at / rules.sides + 1, static_cast<int>(at % rules.sides), numbers[i], place});
    all += !doubt ? '.' : doubt->doubt == NumberDoubt::gap ? 'g' : doubt->doubt == NumberDoubt::again ? 'a' : 'b';
  }
  return all;
}

const NumberRules kSimplex{};
const NumberRules kDuplex{2, false, false, true};

TEST(SheetNumbersAsTheyCome, SheetsThatFollowAreQuietAndWhatIsNotReadIsNoDoubt) {
  EXPECT_EQ(doubts(kSimplex, {7, 8, 9, 0, 11, 12}), "......");
  EXPECT_EQ(doubts(kSimplex, {0, 0, 0}), "...");
  EXPECT_EQ(doubts(kSimplex, {17}), ".");
}

TEST(SheetNumbersAsTheyCome, AGapIsDoubtedOnceAndTheCountGoesOnFromThere) { EXPECT_EQ(doubts(kSimplex, {7, 8, 10, 11, 12}), "..g.."); }
TEST(SheetNumbersAsTheyCome, ARepetitionIsDoubted) { EXPECT_EQ(doubts(kSimplex, {7, 8, 8, 9, 10}), "..a.."); }
TEST(SheetNumbersAsTheyCome, AStepBackIsDoubted) { EXPECT_EQ(doubts(kSimplex, {7, 8, 6, 7}), "..b."); }
TEST(SheetNumbersAsTheyCome, AMisreadNumberIsDoubtedOnceAndTheNextIsNot) { EXPECT_EQ(doubts(kSimplex, {7, 8, 40, 10, 11}), "..g.."); }

TEST(SheetNumbersAsTheyCome, DocumentsOfADossierMayBeginAnewABookMayNot) {
  EXPECT_EQ(doubts(kSimplex, {2, 3, 4, 1, 2, 0, 2, 3}), "........");
  NumberRules book;
  book.begins_anew = false;
  EXPECT_EQ(doubts(book, {12, 13, 1, 15}), "..b.");
}

TEST(SheetNumbersAsTheyCome, SheetsOrPagesOfADuplexStackAreToldApart) {
  EXPECT_EQ(doubts(kDuplex, {1, 0, 2, 0, 3, 0, 5, 0}), "......g.");
  EXPECT_EQ(doubts(kDuplex, {21, 22, 23, 24, 27, 28}), "....g.");
  EXPECT_EQ(doubts(kDuplex, {21, 22, 23, 0, 25, 26}), "......");
}

TEST(SheetNumbersAsTheyCome, PagesOfAStackInTwoPassesCountByTwoAndItsBacksComeBackwards) {
  NumberRules fronts;
  fronts.other_side_apart = true;
  EXPECT_EQ(doubts(fronts, {1, 3, 5, 9, 11}), "...g.");
  NumberRules backs = fronts;
  backs.backwards = true;
  EXPECT_EQ(doubts(backs, {12, 10, 8, 4, 2}), "...g.");
}

TEST(SheetNumbersAsTheyCome, ACoverBeginsAnew) {
  SheetNumbers check(kSimplex);
  EXPECT_FALSE(check.next({1, 0, 9, "top right"}));
  check.begin_anew();
  EXPECT_FALSE(check.next({3, 0, 31, "top right"}));
  EXPECT_TRUE(check.next({4, 0, 31, "top right"}));
}

TEST(SheetNumbersAsTheyCome, ANumberAtAnotherPlaceIsOfAnotherKind) {
  SheetNumbers check(kSimplex);
  EXPECT_FALSE(check.next({1, 0, 9, "top right"}));
  EXPECT_FALSE(check.next({2, 0, 2, "top middle"}));
  EXPECT_FALSE(check.next({3, 0, 11, "top right"}));
  EXPECT_TRUE(check.next({4, 0, 11, "top right"}));
}

TEST(SheetNumbersAsTheyCome, WhatAFindingCarriesIsReadBack) {
  const auto read = number_in_detail(number_detail({3, 1, 12, "top right"}), 3, 1);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->number, 12);
  EXPECT_EQ(read->place, "top right");
  for (const char* broken : {"", "x", "12", "-3 top", "0 top"}) EXPECT_FALSE(number_in_detail(broken, 1, 0)) << broken;
}

}  // namespace
}  // namespace sogoc
