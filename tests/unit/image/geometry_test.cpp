#include "workers/image/geometry.hpp"

#include <random>

#include <gtest/gtest.h>

namespace sogoc::image {
namespace {

TEST(Geometry, FourQuarterTurnsAreNone) {
  Placement placement{{300, 200}, {}};
  for (int i = 0; i < 4; ++i) placement = turned(placement, 1);
  EXPECT_EQ(placement.size, (SizePx{300, 200}));
  const PointPx p = placement.from_master.apply(PointPx{12, 34});
  EXPECT_NEAR(p.x, 12, 1e-9);
  EXPECT_NEAR(p.y, 34, 1e-9);
}

TEST(Geometry, AQuarterTurnClockwiseBringsTheLeftEdgeToTheTop) {
  const Placement placement = turned({{300, 200}, {}}, 1);
  EXPECT_EQ(placement.size, (SizePx{200, 300}));
  const BoxPx left_edge = placement.from_master.apply(BoxPx{0, 0, 10, 200});
  EXPECT_EQ(left_edge, (BoxPx{0, 0, 200, 10}));
}

TEST(Geometry, ARotatedPageKeepsItsPaperUnlessContentWouldBeLost) {
  const Placement page{{2480, 3508}, {}};
  EXPECT_EQ(rotated(page, Degrees{2}, {300, 300, 2180, 3200}).size, page.size);
  const SizePx grown = rotated(page, Degrees{2}, {0, 0, 2480, 3508}).size;
  EXPECT_GT(grown.width, 2480);
  EXPECT_LT(grown.width, 2480 + 140);
}

TEST(Geometry, ABoxMapsToTheMasterAndBackForAnyChainOfSteps) {
  std::mt19937 random(7);
  const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int i = 0; i < 500; ++i) {
    Placement placement{{500 + upto(2000), 500 + upto(2000)}, {}};
    placement = cropped(placement, {upto(100), upto(100), placement.size.width - upto(100),
                                    placement.size.height - upto(100)});
    placement = with_square_pixels(placement, {{200}, {100.0 + upto(200)}});
    placement = turned(placement, upto(4));
    placement = rotated(placement, Degrees{(upto(3000) - 1500) / 100.0}, {});
    const PointPx p{double(upto(placement.size.width)), double(upto(placement.size.height))};
    const PointPx there = placement.from_master.inverse().apply(p);
    const PointPx back = placement.from_master.apply(there);
    ASSERT_NEAR(back.x, p.x, 1e-6);
    ASSERT_NEAR(back.y, p.y, 1e-6);
  }
}

TEST(Geometry, PixelsLandWhereTheMapSays) {
  cv::Mat master(80, 120, CV_8UC1, cv::Scalar(255));
  master.at<std::uint8_t>(10, 30) = 0;
  for (int quarters = 0; quarters < 4; ++quarters) {
    const Placement placement = turned({{120, 80}, {}}, quarters);
    const PointPx at = placement.from_master.apply(PointPx{30.5, 10.5});
    const cv::Mat out = laid_out(master, placement, cv::Scalar(255));
    EXPECT_EQ(out.at<std::uint8_t>(static_cast<int>(at.y), static_cast<int>(at.x)), 0) << quarters;
    EXPECT_EQ(cv::countNonZero(out == 0), 1);
  }
  const Placement askew = rotated({{120, 80}, {}}, Degrees{7}, {});
  const PointPx at = askew.from_master.apply(PointPx{30.5, 10.5});
  cv::Point darkest;
  cv::minMaxLoc(laid_out(master, askew, cv::Scalar(255)), nullptr, nullptr, &darkest, nullptr);
  EXPECT_NEAR(darkest.x + 0.5, at.x, 1);
  EXPECT_NEAR(darkest.y + 0.5, at.y, 1);
}

}  // namespace
}  // namespace sogoc::image
