#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/decode/made_files.hpp"

namespace sogoc {
namespace {

using made::Buffer;

TEST(JpegFile, PassesItsOwnBytesThrough) {
  for (const PageImage& image : {made::gray(121, 83), made::colour(121, 83)}) {
    for (const bool progressive : {false, true}) {
      const Buffer file = made::jpeg(image, {.progressive = progressive});
      const auto read = made::read(file);
      ASSERT_TRUE(read) << to_string(read.error());
      EXPECT_EQ(read->picture().coding, PictureCoding::jpeg);
      EXPECT_EQ(read->bytes(), file);
      EXPECT_EQ(read->page.raster.format(), image.format());
      EXPECT_LE(made::difference(read->page.raster, image), 12);
      EXPECT_EQ(made::difference(read->page.raster, *read->again()), 0);
      EXPECT_EQ(read->page.raster.resolution(), (Resolution{Dpi{300}, Dpi{300}}));
      EXPECT_EQ(read->page.pictures[0].place, (Affine{121, 0, 0, 0, 83, 0}));
      EXPECT_EQ(read->page.crop, (BoxPx{0, 0, 121, 83}));
    }
  }
}

TEST(JpegFile, LeavesOutWhatFollowsItsEnd) {
  const Buffer file = made::jpeg(made::colour(40, 40));
  Buffer longer = file;
  longer.insert(longer.end(), 5000, 0x55);
  const auto read = made::read(longer);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->bytes(), file);
}

TEST(JpegFile, GainsTheEndMarkItLacks) {
  const Buffer file = made::jpeg(made::colour(40, 40));
  const auto read = made::read(Buffer(file.begin(), file.end() - 2));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->bytes(), file);
  EXPECT_TRUE(read->says("end mark"));
}

TEST(JpegFile, TellsViewersWhenItsComponentsAreRgb) {
  const Buffer file = made::jpeg(made::colour(40, 40), {.as_rgb = true});
  const auto read = made::read(file);
  ASSERT_TRUE(read);
  EXPECT_LE(made::difference(read->page.raster, made::colour(40, 40)), 8);
  const std::string adobe = "Adobe";
  EXPECT_NE(std::search(read->bytes().begin(), read->bytes().end(), adobe.begin(), adobe.end()),
            read->bytes().end());
  EXPECT_EQ(made::difference(read->page.raster, *read->again()), 0);
}

TEST(JpegFile, TurnsByExifWithoutTouchingPixels) {
  const std::pair<int, double> turns[] = {{1, 0}, {3, 180}, {6, 90}, {8, 270}};
  for (const auto& [orientation, turn] : turns) {
    const Buffer file = made::jpeg(made::colour(60, 40), {.orientation = orientation});
    const auto read = made::read(file);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->page.known_turn.clockwise, turn) << orientation;
    EXPECT_EQ(read->bytes(), file);
    EXPECT_EQ(read->page.raster.size(), (SizePx{60, 40}));
  }
}

TEST(JpegFile, MirrorsPixelsWhenExifAsksForAMirror) {
  const auto plain = made::read(made::jpeg(made::colour(61, 40)));
  ASSERT_TRUE(plain);
  const std::pair<int, double> turns[] = {{2, 0}, {4, 180}, {5, 270}, {7, 90}};
  for (const auto& [orientation, turn] : turns) {
    const auto read = made::read(made::jpeg(made::colour(61, 40), {.orientation = orientation}));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->page.known_turn.clockwise, turn) << orientation;
    EXPECT_TRUE(read->says("mirrored"));
    EXPECT_EQ(made::rgb_at(read->page.raster, 0, 7), made::rgb_at(plain->page.raster, 60, 7));
    EXPECT_EQ(read->picture().coding, PictureCoding::jpeg);
    EXPECT_LE(made::difference(read->page.raster, *read->again()), 12);
  }
}

