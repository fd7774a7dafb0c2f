#include "workers/image/straightener.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "tests/support/page_painter.hpp"
#include "tests/support/turned_page.hpp"
#include "tests/unit/image/straightened.hpp"

namespace sogoc::test {
namespace {

PageImage page_of_text(double dpi = 200) {
  auto page = PagePainter::a4(dpi);
  return page.text(page.inside_margins()).bilevel();
}

// The share of dark pixels of a box in a gray8, rgb8 or bit1 image.
double darkness(const PageImage& image, const BoxPx& box) {
  int dark = 0;
  for (int y = box.top; y < box.bottom; ++y)
    for (int x = box.left; x < box.right; ++x) {
      const auto row = image.row(y);
      const auto at = static_cast<std::size_t>(x);
      if (image.format() == PixelFormat::bit1)
        dark += (row[at / 8] >> (7 - at % 8)) & 1;
      else
        dark += row[image.format() == PixelFormat::rgb8 ? at * 3 + 1 : at] < 128;
    }
  return dark / double(box.area());
}

TEST(Straightener, SharesThePixelsOfAPageThatNeedsNothing) {
  const PageImage master = page_of_text();
  const StraightPage straight = straightened(master);
  ASSERT_EQ(straight.parts.size(), 1u);
  EXPECT_EQ(straight.parts[0].upright_from_master, Affine{});
  EXPECT_EQ(straight.reading[0].pixels().data(), master.pixels().data());
  EXPECT_EQ(straight.upright[0].pixels().data(), master.pixels().data());
  EXPECT_FALSE(straight.quality.blank);
  EXPECT_EQ(straight.quality.paper, "A4");
  EXPECT_TRUE(straight.doubts.empty());
}

TEST(Straightener, RefusesAPageWithoutPixelsAndACropThatShowsNothing) {
  EXPECT_FALSE(Straightener().straighten(DecodedPage{}, {}));
  DecodedPage page = decoded(page_of_text(100));
  page.crop = {5000, 5000, 6000, 6000};
  const auto refused = Straightener().straighten(page, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
}

TEST(Straightener, MeasuresNoiseAndTinyPicturesWithoutFalling) {
  std::mt19937 random(3);
  for (const SizePx size : {SizePx{1, 1}, {1, 900}, {700, 1}, {9, 13}, {400, 300}}) {
    for (const PixelFormat format : {PixelFormat::bit1, PixelFormat::gray8, PixelFormat::rgb8}) {
      std::vector<std::uint8_t> pixels(PageImage::stride_of(size.width, format) *
                                       static_cast<std::size_t>(size.height));
      for (auto& byte : pixels) byte = static_cast<std::uint8_t>(random());
      const auto straight = Straightener().straighten(
          decoded(*PageImage::create(size, format, {{72}, {1e9}}, pixels)), {});
      ASSERT_TRUE(straight);
      EXPECT_EQ(straight->parts.size(), straight->reading.size());
      EXPECT_GT(straight->quality.effective.x.value, 0);
    }
  }
}

TEST(Deskew, LeavesAStraightPageAlone) {
  const StraightPage straight = straightened(page_of_text());
  EXPECT_NEAR(straight.parts[0].skew.clockwise, 0, 0.05);
  EXPECT_EQ(straight.parts[0].deskewed.clockwise, 0);
}

TEST(Deskew, FindsTheTiltWithinATenthOfADegree) {
  const PageImage page = page_of_text();
  for (const double angle : {-14.3, -4.1, -0.6, 0.8, 2.9, 13.7}) {
    const PagePart part = straightened(turned_page(page, Degrees{angle})).parts.at(0);
    EXPECT_NEAR(part.skew.clockwise, angle, 0.1);
    EXPECT_DOUBLE_EQ(part.deskewed.clockwise, -part.skew.clockwise);
    EXPECT_GT(part.skew_confidence.fraction(), 0.5);
  }
}

TEST(Deskew, DoesNothingWhenThereAreNoLines) {
  auto page = PagePainter::a4(200);
  page.ring({800, 900}, 300, 12).stroke({300, 300}, {1400, 2100}, 9);
  EXPECT_EQ(straightened(page.bilevel()).parts.at(0).deskewed.clockwise, 0);
}

TEST(Deskew, KeepsThePaperSizeOfATiltedPage) {
  auto page = PagePainter::a4(200);
  const double tilt = std::tan(1.2 * 3.14159265 / 180);
  for (double y = 300; y < 2000; y += 60)
    for (double x = 250; x < 1350; x += 100)
      page.word(x, y + (x - 800) * tilt, 4, static_cast<std::uint32_t>(x * 7 + y));
  const StraightPage straight = straightened(page.bilevel());
  EXPECT_NEAR(straight.parts.at(0).deskewed.clockwise, -1.2, 0.1);
  EXPECT_EQ(straight.parts.at(0).size, page.size());
}

TEST(Geometry, AMarkOfTheMasterIsWhereTheMapSaysAndBack) {
  auto page = PagePainter::a4(200);
  page.text(page.inside_margins()).disc({830, 60}, 14);  // the only ink in the top margin
  for (const auto& [quarters, angle] : {std::pair{0, 3.4}, {1, -2.2}, {2, 7.9}, {3, 0.0}}) {
    const PageImage master =
        turned_page(quarter_turned_page(page.bilevel(), quarters), Degrees{angle});
    const StraightPage straight = straightened(master);
    const PagePart& part = straight.parts.at(0);
    ASSERT_EQ(straight.upright.at(0).size(), part.size);
    ASSERT_EQ(straight.reading.at(0).size(), part.size);
    // The disc is found on the upright picture by looking, then mapped back to the master.
    BoxPx mark;
    const double left = (part.size.width - page.size().width) / 2.0;
    const double top = (part.size.height - page.size().height) / 2.0;
    const BoxPx expected{static_cast<int>(left) + 810, static_cast<int>(top) + 40,
                         static_cast<int>(left) + 850, static_cast<int>(top) + 80};
    EXPECT_GT(darkness(straight.upright.at(0), expected), 0.3) << quarters << ", " << angle;
    mark = box_on_master(expected, part, master.size());
    EXPECT_GT(darkness(master, mark), 0.2) << quarters << ", " << angle;
    const BoxPx back = part.upright_from_master.apply(mark);
    EXPECT_EQ(intersection(back, expected), expected);
  }
}

TEST(Turn, PutsAPageUprightFromEveryQuarter) {
  const PageImage page = page_of_text();
  for (int quarters = 0; quarters < 4; ++quarters) {
    const StraightPage straight = straightened(quarter_turned_page(page, quarters));
    EXPECT_EQ(straight.parts.at(0).turned.clockwise, (4 - quarters) % 4 * 90.0);
    EXPECT_EQ(straight.parts.at(0).size, page.size());
    const auto pixels = straight.upright.at(0).pixels();
    EXPECT_TRUE(std::equal(pixels.begin(), pixels.end(), page.pixels().begin())) << quarters;
  }
}

TEST(Turn, DoesWhatTheFileAsksFirst) {
  const PageImage page = page_of_text();
  DecodedPage on_side = decoded(quarter_turned_page(page, 3));
  on_side.known_turn = Degrees{90};
  const StraightPage straight = straightened(on_side);
  EXPECT_EQ(straight.parts.at(0).turned.clockwise, 90);
  EXPECT_EQ(straight.parts.at(0).size, page.size());
}

TEST(Turn, LeavesAPageAloneThatSaysNothing) {
  auto page = PagePainter::a4(200);
  page.word(700, 900, 4);
  EXPECT_EQ(straightened(page.bilevel()).parts.at(0).turned.clockwise, 0);
}

TEST(Turn, LeavesABornDigitalPageAsItsFileSays) {
  DecodedPage page = decoded(quarter_turned_page(page_of_text(), 2));
  page.origin = PageOrigin::born_digital_render;
  EXPECT_EQ(straightened(page).parts.at(0).upright_from_master, Affine{});
}

TEST(Crop, ShowsOnlyTheVisiblePart) {
  DecodedPage page = decoded(page_of_text());
  page.crop = {100, 120, 1500, 2200};
  const StraightPage straight = straightened(page);
  EXPECT_EQ(straight.parts.at(0).size, (SizePx{1400, 2080}));
  const BoxPx back = box_on_master({0, 0, 10, 10}, straight.parts.at(0), page.raster.size());
  EXPECT_EQ(back, (BoxPx{100, 120, 110, 130}));
}

TEST(Borders, AreTakenAwayForReadingOnly) {
  auto page = PagePainter::a4(200);
  page.text(page.inside_margins()).rectangle({0, 2290, 1653, 2338});
  const PageImage master = page.bilevel();
  const StraightPage straight = straightened(master);
  EXPECT_TRUE(has_finding(straight, "dark_border"));
  const BoxPx band{0, 2300, 1653, 2338};
  EXPECT_EQ(darkness(straight.reading.at(0), band), 0);
  EXPECT_EQ(darkness(straight.upright.at(0), band), 1);
}

TEST(Borders, TextAtTheEdgeStays) {
  auto page = PagePainter::a4(200);
  page.text({0, 200, 1653, 2200});
  const StraightPage straight = straightened(page.bilevel());
  EXPECT_FALSE(has_finding(straight, "dark_border"));
  EXPECT_TRUE(has_finding(straight, "cut_left"));
  EXPECT_EQ(straight.reading.at(0).pixels().data(), straight.upright.at(0).pixels().data());
}

TEST(Seal, IsLiftedOffTheTextUnderIt) {
  auto page = PagePainter::a4(200, {250, 250, 248});
  const BoxPx text = page.inside_margins();
  const PageImage before = page.text(text).gray();
  const PointPx middle{1100, 1700};
  const StraightPage straight = straightened(page.seal(middle).colour());
  EXPECT_TRUE(straight.red_seal);
  ASSERT_EQ(straight.ink_regions.size(), 1u);
  const Region& seal = straight.ink_regions[0];
  EXPECT_EQ(seal.kind, RegionKind::seal);
  EXPECT_EQ(seal.source, "layout");
  EXPECT_NEAR((seal.box.left + seal.box.right) / 2, middle.x, 4);
  EXPECT_NEAR(seal.box.width(), page.px(38), 6);
  // What is read there is the text as it was before the seal was set.
  EXPECT_NEAR(darkness(straight.reading.at(0), seal.box), darkness(before, seal.box), 0.01);
  EXPECT_GT(darkness(straight.upright.at(0), seal.box), darkness(before, seal.box) + 0.1);
}

TEST(Seal, IsNotSeenInRedTextOrARedFrame) {
  auto page = PagePainter::a4(200);
  page.text({200, 200, 1450, 900}).text({200, 1000, 1450, 1300}, 9, kSealRed);
  for (const BoxPx& side : {BoxPx{300, 1500, 620, 1508},
                            {300, 1600, 620, 1608},
                            {300, 1500, 308, 1608},
                            {612, 1500, 620, 1608}})
    page.rectangle(side, kSealRed);
  page.word(330, 1580, 8, 4, kSealRed);  // a secrecy mark is such a stamp and must be read
  const StraightPage straight = straightened(page.colour());
  EXPECT_FALSE(straight.red_seal);
  ASSERT_EQ(straight.ink_regions.size(), 1u);
  EXPECT_EQ(straight.ink_regions[0].kind, RegionKind::stamp);
  EXPECT_GT(darkness(straight.reading.at(0), {330, 1560, 560, 1585}), 0.1);
}

TEST(Seal, ThatShinesThroughIsNone) {
  auto page = PagePainter::a4(200, {252, 252, 252});
  page.ring({800, 1500}, page.px(18.4), page.px(1.0), {250, 222, 224});
  page.ring({800, 1500}, page.px(15), page.px(2), {250, 222, 224});
  page.ring({800, 1500}, page.px(18.4), page.px(1.0), {235, 60, 60}, 100, 160);
  const StraightPage straight = straightened(page.colour());
  EXPECT_FALSE(straight.red_seal);
  EXPECT_TRUE(straight.quality.blank);
  EXPECT_TRUE(straight.quality.show_through);
}

TEST(BlueInk, OfASignatureIsARegionAndBluePrintIsNot) {
  auto page = PagePainter::a4(200);
  page.text({200, 200, 1450, 900}).text({200, 1000, 1450, 1300}, 9, kPenBlue);
  page.stroke({900, 1700}, {1000, 1560}, 5, kPenBlue)
      .stroke({1000, 1560}, {1060, 1720}, 5, kPenBlue)
      .stroke({1060, 1720}, {1250, 1600}, 5, kPenBlue);
  const StraightPage straight = straightened(page.colour());
  ASSERT_EQ(straight.ink_regions.size(), 1u);
  EXPECT_EQ(straight.ink_regions[0].kind, RegionKind::handwriting);
  EXPECT_EQ(straight.part_of, std::vector<int>{0});
  EXPECT_FALSE(straight.red_seal);
  EXPECT_GT(darkness(straight.reading.at(0), {200, 1000, 1450, 1300}), 0.05);
}

PagePainter two_pages() {
  PagePainter page({2338, 1653}, 150, {248, 247, 240});
  page.text({150, 150, 1050, 1500}).text({1300, 150, 2200, 1500}, 17);
  return page;
}

TEST(Spread, IsCutAtItsGutter) {
  auto page = two_pages();
  const PageImage master = page.fold(1180, 40, 0.5).gray();
  const StraightPage straight = straightened(master);
  ASSERT_EQ(straight.parts.size(), 2u);
  EXPECT_NEAR(straight.parts[0].kept.right, 1180, 12);
  EXPECT_EQ(straight.parts[0].kept.right, straight.parts[1].kept.left);
  EXPECT_EQ(straight.reading[1].size(), straight.parts[1].size);
}

TEST(Spread, WithoutAVisibleGutterIsCutInABookOnly) {
  const PageImage master = two_pages().gray();
  EXPECT_EQ(straightened(master).parts.size(), 1u);
  ReadingSettings book;
  book.profile = "book";
  EXPECT_EQ(straightened(decoded(master), book).parts.size(), 2u);
}

TEST(Spread, OfABookIsCutAtItsFoldAlthoughOnePageIsNearlyEmpty) {
  PagePainter page({2338, 1653}, 150, {248, 247, 240});
  page.text({150, 150, 1050, 1500}).text({1300, 150, 2200, 260}, 17);
  const PageImage master = page.fold(1180, 40, 0.5).gray();
  EXPECT_EQ(straightened(master).parts.size(), 1u) << "nobody said that this is a book";
  ReadingSettings book;
  book.profile = "book";
  const StraightPage straight = straightened(decoded(master), book);
  ASSERT_EQ(straight.parts.size(), 2u);
  EXPECT_NEAR(straight.parts[0].kept.right, 1180, 12);
}

TEST(Spread, IsCutThoughItsFoldIsBlackAndSpreadsAtTheEdgesOfThePaper) {
  auto page = two_pages();
  page.rectangle({1160, 0, 1190, 1653}).rectangle({1090, 0, 1260, 20}).rectangle({1090, 1633, 1260, 1653});
  EXPECT_EQ(straightened(page.gray()).parts.size(), 2u);
}

TEST(Spread, ALandscapeTableIsOnePage) {
  auto page = two_pages();
  for (int y = 150; y < 1500; y += 150) page.rectangle({150, y, 2200, y + 3});
  ReadingSettings book;
  book.profile = "book";
  EXPECT_EQ(straightened(decoded(page.fold(1180, 40, 0.5).gray()), book).parts.size(), 1u);
}

TEST(Quality, NamesBlurAndLowResolution) {
  auto sharp = PagePainter::a4(200);
  sharp.text(sharp.inside_margins());
  EXPECT_FALSE(has_finding(straightened(sharp.gray()), "blurred"));
  EXPECT_FALSE(has_finding(straightened(sharp.gray()), "low_resolution"));
  auto coarse = PagePainter::a4(100);
  EXPECT_TRUE(
      has_finding(straightened(coarse.text(coarse.inside_margins()).gray()), "low_resolution"));
}

TEST(Fax, WithHalfTheRowsIsReadWithSquarePixels) {
  auto fine = PagePainter::a4(200);
  fine.text(fine.inside_margins());
  const PageImage whole = fine.bilevel();
  std::vector<std::uint8_t> rows;
  for (int y = 0; y + 1 < whole.size().height; y += 2)
    rows.insert(rows.end(), whole.row(y).begin(), whole.row(y).end());
  const SizePx half{whole.size().width, whole.size().height / 2};
  const PageImage fax = *PageImage::create(half, PixelFormat::bit1, {{200}, {100}}, rows);
  const StraightPage straight = straightened(fax);
  EXPECT_EQ(straight.quality.paper, "A4");
  EXPECT_EQ(straight.parts.at(0).size, (SizePx{half.width, half.height * 2}));
  EXPECT_EQ(box_on_master({100, 200, 300, 400}, straight.parts.at(0), half),
            (BoxPx{100, 100, 300, 200}));
}

}  // namespace
}  // namespace sogoc::test
