#include "workers/ocr/tesseract_page_reader.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <leptonica/allheaders.h>

namespace sogoc {
namespace {

Result<PageImage> picture(const std::string& path) {
  Pix* raw = pixRead(path.c_str());
  if (raw == nullptr) return fail(ErrorCode::not_found, Retry::never, path, "no picture there");
  Pix* gray = pixConvertTo8(raw, 0);
  const int width = pixGetWidth(gray), height = pixGetHeight(gray);
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      l_uint32 value = 0;
      pixGetPixel(gray, x, y, &value);
      pixels.push_back(static_cast<std::uint8_t>(value));
    }
  }
  pixDestroy(&raw);
  pixDestroy(&gray);
  return PageImage::create({width, height}, PixelFormat::gray8, {{150}, {150}}, std::move(pixels));
}

class PageReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto model = ModelCatalog::open().model("vie");
    if (!model) GTEST_SKIP() << "no Vietnamese model here: " << sentence(model.error());
  }
  static Result<PageText> read(const PageImage& image) {
    return make_page_reader()->read(image, image, {}, {}, {});
  }
};

TEST_F(PageReaderTest, ReadsALetterInReadingOrder) {
  const auto image = picture(SOGOC_SOURCE_DIR "/tests/fixtures/ocr/letter.png");
  ASSERT_TRUE(image);
  const auto text = read(*image);
  ASSERT_TRUE(text);
  const std::string body = body_text(*text);
  std::size_t last = 0;
  for (const char* part : {"ỦY BAN NHÂN DÂN", "15/BC-UBND", "CỘNG HÒA XÃ HỘI", "ngày 07 tháng 3",
                           "Kính gửi", "trồng rừng", "Nơi nhận", "CHỦ TỊCH", "Trần Thị Mẫu"}) {
    const std::size_t at = body.find(part, last);
    EXPECT_NE(at, std::string::npos) << part << " is missing or out of order in:\n" << body;
    if (at != std::string::npos) last = at;
  }
  for (const Region& region : text->regions) EXPECT_NE(region.kind, RegionKind::handwriting);
}

TEST_F(PageReaderTest, TheSamePageReadsTheSameTwice) {
  const auto image = picture(SOGOC_SOURCE_DIR "/tests/fixtures/ocr/letter.png");
  ASSERT_TRUE(image);
  const auto reader = make_page_reader();
  const auto first = reader->read(*image, *image, {}, {}, {});
  const auto again = reader->read(*image, *image, {}, {}, {});
  ASSERT_TRUE(first && again);
  EXPECT_EQ(*first, *again);
}

TEST_F(PageReaderTest, ABlankPageIsASuccessWithoutRegions) {
  const auto blank = PageImage::create({800, 600}, PixelFormat::gray8, {{150}, {150}},
                                       std::vector<std::uint8_t>(800 * 600, 255));
  const auto text = read(*blank);
  ASSERT_TRUE(text);
  EXPECT_TRUE(text->regions.empty());
}

TEST_F(PageReaderTest, NoiseNeitherHangsNorBecomesText) {
  std::vector<std::uint8_t> pixels(1000 * 1000);
  std::uint32_t seed = 7;
  for (auto& pixel : pixels) {
    seed = seed * 1664525u + 1013904223u;
    pixel = seed >> 31 ? 255 : 0;
  }
  const auto noise =
      PageImage::create({1000, 1000}, PixelFormat::gray8, {{300}, {300}}, std::move(pixels));
  const auto text = read(*noise);
  ASSERT_TRUE(text);
  EXPECT_LT(body_text(*text).size(), 80u);
}

TEST(PageReader, AMissingModelSaysTheCommandToRun) {
  const auto reader = make_page_reader("/nonexistent");
  const auto page =
      PageImage::create({8, 8}, PixelFormat::gray8, {}, std::vector<std::uint8_t>(64, 255));
  const auto text = reader->read(*page, *page, {}, {}, {});
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::missing_model);
  EXPECT_NE(sentence(text.error()).find("tools/dev/fetch_models"), std::string::npos);
}

TEST(ModelCatalog, RefusesAModelThatIsNotThePinnedOne) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "sogoc_models_test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "vie.traineddata") << "not a model";
  std::ofstream(folder / "manifest.toml")
      << "[[model]]\nname = \"vie\"\nfile = \"vie.traineddata\"\nsha256 = \""
      << std::string(64, '0') << "\"\n";
  const auto model = ModelCatalog::open(folder).model("vie");
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::corrupt);
  EXPECT_FALSE(ModelCatalog::open(folder).model("../etc/passwd"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace sogoc