TEST(JpegFile, TakesItsResolutionFromExifWhenJfifHasNone) {
  const auto read =
      made::read(made::jpeg(made::colour(40, 40), {.dpi = 0, .orientation = 1, .exif_dpi = 240}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->page.raster.resolution(), (Resolution{Dpi{240}, Dpi{240}}));
}

TEST(JpegFile, KnowsNoResolutionWhenItIsAbsurd) {
  for (const int dpi : {0, 1, 9999}) {
    const auto read = made::read(made::jpeg(made::colour(40, 40), {.dpi = dpi}));
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->page.raster.resolution().known()) << dpi;
  }
}

TEST(JpegFile, TurnsCmykIntoRgb) {
  // No ink; pure cyan; pure black.
  const int inks[][4] = {{0, 0, 0, 0}, {255, 0, 0, 0}, {0, 0, 0, 255}};
  const std::vector<int> lights[] = {{255, 255, 255}, {0, 255, 255}, {0, 0, 0}};
  for (const bool adobe : {false, true}) {
    for (std::size_t i = 0; i < 3; ++i) {
      Buffer rows;
      for (int p = 0; p < 32 * 32; ++p)
        for (const int ink : inks[i])
          rows.push_back(static_cast<std::uint8_t>(adobe ? 255 - ink : ink));
      const auto read = made::read(made::jpeg({32, 32}, rows, {.components = 4, .adobe = adobe}));
      ASSERT_TRUE(read) << to_string(read.error());
      const std::vector<int> found = made::rgb_at(read->page.raster, 9, 9);
      for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(found[c], lights[i][c], 3);
      EXPECT_EQ(read->picture().colour, ColourModel::rgb);
      EXPECT_EQ(read->picture().coding, PictureCoding::jpeg);
      EXPECT_TRUE(read->says("re-encoded from CMYK"));
    }
  }
}

TEST(JpegFile, IsCodedAnewWhenViewersCannotReadIt) {
  const auto read = made::read(made::jpeg(made::colour(64, 64), {.arithmetic = true}));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->picture().coding, PictureCoding::jpeg);
  EXPECT_TRUE(read->says("arithmetic"));
  EXPECT_LE(made::difference(read->page.raster, *read->again()), 12);
}

TEST(JpegFile, IsRefusedWhenItIsCutAnywhereInItsPixels) {
  for (const bool progressive : {false, true}) {
    const Buffer file = made::jpeg(made::colour(200, 200), {.progressive = progressive});
    for (std::size_t keep = 2; keep + 8 < file.size(); keep += file.size() / 60) {
      const auto read =
          made::read(Buffer(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(keep)));
      ASSERT_FALSE(read) << keep << " of " << file.size();
      EXPECT_TRUE(read.error().code == ErrorCode::invalid_input ||
                  read.error().code == ErrorCode::unsupported_input);
    }
  }
}

TEST(JpegEncoder, KeepsColourAtFullResolutionFromQualityNinety) {
  const PageImage image = made::colour(64, 48);
  const auto fine = encode_jpeg(image, 95);
  ASSERT_TRUE(fine);
  EXPECT_LE(made::difference(*decode_jpeg(*fine, "x", {}), image), 8);
  EXPECT_EQ(decode_jpeg(*fine, "x", {})->resolution(), image.resolution());
  const auto bit1 = encode_jpeg(made::bilevel(64, 48), 80);
  ASSERT_TRUE(bit1);
  EXPECT_EQ(decode_jpeg(*bit1, "x", {})->format(), PixelFormat::gray8);
}

TEST(Thumbnail, FitsItsBoxAndKeepsItsShape) {
  for (const PageImage& image : {made::colour(900, 600), made::bilevel(900, 600)}) {
    const auto small = make_thumbnail(image, 150);
    ASSERT_TRUE(small);
    EXPECT_EQ(decode_jpeg(*small, "x", {})->size(), (SizePx{150, 100}));
  }
  const auto tiny = make_thumbnail(made::gray(20, 10), 150);
  ASSERT_TRUE(tiny);
  EXPECT_EQ(decode_jpeg(*tiny, "x", {})->size(), (SizePx{20, 10}));
}

}  // namespace
}  // namespace sogoc
