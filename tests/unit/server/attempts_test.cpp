#include "tools/server/attempts.hpp"

#include <gtest/gtest.h>

namespace sogoc::server {
namespace {

using namespace std::chrono_literals;

TEST(Attempts, AreCountedForEachKeyWithinTheWindow) {
  Attempts attempts(2, 60s);
  const auto now = std::chrono::steady_clock::now();
  EXPECT_EQ(attempts.take("a", now), 0s);
  EXPECT_EQ(attempts.take("a", now + 10s), 0s);
  EXPECT_EQ(attempts.take("a", now + 20s), 40s);
  EXPECT_EQ(attempts.take("b", now + 20s), 0s);
  EXPECT_EQ(attempts.take("a", now + 61s), 0s);
}

TEST(Attempts, LookingCostsNothing) {
  Attempts attempts(1, 60s);
  const auto now = std::chrono::steady_clock::now();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(attempts.look("a", now), 0s);
  EXPECT_EQ(attempts.take("a", now), 0s);
  EXPECT_EQ(attempts.look("a", now), 60s);
}

TEST(Attempts, OfAMillionAddressesTakeBoundedMemoryAndStrangersWait) {
  Attempts attempts(5, 60s, 100);
  const auto now = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(attempts.take(std::to_string(i), now), 0s);
  EXPECT_EQ(attempts.take("stranger", now), 60s);
  EXPECT_EQ(attempts.take("7", now), 0s);
  EXPECT_EQ(attempts.take("stranger", now + 61s), 0s);
}

}  // namespace
}  // namespace sogoc::server
