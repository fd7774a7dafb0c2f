#include <gtest/gtest.h>

#include <cstring>

#include "tests/unit/decode/made_files.hpp"

namespace sogoc {
namespace {

using made::Buffer;

// T.4 one-dimensional coding, written down here once more to check the decoder's tables: libtiff
// codes the strip, and the strip is taken out of its TIFF.
Buffer fax_strip(const PageImage& image, int compression) {
  made::TiffPage page = made::page_of(image);
  page.compression = compression;
  const Buffer file = made::tiff({page});
  // Classic little-endian: find StripOffsets (273) and StripByteCounts (279).
  const auto u32 = [&](std::size_t at) {
    return static_cast<std::size_t>(file[at]) | static_cast<std::size_t>(file[at + 1]) << 8 |
           static_cast<std::size_t>(file[at + 2]) << 16 |
           static_cast<std::size_t>(file[at + 3]) << 24;
  };
  const std::size_t directory = u32(4);
  const std::size_t entries = file[directory] | static_cast<std::size_t>(file[directory + 1]) << 8;
  std::size_t offset = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    const unsigned tag = static_cast<unsigned>(file[entry] | file[entry + 1] << 8);
    const unsigned type = static_cast<unsigned>(file[entry + 2]);
    const std::size_t value = type == 3 ? u32(entry + 8) & 0xFFFF : u32(entry + 8);
    if (tag == 273) offset = value;
    if (tag == 279) count = value;
  }
  return Buffer(file.begin() + static_cast<std::ptrdiff_t>(offset),
                file.begin() + static_cast<std::ptrdiff_t>(offset + count));
}

// Every run length of both colours, up to 2623 and beyond.
PageImage all_runs() {
  const int width = 6000;
  const int height = 2700;
  const std::size_t stride = PageImage::stride_of(width, PixelFormat::bit1);
  Buffer pixels(stride * static_cast<std::size_t>(height));
  for (int run = 0; run < height; ++run)
    for (int x = run; x < 2 * run; ++x)
      pixels[static_cast<std::size_t>(run) * stride + static_cast<std::size_t>(x / 8)] |=
          static_cast<std::uint8_t>(0x80u >> (x % 8));
  return PageImage::create({width, height}, PixelFormat::bit1, {}, std::move(pixels)).value();
}

constexpr int kModifiedHuffman = 2;
constexpr int kG3 = 3;

TEST(CcittDecoder, KnowsEveryRunLength) {
  const PageImage image = all_runs();
  const auto g3 =
      decode_ccitt(fax_strip(image, kG3), {.columns = 6000, .rows = 2700, .k = 0}, "x", {});
  ASSERT_TRUE(g3) << to_string(g3.error());
  EXPECT_EQ(made::difference(*g3, image), 0);
  const auto bytes = encode_g4(image);
  ASSERT_TRUE(bytes);
  const auto g4 = decode_ccitt(*bytes, {.columns = 6000, .rows = 2700, .k = -1}, "x", {});
  ASSERT_TRUE(g4) << to_string(g4.error());
  EXPECT_EQ(made::difference(*g4, image), 0);
}

TEST(CcittDecoder, AgreesWithLibtiffOnPagesOfEveryWidth) {
  for (int width = 1; width < 140; width += 3) {
    const PageImage image = made::bilevel(width, 40, static_cast<unsigned>(width));
    const auto bytes = encode_g4(image);
    ASSERT_TRUE(bytes);
    const auto g4 = decode_ccitt(*bytes, {.columns = width, .rows = 40, .k = -1}, "x", {});
    ASSERT_TRUE(g4) << width << ": " << to_string(g4.error());
    ASSERT_EQ(made::difference(*g4, image), 0) << width;
  }
}

TEST(CcittDecoder, FindsTheNumberOfRowsByItself) {
  const PageImage image = made::bilevel(300, 77);
  const auto g4 = decode_ccitt(*encode_g4(image), {.columns = 300, .k = -1}, "x", {});
  ASSERT_TRUE(g4);
  EXPECT_EQ(made::difference(*g4, image), 0);
  const auto g3 = decode_ccitt(fax_strip(image, kG3), {.columns = 300, .k = 0}, "x", {});
  ASSERT_TRUE(g3) << to_string(g3.error());
  EXPECT_EQ(made::difference(*g3, image), 0);
}

TEST(CcittDecoder, ReadsRowsThatStartAtBytesWithoutMarks) {
  const PageImage image = made::bilevel(300, 77);
  const auto read = decode_ccitt(fax_strip(image, kModifiedHuffman),
                                 {.columns = 300, .rows = 77, .k = 0, .byte_align = true}, "x", {});
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(made::difference(*read, image), 0);
}

TEST(CcittDecoder, TurnsColoursOverWhenBlackIsOne) {
  const PageImage image = made::bilevel(64, 10);
  const auto read = decode_ccitt(*encode_g4(image),
                                 {.columns = 64, .rows = 10, .k = -1, .black_is_1 = true}, "x", {});
  ASSERT_TRUE(read);
  EXPECT_EQ(made::gray_at(*read, 5, 5), 255 - made::gray_at(image, 5, 5));
}

TEST(CcittDecoder, RefusesDataThatEndEarly) {
  const PageImage image = made::bilevel(300, 200);
  const Buffer bytes = *encode_g4(image);
  for (std::size_t keep = 0; keep + 4 < bytes.size(); keep += 5) {
    const auto read =
        decode_ccitt(std::span(bytes).first(keep), {.columns = 300, .rows = 200, .k = -1}, "x", {});
    ASSERT_FALSE(read) << keep;
    EXPECT_EQ(read.error().code, ErrorCode::invalid_input);
  }
}

TEST(CcittDecoder, RepeatsTheRowAboveADamagedFaxRow) {
  const PageImage image = made::bilevel(600, 100);
  Buffer bytes = fax_strip(image, kG3);
  for (std::size_t i = 0; i < 4; ++i) bytes[bytes.size() / 2 + i] = 0x01;
  const auto read = decode_ccitt(bytes, {.columns = 600, .k = 0}, "x", {});
  if (read) {
    EXPECT_GT(read->size().height, 90);
  }
}

TEST(CcittDecoder, RefusesMorePixelsThanTheLimit) {
  const auto read =
      decode_ccitt(Buffer(100, 0xFF), {.columns = 60000, .rows = 60000, .k = -1}, "x", {});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::limit_exceeded);
  // One bit a row: the limit holds while rows are found.
  const auto growing = decode_ccitt(Buffer(1'000'000, 0xFF), {.columns = 60000, .k = -1}, "x",
                                    {.max_pixels = 50'000'000});
  ASSERT_FALSE(growing);
  EXPECT_EQ(growing.error().code, ErrorCode::limit_exceeded);
}

