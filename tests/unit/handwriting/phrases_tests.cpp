#include "workers/handwriting/phrases.hpp"

#include <gtest/gtest.h>

namespace sogoc::handwriting {
namespace {

TEST(Phrases, AValueMayBeWrittenInAnyCase) {
  const Phrases list({"Ê Đê", "Nữ"});
  for (const auto* way : {U"Ê Đê", U"ê đê", U"Ê ĐÊ", U"ê Đê", U"Nữ", U"nữ", U"NỮ"})
    EXPECT_TRUE(list.has(way));
  EXPECT_FALSE(list.has(U"Nam"));
  EXPECT_FALSE(list.has(U"Ê"));
}

TEST(Phrases, ATextMayBeginAsAnyValueDoes) {
  const Phrases list({"Chưa xác định", "Nam"});
  EXPECT_TRUE(list.may_begin(U""));
  EXPECT_TRUE(list.may_begin(U"Chưa x"));
  EXPECT_TRUE(list.may_begin(U"na"));
  EXPECT_FALSE(list.may_begin(U"Chưa x "));
  EXPECT_FALSE(list.may_begin(U"Namm"));
}

TEST(Phrases, AnEmptyListAllowsNothingAndSaysSo) {
  EXPECT_TRUE(Phrases().empty());
  EXPECT_FALSE(Phrases().may_begin(U"a"));
  EXPECT_TRUE(Phrases({""}).empty());
}

}  // namespace
}  // namespace sogoc::handwriting
