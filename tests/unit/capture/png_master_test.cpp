// What a scanner sent is what a stranger's decoder reads back, bit for bit, at every depth.

#include <gtest/gtest.h>

#include <filesystem>

#include <opencv2/imgcodecs.hpp>

#include "workers/capture/png_master.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

struct Kind {
  int channels, bits, width;
};
class Master : public ::testing::TestWithParam<Kind> {
 protected:
  Master() : file_(fs::temp_directory_path() / ("sogoc-master-" + std::to_string(::getpid()) + ".png")) { fs::remove(file_); }
  ~Master() override { fs::remove(file_); }
  fs::path file_;
};

TEST_P(Master, ComesBackAsItWasSent) {
  const Kind kind = GetParam();
  LineFormat format{kind.width, -1, kind.channels, kind.bits, {Dpi{300}, Dpi{300}}};
  auto master = PngMaster::create(file_, 1'000'000);
  ASSERT_TRUE(master);
  ASSERT_TRUE((*master)->begin(format));
  constexpr int kLines = 37;
  std::uint32_t seed = 7;
  std::vector<std::vector<std::uint8_t>> rows;
  for (int y = 0; y < kLines; ++y) {
    auto& row = rows.emplace_back(format.bytes_per_line());
    for (std::uint8_t& octet : row) octet = static_cast<std::uint8_t>((seed = seed * 1664525u + 1013904223u) >> 24);
    ASSERT_TRUE((*master)->line(row));
  }
  ASSERT_TRUE((*master)->end());
  const auto written = (*master)->finish();
  ASSERT_TRUE(written) << to_string(written.error());
  EXPECT_EQ(written->bytes, fs::file_size(file_));
  EXPECT_EQ(written->size, (SizePx{kind.width, kLines}));
  ASSERT_TRUE(written->picture);
  const cv::Mat read = cv::imread(file_.string(), cv::IMREAD_UNCHANGED);
  ASSERT_EQ(read.cols, kind.width);
  ASSERT_EQ(read.rows, kLines);
  for (int y = 0; y < kLines; ++y)
    for (int x = 0; x < kind.width; ++x)
      for (int c = 0; c < kind.channels; ++c) {
        const auto at = static_cast<std::size_t>(x * kind.channels + c);
        const auto& row = rows[static_cast<std::size_t>(y)];
        const int channel = kind.channels == 3 ? 2 - c : c;  // OpenCV keeps blue first
        if (kind.bits == 16)
          ASSERT_EQ(read.ptr<std::uint16_t>(y)[x * kind.channels + channel], row[at * 2] << 8 | row[at * 2 + 1]);
        else if (kind.bits == 8)
          ASSERT_EQ(read.ptr(y)[x * kind.channels + channel], row[at]);
        else
          ASSERT_EQ(read.ptr(y)[x], (row[at / 8] >> (7 - at % 8)) & 1 ? 0 : 255);
      }
}
INSTANTIATE_TEST_SUITE_P(Depths, Master, ::testing::Values(Kind{1, 1, 61}, Kind{1, 8, 50}, Kind{3, 8, 33}, Kind{1, 16, 20}, Kind{3, 16, 21}));

class BrokenMaster : public Master {};
TEST_F(BrokenMaster, LeavesNothingWhenTheSheetBreaksOff) {
  {
    auto master = PngMaster::create(file_, 1000);
    ASSERT_TRUE(master);
    ASSERT_TRUE((*master)->begin({10, 10, 1, 8, {}}));
    ASSERT_TRUE((*master)->line(std::vector<std::uint8_t>(10)));
    EXPECT_FALSE((*master)->finish());
  }
  EXPECT_FALSE(fs::exists(file_));
}

}  // namespace
}  // namespace sogoc
