#include "pipeline/core/flattening.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "pipeline/core/page.hpp"

namespace sogoc::test {
namespace {

// A page seen from the side: what is lower is nearer and so larger, and its lines are bent.
Flattening seen_from_the_side() {
  Flattening flattening{{1000, 1400}, 21, 29, {}};
  for (int row = 0; row < 29; ++row)
    for (int column = 0; column < 21; ++column) {
      const double u = column / 20.0, v = row / 28.0, size = 0.6 + 0.4 * v;
      flattening.nodes.push_back({500 + (u - 0.5) * 800 * size, 100 + 900 * v * size + 40 * std::sin(3.1 * u)});
    }
  return flattening;
}

TEST(Flattening, LeadsBackToWhereItCameFrom) {
  const Flattening flattening = seen_from_the_side();
  ASSERT_TRUE(flattening.valid());
  for (double x = -20; x <= 1020; x += 130)
    for (double y = -20; y <= 1420; y += 110) {
      const PointPx back = flattening.on_flat(flattening.on_master(PointPx{x, y}));
      EXPECT_NEAR(back.x, x, 0.1);
      EXPECT_NEAR(back.y, y, 0.1);
    }
}

TEST(Flattening, PutsTheBoxOfAWordAroundAllOfItOnTheMaster) {
  PagePart part;
  part.size = {1000, 1400};
  part.flattening = seen_from_the_side();
  const BoxPx word{100, 600, 900, 640};  // wide enough to be bent
  const BoxPx box = box_on_master(word, part, {1000, 1200});
  for (double x = word.left; x <= word.right; x += 10) {
    const PointPx at = part.flattening->on_master(PointPx{x, 600});
    EXPECT_GE(at.x, box.left - 1);
    EXPECT_LE(at.x, box.right + 1);
    EXPECT_GE(at.y, box.top - 2);
  }
  EXPECT_LT(box.height(), 120);
}

TEST(Flattening, OfTooFewOrEndlessNodesIsNotValid) {
  EXPECT_FALSE(Flattening{}.valid());
  Flattening flattening = seen_from_the_side();
  flattening.nodes.pop_back();
  EXPECT_FALSE(flattening.valid());
  flattening = seen_from_the_side();
  flattening.nodes[7].x = std::nan("");
  EXPECT_FALSE(flattening.valid());
}

}  // namespace
}  // namespace sogoc::test
