// The pure parts: font, numbers, dictionaries, profiles.

#include <gtest/gtest.h>

#include "workers/pdf_write/clean_text.hpp"
#include "workers/pdf_write/colour_profiles.hpp"
#include "workers/pdf_write/glyphless_font.hpp"
#include "workers/pdf_write/pdf_number.hpp"
#include "workers/pdf_write/picture_object.hpp"

namespace sogoc {
namespace {

std::uint32_t word_at(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 24 |
         static_cast<std::uint32_t>(bytes[at + 1]) << 16 |
         static_cast<std::uint32_t>(bytes[at + 2]) << 8 | bytes[at + 3];
}

TEST(GlyphlessFont, HasTheChecksumThatTrueTypeAsksFor) {
  const auto font = glyphless_truetype();
  ASSERT_EQ(font.size() % 4, 0u);
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < font.size(); at += 4) sum += word_at(font, at);
  EXPECT_EQ(sum, 0xB1B0AFBAu);
  EXPECT_LT(font.size(), 600u);
}

TEST(GlyphlessFont, NeverShowsGlyphZero) {
  const auto map = glyphless_cid_to_gid();
  for (std::size_t at = 0; at < map.size(); at += 2) ASSERT_EQ(map[at] << 8 | map[at + 1], 1) << at;
}

TEST(CharacterSet, MapsExactlyTheCharactersUsed) {
  CharacterSet used;
  EXPECT_EQ(used.encode(code_points("Đ😀Đ")), "0110D8000110");
  const std::string cmap = used.to_unicode_cmap();
  EXPECT_NE(cmap.find("2 beginbfchar\n<0110> <0110>\n<D800> <D83DDE00>\nendbfchar"),
            std::string::npos)
      << cmap;
}

TEST(CharacterSet, StatesMoreThanAHundredCharactersInBlocks) {
  CharacterSet used;
  std::vector<char32_t> points;
  for (char32_t c = 0x100; c < 0x100 + 150; ++c) points.push_back(c);
  EXPECT_EQ(used.encode(points).size(), 600u);
  const std::string cmap = used.to_unicode_cmap();
  EXPECT_NE(cmap.find("100 beginbfchar"), std::string::npos);
  EXPECT_NE(cmap.find("50 beginbfchar"), std::string::npos);
}

TEST(PdfNumber, HasNoExponentAndNoNeedlessZeros) {
  EXPECT_EQ(pdf_number(12), "12");
  EXPECT_EQ(pdf_number(0.5), "0.5");
  EXPECT_EQ(pdf_number(-0.000001), "0");
  EXPECT_EQ(pdf_number(1e12), "1000000000000");
  EXPECT_EQ(pdf_number(595.2756, 2), "595.28");
}

TEST(CleanText, LeavesVietnameseAlone) {
  EXPECT_EQ(clean_text("Nguyễn Văn Ðược"), "Nguyễn Văn Ðược");
  EXPECT_EQ(clean_text(" a\t\n b "), "a b");
  EXPECT_EQ(clean_text("\xFF\xC3"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(clean_text(""), "");
}

TEST(PictureDictionary, TurnsEveryComponentOver) {
  Picture picture;
  picture.coding = PictureCoding::jpeg;
  picture.colour = ColourModel::cmyk;
  picture.size = {10, 20};
  picture.inverted = true;
  const std::string dictionary = picture_dictionary(picture, {});
  EXPECT_NE(dictionary.find("/Decode [1 0 1 0 1 0 1 0 ]"), std::string::npos) << dictionary;
}

TEST(ColourProfiles, AreSmallStableAndFit) {
  const auto srgb = srgb_profile();
  const auto cmyk = plain_cmyk_profile();
  ASSERT_TRUE(srgb && cmyk);
  EXPECT_EQ(*srgb, *srgb_profile());
  EXPECT_EQ(*cmyk, *plain_cmyk_profile());
  EXPECT_LT(srgb->size(), 4000u);
  EXPECT_TRUE(fits(*srgb, ColourModel::rgb));
  EXPECT_FALSE(fits(*srgb, ColourModel::gray));
  EXPECT_TRUE(fits(*cmyk, ColourModel::cmyk));
  auto truncated = *srgb;
  truncated.resize(truncated.size() - 1);
  EXPECT_FALSE(fits(truncated, ColourModel::rgb));
  EXPECT_FALSE(fits({}, ColourModel::rgb));
}

}  // namespace
}  // namespace sogoc