// A JBIG2 page of one generic region coded by MMR, which is G4: made by hand.
Buffer jbig2_page(const PageImage& image) {
  Buffer out;
  const auto u32 = [&](std::size_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
      out.push_back(static_cast<std::uint8_t>(value >> shift));
  };
  const auto segment = [&](std::size_t number, std::uint8_t type, std::size_t length) {
    u32(number);
    out.insert(out.end(), {type, 0, 1});
    u32(length);
  };
  const Buffer g4 = *encode_g4(image);
  const auto width = static_cast<std::size_t>(image.size().width);
  const auto height = static_cast<std::size_t>(image.size().height);
  segment(0, 48, 19);  // page information
  u32(width);
  u32(height);
  u32(0);
  u32(0);
  out.insert(out.end(), {0, 0, 0});
  segment(1, 38, 18 + g4.size());  // immediate generic region
  u32(width);
  u32(height);
  u32(0);
  u32(0);
  out.insert(out.end(), {0, 1});  // combine by OR; MMR
  out.insert(out.end(), g4.begin(), g4.end());
  return out;
}

TEST(Jbig2Decoder, ReadsAnEmbeddedPage) {
  const PageImage image = made::bilevel(203, 150);
  const auto read = decode_jbig2(jbig2_page(image), std::nullopt, {203, 150}, "x", {});
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(made::difference(*read, image), 0);
}

TEST(Jbig2Decoder, RefusesAPageThatIsCut) {
  const Buffer bytes = jbig2_page(made::bilevel(203, 150));
  for (std::size_t keep = 0; keep < bytes.size(); keep += 9) {
    const auto read = decode_jbig2(std::span(bytes).first(keep), std::nullopt, {203, 150}, "x", {});
    ASSERT_FALSE(read) << keep;
  }
}

TEST(Jbig2Decoder, DoesNotTakeMemoryWithoutBound) {
  Buffer bytes = jbig2_page(made::bilevel(64, 64));
  for (std::size_t i = 11; i < 19; ++i) bytes[i] = 0x7F;  // the page's width and height
  const auto read = decode_jbig2(bytes, std::nullopt, {64, 64}, "x", {.max_pixels = 1'000'000});
  EXPECT_FALSE(read);
}

TEST(FlateEncoder, ReadsBackWhatItWrote) {
  for (const PageImage& image : {made::bilevel(77, 50), made::gray(77, 50), made::colour(77, 50)}) {
    const auto bytes = encode_flate(image);
    ASSERT_TRUE(bytes);
    Picture picture;
    picture.coding = PictureCoding::flate;
    picture.predictor = 15;
    picture.size = image.size();
    picture.bits_per_component = image.format() == PixelFormat::bit1 ? 1 : 8;
    picture.colour = image.format() == PixelFormat::rgb8 ? ColourModel::rgb : ColourModel::gray;
    const auto again = decode_picture(picture, *bytes, std::nullopt, "x", {});
    ASSERT_TRUE(again) << to_string(again.error());
    EXPECT_EQ(made::difference(*again, image), 0);
  }
}

TEST(Encoders, RefuseWhatTheyCannotCode) {
  EXPECT_FALSE(encode_g4(made::gray(8, 8)));
  EXPECT_FALSE(encode_g4(PageImage()));
  EXPECT_FALSE(encode_jpeg(PageImage(), 90));
  EXPECT_FALSE(encode_flate(PageImage()));
  EXPECT_FALSE(encode_png(PageImage()));
  EXPECT_FALSE(make_thumbnail(PageImage(), 100));
}

}  // namespace
}  // namespace sogoc
