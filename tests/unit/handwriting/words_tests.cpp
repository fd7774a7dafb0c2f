#include <gtest/gtest.h>

#include <filesystem>

#include "workers/handwriting/words.hpp"

namespace sogoc::handwriting {
namespace {

TEST(Words, frequent_words_come_before_syllables_and_those_before_what_is_neither) {
  const Words words =
      Words::load(std::filesystem::path(SOGOC_SOURCE_DIR) / "models" / "handwriting" / "words.txt");
  EXPECT_GT(words.prior(U"Nguyễn"), words.prior(U"nguyển"));
  EXPECT_EQ(words.prior(U"NGUYỄN"), words.prior(U"nguyễn"));
  EXPECT_GT(words.prior(U"nguyển"), words.prior(U"ngnuyẻ"));
  EXPECT_GT(words.prior(U"1972"), words.prior(U"19u2"));
}

TEST(Words, without_a_list_the_rules_of_syllables_are_left) {
  const Words words = Words::load("there-is-no-such-file");
  EXPECT_GT(words.prior(U"nguyễn"), words.prior(U"ngnuyẻ"));
}

}  // namespace
}  // namespace sogoc::handwriting
