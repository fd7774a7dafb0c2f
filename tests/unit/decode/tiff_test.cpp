#include <gtest/gtest.h>

#include <cstring>

#include <tiff.h>

#include "tests/unit/decode/made_files.hpp"

namespace sogoc {
namespace {

using made::Buffer;
using made::TiffPage;

// The stored picture gives the raster again.
void expect_round_trip(const made::ReadPage& read, int tolerance = 0) {
  const auto again = read.again();
  ASSERT_TRUE(again) << to_string(again.error());
  const int found = made::difference(read.page.raster, *again);
  EXPECT_GE(found, 0);
  EXPECT_LE(found, tolerance);
}

TEST(TiffFile, CountsItsPagesAndReadsEach) {
  std::vector<TiffPage> pages;
  for (unsigned i = 0; i < 12; ++i) {
    pages.push_back(made::page_of(made::bilevel(100 + static_cast<int>(i), 60, i + 1)));
    pages.back().compression = COMPRESSION_CCITTFAX4;
  }
  for (const std::string mode : {"w", "wb", "w8", "wb8"}) {
    const Buffer file = made::tiff(pages, mode);
    const auto opened = made::open(file);
    ASSERT_TRUE(opened) << mode << ": " << to_string(opened.error());
    EXPECT_EQ(opened->page_count, 12u);
    for (const unsigned i : {0u, 5u, 11u}) {
      const auto read = made::read(file, i);
      ASSERT_TRUE(read) << to_string(read.error());
      EXPECT_EQ(
          made::difference(read->page.raster, made::bilevel(100 + static_cast<int>(i), 60, i + 1)),
          0);
      EXPECT_EQ(read->page.raster.resolution(), (Resolution{Dpi{300}, Dpi{300}}));
    }
    EXPECT_FALSE(made::read(file, 12));
  }
}

TEST(TiffFile, DoesNotCountPreviewsAsPages) {
  std::vector<TiffPage> pages(3, made::page_of(made::gray(80, 60)));
  pages[1] = made::page_of(made::gray(8, 6));
  pages[1].subfile = FILETYPE_REDUCEDIMAGE;
  const Buffer file = made::tiff(pages);
  const auto opened = made::open(file);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->page_count, 2u);
  EXPECT_FALSE(opened->notes.empty());
  EXPECT_EQ(made::read(file, 1)->page.raster.size(), (SizePx{80, 60}));
}

TEST(TiffFile, PassesTheG4BytesOfOneStripThrough) {
  const PageImage image = made::bilevel(203, 150);
  for (const int photometric : {PHOTOMETRIC_MINISWHITE, PHOTOMETRIC_MINISBLACK}) {
    for (const int fill_order : {FILLORDER_MSB2LSB, FILLORDER_LSB2MSB}) {
      TiffPage page = made::page_of(image);
      page.compression = COMPRESSION_CCITTFAX4;
      page.photometric = photometric;
      page.fill_order = fill_order;
      const auto read = made::read(made::tiff({page}));
      ASSERT_TRUE(read) << to_string(read.error());
      EXPECT_EQ(read->picture().coding, PictureCoding::ccitt_g4);
      EXPECT_EQ(read->picture().black_is_1, photometric == PHOTOMETRIC_MINISBLACK);
      EXPECT_EQ(read->bytes(), *encode_g4(image));  // the strip, whatever order its bits had
      expect_round_trip(*read);
      const int black = made::gray_at(image, 100, 75);
      EXPECT_EQ(made::gray_at(read->page.raster, 100, 75),
                photometric == PHOTOMETRIC_MINISWHITE ? black : 255 - black);
    }
  }
}

TEST(TiffFile, CodesEveryOtherBilevelFormAsG4) {
  const PageImage image = made::bilevel(203, 150);
  for (const int compression :
       {COMPRESSION_NONE, COMPRESSION_PACKBITS, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE,
        COMPRESSION_CCITTFAX3, COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX4}) {
    for (const std::uint32_t rows_per_strip : {0u, 8u, 33u}) {
      for (const int photometric : {PHOTOMETRIC_MINISWHITE, PHOTOMETRIC_MINISBLACK}) {
        TiffPage page = made::page_of(image);
        page.compression = compression;
        page.rows_per_strip = rows_per_strip;
        page.photometric = photometric;
        const auto read = made::read(made::tiff({page}));
        ASSERT_TRUE(read) << compression << ": " << to_string(read.error());
        EXPECT_EQ(read->picture().coding, PictureCoding::ccitt_g4);
        expect_round_trip(*read);
        const int sample = made::gray_at(image, 77, 75);
        EXPECT_EQ(made::gray_at(read->page.raster, 77, 75),
                  photometric == PHOTOMETRIC_MINISWHITE ? sample : 255 - sample)
            << compression;
      }
    }
  }
}

TEST(TiffFile, ReadsGrayAndColourInEveryLosslessForm) {
  for (const PageImage& image : {made::gray(75, 50), made::colour(75, 50)}) {
    for (const int compression :
         {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS}) {
      for (const int layout : {0, 1, 2, 3}) {  // one strip, strips, tiles, planes
        TiffPage page = made::page_of(image);
        page.compression = compression;
        if (compression == COMPRESSION_LZW) page.predictor = 2;
        if (layout == 1) page.rows_per_strip = 7;
        if (layout == 2) page.tile = 32;
        if (layout == 3) {
          page.separate = true;
          page.rows_per_strip = 9;
        }
        for (const std::string mode : {"w", "wb"}) {
          const auto read = made::read(made::tiff({page}, mode));
          ASSERT_TRUE(read) << compression << " " << layout << ": " << to_string(read.error());
          EXPECT_EQ(made::difference(read->page.raster, image), 0) << compression << " " << layout;
          EXPECT_EQ(read->picture().coding, PictureCoding::flate);
          expect_round_trip(*read);
        }
      }
    }
  }
}

TEST(TiffFile, ReducesSixteenBitsToEight) {
  const PageImage image = made::colour(40, 30);
  for (const std::string mode : {"w", "wb"}) {
    TiffPage page = made::page_of(image);
    page.bits = 16;
    page.rows.clear();
    for (const std::uint8_t value : image.pixels()) {
      const auto deep = static_cast<std::uint16_t>(value * 257);
      std::uint8_t bytes[2];
      std::memcpy(bytes, &deep, 2);
      page.rows.insert(page.rows.end(), bytes, bytes + 2);
    }
    const auto read = made::read(made::tiff({page}, mode));
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(made::difference(read->page.raster, image), 0);
    EXPECT_TRUE(read->says("16 bits"));
  }
}

TEST(TiffFile, ReadsFourBitGrayAndWhiteIsZero) {
  TiffPage page;
  page.size = {4, 2};
  page.bits = 4;
  page.photometric = PHOTOMETRIC_MINISWHITE;
  page.rows = {0x0F, 0x5A, 0xF0, 0x00};
  const auto read = made::read(made::tiff({page}));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(made::gray_at(read->page.raster, 0, 0), 255);
  EXPECT_EQ(made::gray_at(read->page.raster, 1, 0), 0);
  EXPECT_EQ(made::gray_at(read->page.raster, 2, 0), 170);
  expect_round_trip(*read);
}

TEST(TiffFile, KeepsItsPalette) {
  TiffPage page;
  page.size = {3, 1};
  page.photometric = PHOTOMETRIC_PALETTE;
  page.rows = {0, 1, 2};
  page.palette.assign(3 * 256, 0);
  page.palette[0] = 0xFFFF;        // 0 is red
  page.palette[256 + 1] = 0xFFFF;  // 1 is green
  page.palette[512 + 2] = 0x8080;  // 2 is half blue
  const auto read = made::read(made::tiff({page}));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->picture().colour, ColourModel::indexed);
  EXPECT_EQ(made::rgb_at(read->page.raster, 0, 0), (std::vector<int>{255, 0, 0}));
  EXPECT_EQ(made::rgb_at(read->page.raster, 1, 0), (std::vector<int>{0, 255, 0}));
  EXPECT_EQ(made::rgb_at(read->page.raster, 2, 0), (std::vector<int>{0, 0, 128}));
  expect_round_trip(*read);
}

