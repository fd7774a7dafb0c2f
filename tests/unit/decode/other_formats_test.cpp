#include <gtest/gtest.h>

#include "tests/unit/decode/made_files.hpp"

namespace sogoc {
namespace {

using made::Buffer;

Buffer rows_of(const PageImage& image) {
  return Buffer(image.pixels().begin(), image.pixels().end());
}

void expect_round_trip(const made::ReadPage& read) {
  const auto again = read.again();
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(made::difference(read.page.raster, *again), 0);
}

TEST(Jpeg2000File, PassesJp2Through) {
  for (const PageImage& image : {made::gray(70, 50), made::colour(70, 50)}) {
    const int components = image.format() == PixelFormat::rgb8 ? 3 : 1;
    const Buffer file = made::jpeg2000({70, 50}, rows_of(image), components, true);
    const auto opened = made::open(file);
    ASSERT_TRUE(opened) << to_string(opened.error());
    EXPECT_EQ(opened->media_type, MediaType::jp2);
    const auto read = made::read(file);
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(made::difference(read->page.raster, image), 0);
    EXPECT_EQ(read->picture().coding, PictureCoding::jpx);
    EXPECT_EQ(read->bytes(), file);
    expect_round_trip(*read);
  }
}

TEST(Jpeg2000File, PutsBoxesAroundABareCodestream) {
  const PageImage image = made::colour(70, 50);
  const Buffer file = made::jpeg2000({70, 50}, rows_of(image), 3, false);
  const auto read = made::read(file);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->picture().coding, PictureCoding::jpx);
  EXPECT_EQ(read->bytes().size(), file.size() + 85);
  EXPECT_EQ(made::difference(read->page.raster, image), 0);
  expect_round_trip(*read);
}

TEST(Jpeg2000File, IsCodedAnewWhenPdfAMayNotHoldIt) {
  Buffer rgba;
  for (int i = 0; i < 40 * 40; ++i)
    rgba.insert(rgba.end(), {10, 20, 30, static_cast<std::uint8_t>(i < 800 ? 0 : 255)});
  const auto alpha = made::read(made::jpeg2000({40, 40}, rgba, 4, true));
  ASSERT_TRUE(alpha) << to_string(alpha.error());
  EXPECT_EQ(made::rgb_at(alpha->page.raster, 3, 3), (std::vector<int>{255, 255, 255}));
  EXPECT_NE(alpha->picture().coding, PictureCoding::jpx);
  expect_round_trip(*alpha);

  const auto deep = made::read(made::jpeg2000({70, 50}, rows_of(made::gray(70, 50)), 1, true, 12));
  ASSERT_TRUE(deep) << to_string(deep.error());
  EXPECT_EQ(deep->picture().coding, PictureCoding::flate);
  EXPECT_LE(made::difference(deep->page.raster, made::gray(70, 50)), 1);
  EXPECT_TRUE(deep->says("8 bits"));
}

TEST(Jpeg2000File, IsRefusedWhenItIsCut) {
  const Buffer file = made::jpeg2000({200, 150}, rows_of(made::colour(200, 150)), 3, true);
  for (std::size_t keep = 12; keep + 20 < file.size(); keep += file.size() / 40 + 1) {
    const auto read =
        made::read(Buffer(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(keep)));
    EXPECT_FALSE(read) << keep << " of " << file.size();
  }
}

TEST(WebpFile, IsCodedWithoutLoss) {
  const PageImage image = made::colour(70, 50);
  const auto read = made::read(made::webp({70, 50}, rows_of(image), 3));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(made::difference(read->page.raster, image), 0);
  EXPECT_EQ(read->picture().coding, PictureCoding::flate);
  expect_round_trip(*read);
  const auto lossy = made::read(made::webp({70, 50}, rows_of(image), 3, false));
  ASSERT_TRUE(lossy);
  EXPECT_LE(made::difference(lossy->page.raster, image), 30);
}

TEST(WebpFile, IsGrayOrBilevelWhenItsPixelsAre) {
  Buffer gray;
  Buffer bilevel;
  const PageImage letters = made::bilevel(70, 50);
  for (int y = 0; y < 50; ++y)
    for (int x = 0; x < 70; ++x) {
      const auto g = static_cast<std::uint8_t>(x + y);
      gray.insert(gray.end(), {g, g, g});
      const auto b = static_cast<std::uint8_t>(made::gray_at(letters, x, y));
      bilevel.insert(bilevel.end(), {b, b, b});
    }
  const auto as_gray = made::read(made::webp({70, 50}, gray, 3));
  ASSERT_TRUE(as_gray);
  EXPECT_EQ(as_gray->page.raster.format(), PixelFormat::gray8);
  const auto as_bilevel = made::read(made::webp({70, 50}, bilevel, 3));
  ASSERT_TRUE(as_bilevel);
  EXPECT_EQ(as_bilevel->picture().coding, PictureCoding::ccitt_g4);
  EXPECT_EQ(made::difference(as_bilevel->page.raster, letters), 0);
}

TEST(WebpFile, LaysTransparentPartsOnWhite) {
  Buffer rgba;
  for (int i = 0; i < 30 * 30; ++i)
    rgba.insert(rgba.end(), {100, 0, 0, static_cast<std::uint8_t>(i % 2 ? 255 : 0)});
  const auto read = made::read(made::webp({30, 30}, rgba, 4));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(made::rgb_at(read->page.raster, 0, 0), (std::vector<int>{255, 255, 255}));
  EXPECT_EQ(made::rgb_at(read->page.raster, 1, 0), (std::vector<int>{100, 0, 0}));
}

TEST(BmpFile, ReadsEveryDepth) {
  const PageImage letters = made::bilevel(37, 20);
  const auto one = made::read(made::bmp({37, 20}, 1, rows_of(letters), {255, 255, 255, 0, 0, 0}));
  ASSERT_TRUE(one) << to_string(one.error());
  EXPECT_EQ(one->picture().coding, PictureCoding::ccitt_g4);
  EXPECT_EQ(made::difference(one->page.raster, letters), 0);
  EXPECT_EQ(one->page.raster.resolution(), (Resolution{Dpi{300}, Dpi{300}}));

  const auto four =
      made::read(made::bmp({4, 1}, 4, {0x01, 0x20}, {255, 0, 0, 0, 255, 0, 0, 0, 255}));
  ASSERT_TRUE(four) << to_string(four.error());
  EXPECT_EQ(made::rgb_at(four->page.raster, 2, 0), (std::vector<int>{0, 0, 255}));
  EXPECT_EQ(four->picture().colour, ColourModel::indexed);
  expect_round_trip(*four);

  Buffer gray_palette;
  for (int i = 0; i < 256; ++i)
    gray_palette.insert(gray_palette.end(), 3, static_cast<std::uint8_t>(i));
  const auto eight = made::read(made::bmp({37, 20}, 8, rows_of(made::gray(37, 20)), gray_palette));
  ASSERT_TRUE(eight);
  EXPECT_EQ(made::difference(eight->page.raster, made::gray(37, 20)), 0);
  expect_round_trip(*eight);

  Buffer bgr = rows_of(made::colour(37, 20));
  for (std::size_t i = 0; i < bgr.size(); i += 3) std::swap(bgr[i], bgr[i + 2]);
  const auto full = made::read(made::bmp({37, 20}, 24, bgr, {}));
  ASSERT_TRUE(full);
  EXPECT_EQ(made::difference(full->page.raster, made::colour(37, 20)), 0);
  expect_round_trip(*full);
}

TEST(BmpFile, ReadsRunLengths) {
  Buffer file = made::bmp({4, 2}, 8, Buffer(8, 0), {255, 0, 0, 0, 255, 0, 0, 0, 255});
  file.resize(file.size() - 8);
  file[30] = 1;  // RLE8
  // Bottom row: four of colour 1. Top row: 0, 1, 2 as they are, then one 0.
  for (const int byte : {4, 1, 0, 0, 0, 3, 0, 1, 2, 0, 1, 0, 0, 1})
    file.push_back(static_cast<std::uint8_t>(byte));
  const auto read = made::read(file);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(made::rgb_at(read->page.raster, 3, 1), (std::vector<int>{0, 255, 0}));
  EXPECT_EQ(made::rgb_at(read->page.raster, 2, 0), (std::vector<int>{0, 0, 255}));
  EXPECT_EQ(made::rgb_at(read->page.raster, 3, 0), (std::vector<int>{255, 0, 0}));
}

TEST(PnmFile, ReadsEveryKind) {
  struct Kind {
    Buffer file;
    PixelFormat format;
    std::vector<int> first;
  };
  const Kind kinds[] = {
      {made::text("P1\n# a note\n3 2\n101\n0 1 0\n"), PixelFormat::bit1, {0}},
      {made::text("P2\n2 1\n100\n50 100\n"), PixelFormat::gray8, {128}},
      {made::text("P3\n1 1\n255\n1 2 3\n"), PixelFormat::rgb8, {1, 2, 3}},
      {made::text("P4\n3 2\n", {0xA0, 0x40}), PixelFormat::bit1, {0}},
      {made::text("P5\n2 1\n255\n", {7, 9}), PixelFormat::gray8, {7}},
      {made::text("P5\n1 1\n65535\n", {0x80, 0x00}), PixelFormat::gray8, {128}},
      {made::text("P6\n1 1\n255\n", {1, 2, 3}), PixelFormat::rgb8, {1, 2, 3}},
      {made::text("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n",
                  {1, 2, 3, 0}),
       PixelFormat::rgb8,
       {255, 255, 255}},
  };
  for (const Kind& kind : kinds) {
    const auto read = made::read(kind.file);
    ASSERT_TRUE(read) << std::string(kind.file.begin(), kind.file.end()) << to_string(read.error());
    if (kind.format == PixelFormat::rgb8) {
      // One white pixel is bilevel: its picture says so.
      if (read->page.raster.format() == PixelFormat::rgb8) {
        EXPECT_EQ(made::rgb_at(read->page.raster, 0, 0), kind.first);
      } else {
        EXPECT_EQ(made::gray_at(read->page.raster, 0, 0), kind.first[0]);
      }
    } else {
      EXPECT_EQ(read->page.raster.format(), kind.format);
      EXPECT_EQ(made::gray_at(read->page.raster, 0, 0), kind.first[0]);
    }
    expect_round_trip(*read);
    EXPECT_FALSE(read->page.raster.resolution().known());
  }
}

TEST(PnmFile, RefusesSeveralPicturesInOneFile) {
  Buffer two = made::text("P5\n2 1\n255\n", {7, 9});
  const Buffer one = two;
  two.insert(two.end(), one.begin(), one.end());
  const auto read = made::read(two);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::unsupported_input);
}

}  // namespace
}  // namespace sogoc
