#include "workers/tiles/iiif_request.hpp"

#include <gtest/gtest.h>

namespace sogoc::tiles {
namespace {

constexpr SizePx kPicture{1000, 600};

Result<PictureRequest> read(std::string_view region, std::string_view size, std::string_view rotation = "0", std::string_view quality = "default.jpg") {
  return read_request(kPicture, region, size, rotation, quality);
}

TEST(Regions, AreCutAtTheEdgesOfThePicture) {
  EXPECT_EQ(read("full", "max")->region, (BoxPx{0, 0, 1000, 600}));
  EXPECT_EQ(read("square", "max")->region, (BoxPx{200, 0, 800, 600}));
  EXPECT_EQ(read("900,500,400,400", "max")->region, (BoxPx{900, 500, 1000, 600}));
  EXPECT_EQ(read("pct:10,50,20,25", "max")->region, (BoxPx{100, 300, 300, 450}));
}

TEST(Sizes, KeepTheShapeWhereOneSideIsGiven) {
  EXPECT_EQ(read("full", "500,")->size, (SizePx{500, 300}));
  EXPECT_EQ(read("full", ",300")->size, (SizePx{500, 300}));
  EXPECT_EQ(read("full", "!100,100")->size, (SizePx{100, 60}));
  EXPECT_EQ(read("full", "100,100")->size, (SizePx{100, 100}));
  EXPECT_EQ(read("full", "pct:10")->size, (SizePx{100, 60}));
  EXPECT_EQ(read("full", "!5000,5000")->size, (SizePx{1000, 600}));
}

TEST(Sizes, OfAnAnswerAreBoundedWhateverThePictureIs) {
  const auto request = read_request({40'000, 20'000}, "full", "max", "0", "default.jpg");
  EXPECT_EQ(request->size, (SizePx{kMostSide, kMostSide / 2}));
  EXPECT_FALSE(read_request({40'000, 20'000}, "full", "9000,", "0", "default.jpg"));
}

TEST(Turns, AreQuarters) {
  EXPECT_EQ(read("full", "max", "270")->quarter_turns, 3);
  EXPECT_EQ(read("full", "max", "360")->quarter_turns, 0);
  for (const char* rotation : {"45", "-90", "450", "", "!90", "9e1", "90.5"}) EXPECT_FALSE(read("full", "max", rotation)) << rotation;
}

TEST(Addresses, ThatMeanNothingAreRefused) {
  for (const char* region : {"", "0,0,10", "0,0,0,10", "0,0,10,0", "1000,0,1,1", "-1,0,10,10", "0,0,10,10,10", "1e1,0,10,10", "0.5,0,10,10", "9999999999,0,1,1", "pct:0,0,0,0", "pct:101,0,1,1", "pct:nan,0,1,1", " 0,0,1,1"})
    EXPECT_FALSE(read(region, "max")) << region;
  for (const char* size : {"", ",", "0,0", "0,", "1001,", ",601", "^max", "^2000,", "pct:0", "pct:101", "pct:", "!1,", "1,1,1", "max,", "99999999999,1"}) EXPECT_FALSE(read("full", size)) << size;
  for (const char* quality : {"", "default", "default.gif", "default.", ".jpg", "native.jpg", "default.jpg.png"}) EXPECT_FALSE(read("full", "max", "0", quality)) << quality;
}

}  // namespace
}  // namespace sogoc::tiles