TEST(TiffFile, TurnsCmykIntoRgb) {
  TiffPage page;
  page.size = {3, 1};
  page.samples = 4;
  page.photometric = PHOTOMETRIC_SEPARATED;
  page.rows = {0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 255};
  for (const bool separate : {false, true}) {
    page.separate = separate;
    const auto read = made::read(made::tiff({page}));
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(made::rgb_at(read->page.raster, 0, 0), (std::vector<int>{255, 255, 255}));
    EXPECT_EQ(made::rgb_at(read->page.raster, 1, 0), (std::vector<int>{255, 0, 0}));
    EXPECT_EQ(made::rgb_at(read->page.raster, 2, 0), (std::vector<int>{0, 0, 0}));
    EXPECT_TRUE(read->says("CMYK"));
    EXPECT_EQ(read->picture().colour, ColourModel::rgb);
    expect_round_trip(*read);
  }
}

TEST(TiffFile, LaysTransparentPartsOnWhite) {
  TiffPage page;
  page.size = {2, 1};
  page.samples = 4;
  page.photometric = PHOTOMETRIC_RGB;
  page.rows = {100, 50, 0, 128, 9, 9, 9, 0};
  page.extra = EXTRASAMPLE_UNASSALPHA;
  const auto plain = made::read(made::tiff({page}));
  ASSERT_TRUE(plain);
  EXPECT_EQ(made::rgb_at(plain->page.raster, 0, 0), (std::vector<int>{177, 152, 127}));
  EXPECT_EQ(made::rgb_at(plain->page.raster, 1, 0), (std::vector<int>{255, 255, 255}));
  page.extra = EXTRASAMPLE_ASSOCALPHA;
  const auto premultiplied = made::read(made::tiff({page}));
  ASSERT_TRUE(premultiplied);
  EXPECT_EQ(made::rgb_at(premultiplied->page.raster, 0, 0), (std::vector<int>{227, 177, 127}));
  EXPECT_TRUE(premultiplied->says("white"));
}

