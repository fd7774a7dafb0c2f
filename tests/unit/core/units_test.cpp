#include "pipeline/core/turns.hpp"
#include "pipeline/core/units.hpp"

#include <gtest/gtest.h>

namespace sogoc {
namespace {

TEST(Box, OfNothingSharedIsEmpty) {
  EXPECT_TRUE(intersection({0, 0, 5, 5}, {5, 0, 9, 5}).empty());
  EXPECT_EQ(intersection({0, 0, 5, 5}, {3, 3, 9, 9}), (BoxPx{3, 3, 5, 5}));
}

TEST(Box, UnitedWithAnEmptyOneStaysItself) {
  EXPECT_EQ(united({2, 2, 4, 4}, {}), (BoxPx{2, 2, 4, 4}));
}

TEST(Confidence, NeverLeavesZeroToOne) {
  EXPECT_EQ(Confidence::from_percent(250).fraction(), 1.0);
  EXPECT_EQ(Confidence::from_fraction(-1).fraction(), 0.0);
}

TEST(QuarterTurn, PutsCornersWhereAClockwiseTurnPutsThem) {
  const SizePx size{100, 40};
  EXPECT_EQ(quarter_turn(size, {90}).apply(BoxPx{0, 0, 10, 5}), (BoxPx{35, 0, 40, 10}));
  EXPECT_EQ(quarter_turn(size, {180}).apply(BoxPx{0, 0, 10, 5}), (BoxPx{90, 35, 100, 40}));
  EXPECT_EQ(quarter_turn(size, {270}).apply(BoxPx{0, 0, 10, 5}), (BoxPx{0, 90, 5, 100}));
  EXPECT_EQ(turned_size(size, {270}), (SizePx{40, 100}));
}

TEST(QuarterTurn, OfAnyMultipleOfNinetyIsOneOfFour) {
  EXPECT_EQ(quarter_of({-90}), 270);
  EXPECT_EQ(quarter_of({450}), 90);
  EXPECT_EQ(quarter_of({360}), 0);
}

TEST(Affine, ThenItsInverseIsNothing) {
  const Affine map = quarter_turn({300, 200}, {90}).then({0.999, -0.03, 4, 0.03, 0.999, -7});
  const PointPx back = map.then(map.inverse()).apply(PointPx{12, 34});
  EXPECT_NEAR(back.x, 12, 1e-9);
  EXPECT_NEAR(back.y, 34, 1e-9);
}

}  // namespace
}  // namespace sogoc
