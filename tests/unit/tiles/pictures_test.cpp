#include "workers/tiles/pictures.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "workers/decode/codecs.hpp"

namespace sogoc::tiles {
namespace {

class Pictures : public ::testing::Test {
 protected:
  Pictures() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sogoc-tiles-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Pictures() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  // Red grows to the right, green downwards.
  static PageImage slope(int width, int height) {
    std::vector<std::uint8_t> pixels;
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        pixels.push_back(static_cast<std::uint8_t>(255 * x / width));
        pixels.push_back(static_cast<std::uint8_t>(255 * y / height));
        pixels.push_back(0);
      }
    return *PageImage::create({width, height}, PixelFormat::rgb8, {}, std::move(pixels));
  }
  TileFile tiles_of(const PageImage& picture) {
    const auto file = folder_ / ("tiles" + std::to_string(++made_));
    EXPECT_TRUE(write_tiles(picture, file));
    auto opened = TileFile::open(file);
    EXPECT_TRUE(opened);
    return std::move(*opened);
  }
  static PageImage cut(const TileFile& tiles, std::string_view region, std::string_view size, std::string_view rotation = "0", std::string_view quality = "default.png") {
    const auto request = read_request(tiles.size(), region, size, rotation, quality);
    EXPECT_TRUE(request);
    const auto bytes = cut_picture(tiles, *request);
    EXPECT_TRUE(bytes) << (bytes ? "" : to_string(bytes.error()));
    return *decode_png(*bytes, "cut", {});
  }
  static int red(const PageImage& picture, int x, int y) { return picture.row(y)[static_cast<std::size_t>(x) * 3]; }

  std::filesystem::path folder_;
  int made_ = 0;
};

TEST_F(Pictures, LevelsEndWithOneTile) {
  const auto levels = levels_of({7000, 9900});
  EXPECT_EQ(levels.size(), 6u);
  EXPECT_EQ(levels.back().columns() * levels.back().rows(), 1);
  EXPECT_EQ(levels_of({1, 1}).size(), 1u);
}

TEST_F(Pictures, APieceOverSeveralTilesIsWhatStandsThere) {
  const TileFile tiles = tiles_of(slope(1300, 700));
  const PageImage piece = cut(tiles, "500,500,300,100", "300,100");
  EXPECT_EQ(piece.size(), (SizePx{300, 100}));
  EXPECT_NEAR(red(piece, 0, 50), 255 * 500 / 1300, 4);
  EXPECT_NEAR(red(piece, 299, 50), 255 * 799 / 1300, 4);
}

TEST_F(Pictures, ASmallPictureIsTheMeanOfTheLargeOne) {
  const TileFile tiles = tiles_of(slope(1300, 700));
  const PageImage small = cut(tiles, "full", "130,70");
  EXPECT_EQ(small.size(), (SizePx{130, 70}));
  EXPECT_NEAR(red(small, 65, 35), 128, 5);
}

TEST_F(Pictures, TurnsClockwise) {
  const TileFile tiles = tiles_of(slope(600, 400));
  const PageImage turned = cut(tiles, "full", "300,200", "90");
  EXPECT_EQ(turned.size(), (SizePx{200, 300}));
  EXPECT_LT(red(turned, 100, 10), 20);    // what was left is on top
  EXPECT_GT(red(turned, 100, 289), 235);
}

TEST_F(Pictures, BlackAndWhiteOriginalsBecomeGray) {
  std::vector<std::uint8_t> bits(static_cast<std::size_t>(100 * 13), 0x0F);  // half black, half white
  const PageImage picture = *PageImage::create({100, 100}, PixelFormat::bit1, {}, std::move(bits));
  const TileFile tiles = tiles_of(picture);
  EXPECT_NEAR(cut(tiles, "full", "max").row(50)[0], 255, 3);
  EXPECT_NEAR(cut(tiles, "full", "10,10").row(5)[5], 128, 40);
  EXPECT_EQ(cut(tiles, "full", "10,10", "0", "bitonal.png").row(5)[5] % 255, 0);
}

TEST_F(Pictures, DamagedTileFilesAreRefusedNotRead) {
  const auto file = folder_ / "good";
  ASSERT_TRUE(write_tiles(slope(700, 300), file));
  std::ifstream in(file, std::ios::binary);
  const std::string good{std::istreambuf_iterator<char>(in), {}};
  const auto opens = [&](const std::string& bytes) {
    const auto bad = folder_ / "bad";
    std::ofstream(bad, std::ios::binary) << bytes;
    return TileFile::open(bad).has_value();
  };
  EXPECT_TRUE(opens(good));
  for (const std::size_t length : {0, 7, 39, 40, 100}) EXPECT_FALSE(opens(good.substr(0, length))) << length;
  EXPECT_FALSE(opens(good.substr(0, good.size() - 1)));
  for (std::size_t i = 0; i < 136; ++i) {  // every byte of the head
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x80);
    const bool opened = opens(bad);
    if (i < 64) {  // sides, levels, the first level's size
      EXPECT_FALSE(opened) << i;
    }
    if (!opened) continue;
    const auto tiles = TileFile::open(folder_ / "bad");
    for (std::size_t level = 0; level < tiles->levels().size(); ++level)
      for (int column = 0; column < tiles->levels()[level].columns(); ++column) (void)tiles->tile(level, column, 0);
  }
}

}  // namespace
}  // namespace sogoc::tiles
