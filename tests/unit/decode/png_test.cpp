#include <gtest/gtest.h>

#include "tests/unit/decode/made_files.hpp"

namespace sogoc {
namespace {

using made::Buffer;

Buffer rows_of(const PageImage& image) {
  return Buffer(image.pixels().begin(), image.pixels().end());
}

TEST(PngFile, PassesItsPackedRowsThrough) {
  const auto gray =
      made::read(made::png({50, 40}, rows_of(made::gray(50, 40)), {.colour_type = 0}));
  const auto rgb = made::read(made::png({50, 40}, rows_of(made::colour(50, 40)), {}));
  ASSERT_TRUE(gray && rgb);
  EXPECT_EQ(made::difference(gray->page.raster, made::gray(50, 40)), 0);
  EXPECT_EQ(made::difference(rgb->page.raster, made::colour(50, 40)), 0);
  for (const auto* read : {&*gray, &*rgb}) {
    EXPECT_EQ(read->picture().coding, PictureCoding::flate);
    EXPECT_EQ(read->picture().predictor, 15);
    EXPECT_EQ(made::difference(read->page.raster, *read->again()), 0);
    EXPECT_EQ(read->page.raster.resolution(), (Resolution{Dpi{300}, Dpi{300}}));
  }
}

TEST(PngFile, KeepsItsPalette) {
  const Buffer palette{255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9};
  const Buffer rows{0b00011011, 0b11100100};
  const auto read =
      made::read(made::png({4, 2}, rows, {.bits = 2, .colour_type = 3, .palette = palette}));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->picture().colour, ColourModel::indexed);
  EXPECT_EQ(read->picture().bits_per_component, 2);
  EXPECT_EQ(read->picture().palette, palette);
  EXPECT_EQ(made::rgb_at(read->page.raster, 2, 0), (std::vector<int>{0, 0, 255}));
  EXPECT_EQ(made::difference(read->page.raster, *read->again()), 0);
}

TEST(PngFile, IsCodedAsG4WhenItIsBilevel) {
  const PageImage image = made::bilevel(77, 50);
  Buffer rows = rows_of(image);
  for (std::uint8_t& byte : rows) byte = static_cast<std::uint8_t>(~byte);
  for (const bool interlaced : {false, true}) {
    const auto read = made::read(
        made::png({77, 50}, rows, {.bits = 1, .colour_type = 0, .interlaced = interlaced}));
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(read->picture().coding, PictureCoding::ccitt_g4);
    EXPECT_EQ(made::difference(read->page.raster, image), 0);
    EXPECT_EQ(made::difference(*read->again(), image), 0);
  }
  const auto by_palette = made::read(made::png(
      {77, 50}, rows, {.bits = 1, .colour_type = 3, .palette = {0, 0, 0, 255, 255, 255}}));
  ASSERT_TRUE(by_palette);
  EXPECT_EQ(by_palette->picture().coding, PictureCoding::ccitt_g4);
  EXPECT_EQ(made::difference(by_palette->page.raster, image), 0);
}

TEST(PngFile, IsCodedAnewWithoutLossWhenPdfCannotHoldItsRows) {
  const auto interlaced =
      made::read(made::png({50, 40}, rows_of(made::colour(50, 40)), {.interlaced = true}));
  ASSERT_TRUE(interlaced);
  EXPECT_EQ(made::difference(interlaced->page.raster, made::colour(50, 40)), 0);
  EXPECT_EQ(made::difference(interlaced->page.raster, *interlaced->again()), 0);

  Buffer deep;
  for (const std::uint8_t value : rows_of(made::gray(50, 40)))
    deep.insert(deep.end(), {value, value});
  const auto sixteen = made::read(made::png({50, 40}, deep, {.bits = 16, .colour_type = 0}));
  ASSERT_TRUE(sixteen);
  EXPECT_TRUE(sixteen->says("16 bits"));
  EXPECT_EQ(made::difference(sixteen->page.raster, made::gray(50, 40)), 0);
  EXPECT_EQ(made::difference(sixteen->page.raster, *sixteen->again()), 0);
}

TEST(PngFile, LaysTransparentPartsOnWhite) {
  for (const bool interlaced : {false, true}) {
    const Buffer rows{10, 20, 30, 255, 10, 20, 30, 0, 0, 0, 0, 128, 200, 200, 200, 255};
    const auto read =
        made::read(made::png({2, 2}, rows, {.colour_type = 6, .interlaced = interlaced}));
    ASSERT_TRUE(read);
    EXPECT_EQ(made::rgb_at(read->page.raster, 0, 0), (std::vector<int>{10, 20, 30}));
    EXPECT_EQ(made::rgb_at(read->page.raster, 1, 0), (std::vector<int>{255, 255, 255}));
    EXPECT_EQ(made::rgb_at(read->page.raster, 0, 1), (std::vector<int>{127, 127, 127}));
    EXPECT_TRUE(read->says("white"));
    EXPECT_EQ(made::difference(read->page.raster, *read->again()), 0);
  }
}

TEST(PngFile, IsRefusedWhenItIsCut) {
  const Buffer file = made::png({90, 80}, rows_of(made::colour(90, 80)), {});
  for (std::size_t keep = 8; keep < file.size(); keep += 7) {
    const auto read =
        made::read(Buffer(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(keep)));
    ASSERT_FALSE(read) << keep;
    EXPECT_EQ(read.error().code, ErrorCode::invalid_input) << to_string(read.error());
  }
}

TEST(PngFile, IsRefusedWhenABitOfItsRowsIsWrong) {
  Buffer file = made::png({90, 80}, rows_of(made::colour(90, 80)), {});
  file[file.size() / 2] ^= 0x10;
  EXPECT_FALSE(made::read(file));
}

TEST(PngCodec, ReadsBackWhatItWrote) {
  for (const PageImage& image : {made::bilevel(33, 20), made::gray(33, 20), made::colour(33, 20)}) {
    const auto bytes = encode_png(image);
    ASSERT_TRUE(bytes);
    const auto again = decode_png(*bytes, "x", {});
    ASSERT_TRUE(again);
    EXPECT_EQ(made::difference(*again, image), 0);
    EXPECT_EQ(again->resolution(), image.resolution());
  }
}

}  // namespace
}  // namespace sogoc
