#include <gtest/gtest.h>

#include <filesystem>

#include "workers/handwriting/words.hpp"

namespace sogoc::handwriting {
namespace {

TEST(Words, frequent_words_come_before_syllables_and_those_before_what_is_neither) {
  const Words words =
      Words::load(std::filesystem::path(SOGOC_SOURCE_DIR) / "models" / "handwriting" / "words.txt");
  EXPECT_GT(words.prior(U"", U"Nguyễn"), words.prior(U"", U"nguyển"));
  EXPECT_EQ(words.prior(U"", U"NGUYỄN"), words.prior(U"", U"nguyễn"));
  EXPECT_GT(words.prior(U"", U"nguyển"), words.prior(U"", U"ngnuyẻ"));
  EXPECT_GT(words.prior(U"", U"1972"), words.prior(U"", U"19u2"));
}

TEST(Words, what_letters_are_about_is_frequent_in_no_name) {
  const Words words = Words::load(std::filesystem::path(SOGOC_SOURCE_DIR) / "models" / "handwriting" / "words.txt");
  EXPECT_GT(words.prior(U"", U"quyết"), words.prior(U"", U"tuyếp"));
  EXPECT_GT(words.prior(U"", U"thi"), words.prior(U"", U"thi", Subject::names));
  EXPECT_EQ(words.prior(U"", U"thị"), words.prior(U"", U"thị", Subject::names));
}

TEST(Words, without_a_list_the_rules_of_syllables_are_left) {
  const Words words = Words::load("there-is-no-such-file");
  EXPECT_GT(words.prior(U"", U"nguyễn"), words.prior(U"", U"ngnuyẻ"));
}

TEST(Words, a_word_that_usually_follows_another_is_likelier_there) {
  const Words words = Words::load(std::filesystem::path(SOGOC_SOURCE_DIR) / "models" / "handwriting" / "words.txt");
  EXPECT_GT(words.prior(U"Tại", U"nhà"), words.prior(U"Tai", U"nhà"));
  EXPECT_GT(words.prior(U"kết", U"HÔN"), words.prior(U"", U"HÔN"));
  EXPECT_EQ(words.prior(U"hôn", U"kết"), words.prior(U"", U"kết"));
}

}  // namespace
}  // namespace sogoc::handwriting
