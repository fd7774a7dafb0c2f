#include "workers/ocr/reading_order.hpp"

#include <gtest/gtest.h>

namespace sogoc::ocr {
namespace {

PlacedLine line(int left, int top, int right, const char* text = "") {
  return {{left, top, right, top + 40}, text};
}

using Order = std::vector<std::size_t>;

TEST(ReadingOrder, OfNothingIsNothing) { EXPECT_TRUE(reading_order({}).empty()); }

TEST(ReadingOrder, RunsDownOneColumn) {
  EXPECT_EQ(reading_order({line(100, 300, 2000), line(100, 100, 2000), line(100, 200, 900)}),
            (Order{1, 2, 0}));
}

TEST(ReadingOrder, TakesTheLeftColumnOfTheLetterHeadFirst) {
  EXPECT_EQ(reading_order({line(200, 100, 800), line(1100, 100, 2200), line(250, 160, 750),
                           line(1300, 160, 2000), line(300, 280, 700), line(1200, 280, 2100),
                           line(300, 460, 2200)}),
            (Order{0, 2, 4, 1, 3, 5, 6}));
}

TEST(ReadingOrder, TheAddresseeClosesTheLetterHead) {
  EXPECT_EQ(reading_order({line(200, 100, 800), line(1100, 100, 2200), line(250, 160, 750),
                           line(1300, 160, 2000), line(500, 260, 900, "Kính gửi:"),
                           line(900, 320, 1900)}),
            (Order{0, 2, 1, 3, 4, 5}));
}

TEST(ReadingOrder, RecipientsComeBeforeTheSigner) {
  EXPECT_EQ(reading_order({line(100, 100, 2200), line(100, 300, 400), line(1400, 300, 2000),
                           line(100, 350, 700), line(1500, 360, 1900), line(100, 400, 700),
                           line(1400, 480, 2000)}),
            (Order{0, 1, 3, 5, 2, 4, 6}));
}

TEST(ReadingOrder, ALonePairReadsAsARow) {
  EXPECT_EQ(reading_order({line(100, 100, 500), line(900, 100, 1500), line(100, 160, 450)}),
            (Order{0, 1, 2}));
}

TEST(ReadingOrder, ThreeColumnsReadRowByRow) {
  EXPECT_EQ(reading_order({line(100, 100, 300), line(500, 100, 700), line(900, 100, 1100),
                           line(100, 160, 300), line(500, 160, 700), line(900, 160, 1100)}),
            (Order{0, 1, 2, 3, 4, 5}));
}

Region region(RegionKind kind, BoxPx box, const char* text) {
  Region made;
  made.kind = kind;
  made.box = box;
  TextLine one;
  one.words.push_back({text, box, {}});
  one.box = box;
  made.lines.push_back(one);
  return made;
}

TEST(Arrange, FootnotesAndMarksComeAfterTheBody) {
  const auto out = arrange({region(RegionKind::stamp, {0, 0, 50, 40}, "ĐẾN"),
                            region(RegionKind::footnote, {0, 900, 500, 930}, "1"),
                            region(RegionKind::text, {0, 100, 500, 140}, "a"),
                            region(RegionKind::page_number, {240, 20, 260, 60}, "2")});
  ASSERT_EQ(out.size(), 4u);
  EXPECT_EQ(out[0].kind, RegionKind::page_number);
  EXPECT_EQ(out[1].kind, RegionKind::text);
  EXPECT_EQ(out[2].kind, RegionKind::footnote);
  EXPECT_EQ(out[3].kind, RegionKind::stamp);
}

}  // namespace
}  // namespace sogoc::ocr
