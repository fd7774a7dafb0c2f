// The sample documents beside the project, taken as they are: how they are judged, and that a turn
// of any of them is found. The full table is printed by sogoc_bench_skew.

#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/sample_pages.hpp"
#include "tests/support/turned_page.hpp"
#include "tests/unit/image/straightened.hpp"

namespace sogoc::test {
namespace {

class SamplePages : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(sample_documents(SOGOC_SOURCE_DIR)))
      GTEST_SKIP() << "the sample documents are not beside the project";
  }
  static std::vector<SamplePage> pages_of(int document, double dpi) {
    const auto file = "doc-" + std::to_string(document) + ".pdf";
    return sample_pages(sample_documents(SOGOC_SOURCE_DIR) / file, {{dpi}, {dpi}});
  }
};

TEST_F(SamplePages, TheBackWithASealShiningThroughIsBlankAndTheSparsePageIsNot) {
  const auto pages = pages_of(2, 300);
  ASSERT_EQ(pages.size(), 4u);
  std::vector<StraightPage> straight;
  for (const SamplePage& page : pages) straight.push_back(straightened(page.image));
  EXPECT_TRUE(straight[1].quality.blank);
  EXPECT_TRUE(straight[1].quality.show_through);
  for (const std::size_t i : {0u, 2u, 3u}) EXPECT_FALSE(straight[i].quality.blank) << i;
  EXPECT_TRUE(straight[0].red_seal);
  for (const std::size_t i : {1u, 2u, 3u}) EXPECT_FALSE(straight[i].red_seal) << i;
}

TEST_F(SamplePages, EveryQuarterTurnIsUndoneOrLeftAloneButNeverWrong) {
  int turned = 0, right = 0;
  for (const auto& [document, dpi] : {std::pair{3, 200.0}, {4, 200.0}})
    for (const SamplePage& page : pages_of(document, dpi))
      for (int quarters = 0; quarters < 4; ++quarters) {
        const StraightPage straight = straightened(quarter_turned_page(page.image, quarters));
        const int undone = static_cast<int>(straight.parts.at(0).turned.clockwise) / 90;
        const bool good = (undone + quarters) % 4 == 0;
        EXPECT_TRUE(good || undone == 0) << page.name << " at " << quarters;
        turned += 1;
        right += good;
      }
  EXPECT_EQ(right, turned);
}

TEST_F(SamplePages, ATurnIsFoundWithinATenthOfADegree) {
  for (const auto& [document, dpi] : {std::pair{2, 300.0}, {3, 200.0}})
    for (const SamplePage& page : pages_of(document, dpi)) {
      const StraightPage before = straightened(page.image);
      if (before.quality.blank) continue;
      const double own = before.parts.at(0).skew.clockwise;
      for (const double angle : {-11.7, 3.3}) {
        const PagePart part = straightened(turned_page(page.image, Degrees{angle})).parts.at(0);
        EXPECT_NEAR(part.skew.clockwise - own, angle, 0.1) << page.name;
        EXPECT_NE(part.deskewed.clockwise, 0) << page.name;
      }
    }
}

TEST_F(SamplePages, TheBlackBandUnderAPageIsABorder) {
  const auto pages = pages_of(3, 200);
  ASSERT_EQ(pages.size(), 3u);
  EXPECT_TRUE(has_finding(straightened(pages[1].image), "dark_border"));
}

}  // namespace
}  // namespace sogoc::test
