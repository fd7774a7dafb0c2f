#include "workers/image/resolution.hpp"

#include <gtest/gtest.h>

namespace sogoc::image {
namespace {

Resolution dpi(double value) { return {{value}, {value}}; }

TEST(Resolution, OfTheFileIsBelievedWhenThePaperFits) {
  const auto measured = measure_resolution({2480, 3508}, dpi(300), 25);
  EXPECT_EQ(measured.source, "file");
  EXPECT_EQ(measured.paper, "A4");
  EXPECT_DOUBLE_EQ(measured.effective.x.value, 300);
}

TEST(Resolution, OfOddPaperIsBelievedWhenTheLettersFit) {
  const auto measured = measure_resolution({2900, 2400}, dpi(300), 25);
  EXPECT_EQ(measured.source, "file");
  EXPECT_EQ(measured.paper, "");
}

TEST(Resolution, MissingOrAbsurdIsMeasuredFromThePaper) {
  for (const double stated : {0.0, 1.0, 72.0, 96.0, 9600.0, -300.0}) {
    const auto measured = measure_resolution({2480, 3508}, dpi(stated), 25);
    EXPECT_EQ(measured.source, "paper") << stated;
    EXPECT_EQ(measured.paper, "A4") << stated;
    EXPECT_DOUBLE_EQ(measured.effective.y.value, 300) << stated;
  }
}

TEST(Resolution, SmallLettersTellA3FromA4) {
  EXPECT_EQ(measure_resolution({3508, 4961}, {}, 25).paper, "A3");
  EXPECT_EQ(measure_resolution({4961, 3508}, {}, 25).paper, "A3 landscape");
  EXPECT_EQ(measure_resolution({3508, 4961}, {}, 35).paper, "A4");
}

TEST(Resolution, OfADownsampledScanIsCorrected) {
  // 150 dpi in truth, but the file still says 300: A6 paper with 6 point type.
  const auto measured = measure_resolution({1240, 1754}, dpi(300), 12.4);
  EXPECT_EQ(measured.source, "paper");
  EXPECT_NEAR(measured.effective.x.value, 150, 1);
}

TEST(Resolution, OfTheFileYieldsToAPaperThatSuitsTheLettersMuchBetter) {
  const auto measured = measure_resolution({2480, 3508}, dpi(200), 25);
  EXPECT_EQ(measured.source, "paper");
  EXPECT_EQ(measured.paper, "A4");
}

TEST(Resolution, WithNeitherPaperNorLettersIsAssumed) {
  const auto measured = measure_resolution({2000, 5000}, {}, 0);
  EXPECT_EQ(measured.source, "assumed");
  EXPECT_DOUBLE_EQ(measured.effective.x.value, 300);
}

TEST(Resolution, IsNeverZeroForAnySize) {
  for (const int width : {1, 3, 17, 640, 9000})
    for (const int height : {1, 5, 480, 12000}) {
      const auto measured = measure_resolution({width, height}, {}, 0);
      EXPECT_GT(measured.effective.x.value, 0) << width << " x " << height;
      EXPECT_FALSE(measured.source.empty());
    }
}

TEST(Paper, IsKnownInBothDirectionsWithinThreePercent) {
  EXPECT_EQ(paper_of(210, 297), "A4");
  EXPECT_EQ(paper_of(297, 210), "A4 landscape");
  EXPECT_EQ(paper_of(148, 210), "A5");
  EXPECT_EQ(paper_of(297, 420), "A3");
  EXPECT_EQ(paper_of(216, 279), "letter");
  EXPECT_EQ(paper_of(216, 356), "legal");
  EXPECT_EQ(paper_of(214, 300), "A4");
  EXPECT_EQ(paper_of(190, 297), "");
}

}  // namespace
}  // namespace sogoc::image
