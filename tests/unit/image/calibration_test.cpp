#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

#include "pipeline/capture/calibration.hpp"
#include "workers/image/calibration_measure.hpp"
#include "workers/image/colour_difference_private.hpp"
#include "workers/image/slanted_edge_private.hpp"

namespace sogoc::test {
namespace {

using namespace image;

// An edge that leans by 5 degrees, spread by a Gaussian: its transfer function is known.
cv::Mat leaning_edge(double sigma) {
  cv::Mat light(160, 160, CV_32F);
  for (int y = 0; y < light.rows; ++y)
    for (int x = 0; x < light.cols; ++x) {
      const double lean = 5 * 3.14159265358979 / 180, away = (x + 0.5 - 80) * std::cos(lean) - (y + 0.5 - 80) * std::sin(lean);
      light.at<float>(y, x) = static_cast<float>(0.1 + 0.8 * 0.5 * (1 + std::erf(away / sigma / std::sqrt(2.0))));
    }
  return light;
}

TEST(SlantedEdge, TellsTheFrequencyAtWhichAGaussianHalvesContrast) {
  for (const double sigma : {0.8, 1.2, 2.0}) {
    const double want = std::sqrt(std::log(2.0) / 2) / 3.14159265358979 / sigma;
    const cv::Mat edge = leaning_edge(sigma);
    const auto stands = mtf50_across(edge, {80 - 5.2, 20}, {80 + 5.2, 140}, 25);
    ASSERT_TRUE(stands) << sigma;
    EXPECT_NEAR(*stands, want, 0.05 * want) << sigma;
    const auto lies = mtf50_across(edge.t(), {20, 80 - 5.2}, {140, 80 + 5.2}, 25);
    ASSERT_TRUE(lies) << sigma;
    EXPECT_NEAR(*lies, want, 0.05 * want) << sigma;
  }
}

TEST(SlantedEdge, SaysNothingWhereThereIsNoEdge) {
  EXPECT_FALSE(mtf50_across(cv::Mat(100, 100, CV_32F, cv::Scalar(0.5)), {50, 10}, {50, 90}, 20));
  EXPECT_FALSE(mtf50_across(leaning_edge(1), {80, 20}, {80, 140}, 3));
}

// Pairs of the paper that defines how CIEDE2000 is computed (Sharma, Wu, Dalal).
TEST(ColourDifference, AgreesWithPublishedPairs) {
  struct Pair {
    Lab a, b;
    double want;
  };
  for (const Pair& pair : {Pair{{50, 2.6772, -79.7751}, {50, 0, -82.7485}, 2.0425}, {{50, 3.1571, -77.2803}, {50, 0, -82.7485}, 2.8615},
                           {{50, -1, 2}, {50, 0, 0}, 2.3669}, {{50, 2.5, 0}, {50, 0, -2.5}, 4.3065}, {{50, 2.5, 0}, {73, 25, -18}, 27.1492},
                           {{60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}, 1.2644}, {{2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}, 0.9082}})
    EXPECT_NEAR(difference(pair.a, pair.b), pair.want, 1e-3) << pair.want;
  const Lab white = lab_of({255, 255, 255});
  EXPECT_NEAR(white[0], 100, 0.01);
  EXPECT_NEAR(std::hypot(white[1], white[2]), 0, 0.05);
}

TEST(Calibration, OfAPictureWithoutTheSheetIsRefusedInWords) {
  for (const PixelFormat format : {PixelFormat::gray8, PixelFormat::rgb8, PixelFormat::bit1}) {
    const auto picture = PageImage::create({900, 1200}, format, {}, std::vector<std::uint8_t>(PageImage::stride_of(900, format) * 1200, 230)).value();
    const auto refused = measure_calibration(picture);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
  }
  EXPECT_FALSE(measure_calibration({}));
}

CalibrationMeasures good() { return {300.2, 299.9, 0.3, 0.1, 0.02, 0.05, 3.2, 3.1, 3, 8, 96, 0}; }

TEST(CalibrationRules, AreSilentAboutAGoodScanner) { EXPECT_TRUE(judge(good(), 300, {}, good()).empty()); }

TEST(CalibrationRules, WarnOfWhatIsBeyondItsLimitAndOfWhatDrifts) {
  CalibrationMeasures now = good();
  now.dpi_y = 304;
  now.evenness = 90;
  const auto warnings = judge(now, 300, {}, good());
  ASSERT_EQ(warnings.size(), 3u);
  EXPECT_EQ(warnings[0].what, "dpi_y");
  EXPECT_FALSE(warnings[0].drift);
  EXPECT_EQ(warnings[1].what, "dpi_y");
  EXPECT_TRUE(warnings[1].drift);
  EXPECT_EQ(warnings[2].what, "evenness");
  EXPECT_TRUE(warnings[2].drift);
  EXPECT_TRUE(judge(good(), 0, {}, {}).empty());  // nobody said what it was set to
}

TEST(CalibrationRules, MeasuresComeBackAsTheyWere) {
  EXPECT_EQ(calibration_measures_in(to_json(good())).value(), good());
  EXPECT_FALSE(calibration_measures_in("{}"));
  EXPECT_FALSE(calibration_measures_in("no json"));
}

}  // namespace
}  // namespace sogoc::test