TEST(TiffFile, JoinsItsJpegStripsIntoOnePictureWithoutLoss) {
  for (const PageImage& image : {made::gray(163, 97), made::colour(163, 97)}) {
    for (const int photometric : {PHOTOMETRIC_YCBCR, PHOTOMETRIC_RGB}) {
      for (const std::uint32_t rows_per_strip : {0u, 16u, 32u}) {
        TiffPage page = made::page_of(image);
        if (page.samples == 3) page.photometric = photometric;
        page.compression = COMPRESSION_JPEG;
        page.rows_per_strip = rows_per_strip;
        const Buffer file = made::tiff({page});
        const auto read = made::read(file);
        ASSERT_TRUE(read) << to_string(read.error());
        EXPECT_EQ(read->picture().coding, PictureCoding::jpeg) << rows_per_strip;
        EXPECT_LE(made::difference(read->page.raster, image), 14) << rows_per_strip;
        EXPECT_LE(read->bytes().size(), file.size() + 100);
        expect_round_trip(*read);
      }
    }
  }
}

TEST(TiffFile, CodesTiledJpegWithoutFurtherLoss) {
  TiffPage page = made::page_of(made::colour(192, 128));
  page.photometric = PHOTOMETRIC_YCBCR;
  page.compression = COMPRESSION_JPEG;
  page.tile = 64;
  const auto read = made::read(made::tiff({page}));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->picture().coding, PictureCoding::flate);
  EXPECT_LE(made::difference(read->page.raster, made::colour(192, 128)), 14);
  expect_round_trip(*read);
}

