// What must be refused, in one clear sentence, without a crash and before memory is taken.

#include <gtest/gtest.h>

#include <random>

#include <tiff.h>

#include "tests/unit/decode/made_files.hpp"

namespace sogoc {
namespace {

using made::Buffer;

Buffer rows_of(const PageImage& image) {
  return Buffer(image.pixels().begin(), image.pixels().end());
}

std::vector<std::pair<std::string, Buffer>> one_of_each() {
  const PageImage colour = made::colour(120, 90);
  made::TiffPage g4 = made::page_of(made::bilevel(203, 150));
  g4.compression = COMPRESSION_CCITTFAX4;
  made::TiffPage strips = g4;
  strips.rows_per_strip = 16;
  made::TiffPage lzw = made::page_of(colour);
  lzw.compression = COMPRESSION_LZW;
  lzw.rows_per_strip = 16;
  made::TiffPage jpeg = made::page_of(colour);
  jpeg.compression = COMPRESSION_JPEG;
  jpeg.photometric = PHOTOMETRIC_YCBCR;
  jpeg.rows_per_strip = 16;
  made::TiffPage tiles = made::page_of(colour);
  tiles.tile = 32;
  tiles.compression = COMPRESSION_ADOBE_DEFLATE;
  Buffer palette;
  for (int i = 0; i < 256; ++i) palette.insert(palette.end(), {1, 2, static_cast<std::uint8_t>(i)});
  return {
      {"g4 tiff", made::tiff({g4, g4})},
      {"strips tiff", made::tiff({strips}, "wb")},
      {"lzw tiff", made::tiff({lzw}, "w8")},
      {"jpeg tiff", made::tiff({jpeg})},
      {"tiles tiff", made::tiff({tiles})},
      {"jpeg", made::jpeg(colour, {.orientation = 6})},
      {"progressive jpeg", made::jpeg(colour, {.progressive = true})},
      {"png", made::png({120, 90}, rows_of(colour), {})},
      {"interlaced png", made::png({120, 90}, rows_of(colour), {.interlaced = true})},
      {"jp2", made::jpeg2000({120, 90}, rows_of(colour), 3, true)},
      {"j2k", made::jpeg2000({120, 90}, rows_of(colour), 3, false)},
      {"webp", made::webp({120, 90}, rows_of(colour), 3)},
      {"lossy webp", made::webp({120, 90}, rows_of(colour), 3, false)},
      {"bmp", made::bmp({120, 90}, 24, rows_of(colour), {})},
      {"palette bmp", made::bmp({120, 90}, 8, rows_of(made::gray(120, 90)), palette)},
      {"ppm", made::text("P6\n120 90\n255\n", rows_of(colour))},
  };
}

bool clear_refusal(const Error& error) {
  return (error.code == ErrorCode::invalid_input || error.code == ErrorCode::unsupported_input ||
          error.code == ErrorCode::limit_exceeded) &&
         !error.message.empty() && error.retry == Retry::never;
}

// Of opening the file or of any of its pages.
std::optional<Error> first_refusal(const Buffer& file) {
  const auto opened = made::open(file);
  if (!opened) return opened.error();
  for (std::uint32_t page = 0; page < opened->page_count; ++page) {
    const auto read = made::read(file, page);
    if (!read) return read.error();
  }
  return std::nullopt;
}

TEST(BadInput, IsRefusedClearlyWhereverAFileIsCut) {
  for (const auto& [name, file] : one_of_each()) {
    ASSERT_FALSE(first_refusal(file)) << name << ": " << to_string(*first_refusal(file));
    int passed = 0;
    const std::size_t step = std::max<std::size_t>(1, file.size() / 97);
    for (std::size_t keep = 0; keep < file.size(); keep += step) {
      const auto refused =
          first_refusal(Buffer(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(keep)));
      if (!refused) {
        ++passed;
        continue;
      }
      EXPECT_TRUE(clear_refusal(*refused)) << name << " " << keep << ": " << to_string(*refused);
    }
    // What stands at a file's very end may be missing without harm to a pixel.
    EXPECT_LE(passed, 2) << name;
  }
}

TEST(BadInput, NeverCrashesOnWrongBytes) {
  std::mt19937 random(20261122);
  ReadingSettings settings;
  settings.max_pixels = 4'000'000;
  for (const auto& [name, file] : one_of_each()) {
    for (int round = 0; round < 60; ++round) {
      Buffer wrong = file;
      const int changes = 1 + static_cast<int>(random() % 6);
      for (int i = 0; i < changes; ++i) {
        // Headers stand at the start in most kinds, at the end in TIFF.
        const std::size_t reach =
            random() % 2 ? wrong.size() : std::min<std::size_t>(200, wrong.size());
        const std::size_t at =
            random() % 3 == 0 ? wrong.size() - 1 - random() % reach : random() % reach;
        wrong[at] = static_cast<std::uint8_t>(random());
      }
      const auto opened = made::open(wrong, settings);
      if (!opened) {
        EXPECT_TRUE(clear_refusal(opened.error())) << name << to_string(opened.error());
      }
      const auto read = made::read(wrong, 0, settings);
      if (!read) {
        EXPECT_TRUE(clear_refusal(read.error())) << name << to_string(read.error());
      }
    }
  }
}

TEST(BadInput, RefusesBombsByTheirHeader) {
  const auto with_size = [](Buffer file, std::size_t at, std::uint32_t value, std::size_t count) {
    for (std::size_t n = 0; n < count; ++n)
      for (std::size_t i = 0; i < 4; ++i)
        file[at + 4 * n + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
    return file;
  };
  const Buffer png = made::png({8, 8}, rows_of(made::gray(8, 8)), {.colour_type = 0});
  Buffer jpeg = made::jpeg(made::gray(8, 8));
  for (std::size_t i = 0; i + 8 < jpeg.size(); ++i)
    if (jpeg[i] == 0xFF && jpeg[i + 1] == 0xC0)
      jpeg[i + 5] = jpeg[i + 6] = jpeg[i + 7] = jpeg[i + 8] = 0xFF;
  const std::pair<std::string, Buffer> bombs[] = {
      {"png", with_size(png, 16, 60000, 2)},
      {"jpeg", jpeg},
      {"pnm", made::text("P6\n60000 60000\n255\n", {1, 2, 3})},
      {"bmp",
       [] {
         Buffer bmp = made::bmp({8, 8}, 24, Buffer(192, 0), {});
         bmp[18] = bmp[19] = bmp[22] = bmp[23] = 0xFF;
         return bmp;
       }()},
      {"j2k",
       with_size(made::jpeg2000({64, 64}, rows_of(made::gray(64, 64)), 1, false), 8, 100000, 2)},
  };
  for (const auto& [name, bomb] : bombs) {
    for (const auto& result : {made::open(bomb).map([](const auto&) { return 0; }),
                               made::read(bomb).map([](const auto&) { return 0; })}) {
      ASSERT_FALSE(result) << name;
      EXPECT_EQ(result.error().code, ErrorCode::limit_exceeded)
          << name << to_string(result.error());
      EXPECT_NE(result.error().message.find("limit"), std::string::npos);
    }
  }
}

TEST(BadInput, RefusesASmallTiffThatClaimsALargePage) {
  // Within the limit of pixels, yet far more than its bytes can hold.
  for (const int compression : {COMPRESSION_NONE, COMPRESSION_ADOBE_DEFLATE}) {
    made::TiffPage page = made::page_of(made::gray(8, 8));
    page.compression = compression;
    Buffer file = made::tiff({page});
    const std::size_t directory = file[4] | static_cast<std::size_t>(file[5]) << 8;
    for (std::size_t entry = directory + 2; entry + 12 <= file.size(); entry += 12) {
      const unsigned tag = static_cast<unsigned>(file[entry] | file[entry + 1] << 8);
      if (tag != 256 && tag != 257 && tag != 278) continue;
      file[entry + 8] = 0x20;  // 20,000
      file[entry + 9] = 0x4E;
    }
    const auto read = made::read(file);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::invalid_input) << to_string(read.error());
  }
}

TEST(BadInput, RefusesFilesOverTheLimitOfBytes) {
  ReadingSettings settings;
  settings.max_file_bytes = 1000;
  const auto opened =
      made::open(made::bmp({120, 90}, 24, rows_of(made::colour(120, 90)), {}), settings);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::limit_exceeded);
}

}  // namespace
}  // namespace sogoc
