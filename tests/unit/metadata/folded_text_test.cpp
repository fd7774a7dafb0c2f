#include <gtest/gtest.h>

#include "workers/metadata/folded_text.hpp"
#include "workers/metadata/signer_block.hpp"

namespace sogoc::metadata {
namespace {

TEST(Folding, RemovesTonesCaseAndSigns) {
  EXPECT_EQ(folded("Độc lập - Tự do - Hạnh phúc"), "doc lap tu do hanh phuc");
  EXPECT_EQ(folded("ĐẢNG ỦY"), "dang uy");
  EXPECT_EQ(fold("22/TTr–UBND:", Keep::punctuation).text, "22/ttr-ubnd:");
}

TEST(Folding, KnowsWhereEachLetterCameFrom) {
  const std::string text = "Số: Đà Nẵng";
  const Folded f = fold(text);
  ASSERT_EQ(f.text, "so da nang");
  EXPECT_EQ(text.substr(f.origin[3]), "Đà Nẵng");
  EXPECT_EQ(f.origin.back(), text.size());
}

TEST(Folding, TakesDecomposedTextAndBrokenBytes) {
  EXPECT_EQ(folded("e\xCC\x82\xCC\x81"), "e");      // NFD ế
  EXPECT_EQ(folded(std::string("a\xFF\xC3") + "b"), "a b");
  EXPECT_EQ(folded(""), "");
}

TEST(Folding, TellsLikeFromUnlike) {
  EXPECT_TRUE(resembles("noi nhan", "noi nhan"));
  EXPECT_TRUE(resembles("nol nhan", "noi nhan"));
  EXPECT_FALSE(resembles("nguoi nhan", "noi nhan"));
  EXPECT_FALSE(resembles("mai", "mat"));
  EXPECT_EQ(starts_like("bo tai chinh", "bo"), 2u);
  EXPECT_EQ(starts_like("bong da", "bo"), std::string::npos);
  EXPECT_TRUE(find_like("uy ban nhan dan cong hoa xa hol chu nghia viet nam", "cong hoa xa hoi chu nghia viet nam").ok());
  EXPECT_FALSE(find_like("uy ban nhan dan tinh", "cong hoa xa hoi chu nghia viet nam").ok());
}

TEST(Folding, CountsBothPlacesOfATone) {
  EXPECT_EQ(same_case("UỶ BAN"), same_case("ủy ban"));
  EXPECT_EQ(same_case("hoà"), same_case("HÒA"));
  EXPECT_NE(same_case("hoa"), same_case("hòa"));
}

TEST(Folding, KnowsCapitalisedWords) {
  EXPECT_TRUE(is_capitalised("Nguyễn"));
  EXPECT_TRUE(is_capitalised("Ý"));
  EXPECT_FALSE(is_capitalised("NGUYỄN"));
  EXPECT_FALSE(is_capitalised("nguyễn"));
  EXPECT_FALSE(is_capitalised(""));
}

}  // namespace
}  // namespace sogoc::metadata