TEST(TiffFile, KnowsNoResolutionWhenItIsAbsurdOrWithoutUnit) {
  struct Stated {
    double x, y;
    int unit;
    double known_x;
  };
  const Stated cases[] = {
      {0, 0, RESUNIT_INCH, 0},          {1, 1, RESUNIT_INCH, 0},
      {1e9, 1e9, RESUNIT_INCH, 0},      {300, 300, RESUNIT_NONE, 0},
      {-1, -1, RESUNIT_INCH, 0},        {72, 72, RESUNIT_INCH, 72},
      {204, 98, RESUNIT_INCH, 204},     {118.11, 118.11, RESUNIT_CENTIMETER, 300},
      {2400, 2400, RESUNIT_INCH, 2400}, {300, 1, RESUNIT_INCH, 0}};
  for (const Stated& stated : cases) {
    TiffPage page = made::page_of(made::gray(30, 20));
    page.x_dpi = stated.x;
    page.y_dpi = stated.y;
    page.unit = stated.unit;
    const auto read = made::read(made::tiff({page}));
    ASSERT_TRUE(read);
    EXPECT_NEAR(read->page.raster.resolution().x.value, stated.known_x, 0.01) << stated.x;
  }
}

TEST(TiffFile, TurnsAndMirrorsByItsOrientation) {
  const PageImage image = made::bilevel(61, 40);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    TiffPage page = made::page_of(image);
    page.compression = COMPRESSION_CCITTFAX4;
    page.orientation = orientation;
    const auto read = made::read(made::tiff({page}));
    ASSERT_TRUE(read);
    constexpr double kTurn[] = {0, 0, 0, 180, 180, 270, 90, 90, 270};
    EXPECT_EQ(read->page.known_turn.clockwise, kTurn[orientation]) << orientation;
    const bool mirror =
        orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7;
    for (int x = 0; x < 61; ++x)
      ASSERT_EQ(made::gray_at(read->page.raster, x, 20),
                made::gray_at(image, mirror ? 60 - x : x, 20));
    EXPECT_EQ(read->says("mirrored"), mirror);
    expect_round_trip(*read);
  }
}

TEST(TiffFile, ReadsYCbCrWithoutJpeg) {
  TiffPage page;
  page.size = {4, 2};
  page.samples = 3;
  page.photometric = PHOTOMETRIC_YCBCR;
  page.compression = COMPRESSION_ADOBE_DEFLATE;
  page.rows.assign(4 * 2 * 3, 128);
  Buffer file = made::tiff({page});
  const auto read = made::read(file);
  // libtiff's default sampling is 2 x 2; what counts is an answer, never a crash.
  if (read) {
    EXPECT_EQ(read->page.raster.size(), page.size);
  }
}

TEST(TiffFile, RefusesAListOfPagesThatRunsInACircle) {
  Buffer file = made::tiff({made::page_of(made::gray(30, 20))});
  const std::size_t field = made::next_directory_field(file);
  std::memcpy(file.data() + field, file.data() + 4, 4);  // the next page is the first
  const auto opened = made::open(file);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::invalid_input) << to_string(opened.error());
}

TEST(TiffFile, RefusesAListOfPagesThatLeadsOutOfTheFile) {
  Buffer file = made::tiff({made::page_of(made::gray(30, 20))});
  file[made::next_directory_field(file) + 2] = 0xFF;
  const auto opened = made::open(file);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("list of pages"), std::string::npos);
}

TEST(TiffFile, RefusesMorePagesThanTheLimit) {
  const std::vector<TiffPage> pages(30, made::page_of(made::gray(8, 8)));
  ReadingSettings settings;
  settings.max_pages = 10;
  const auto opened = made::open(made::tiff(pages), settings);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::limit_exceeded);
}

TEST(TiffFile, RefusesFloatingPointSamplesOrReadsThemWhole) {
  TiffPage page;
  page.size = {8, 8};
  page.bits = 32;
  page.sample_format = SAMPLEFORMAT_IEEEFP;
  page.rows.assign(8 * 8 * 4, 0);
  const auto read = made::read(made::tiff({page}));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::unsupported_input) << to_string(read.error());
}

}  // namespace
}  // namespace sogoc
