#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/handwriting/drawn_lines.hpp"
#include "workers/handwriting/line_picture.hpp"

namespace sogoc::handwriting {
namespace {

int inked_rows(const LinePicture& picture) {
  int rows = 0;
  for (int y = 0; y < LinePicture::height; ++y)
    rows += std::any_of(picture.values.begin() + static_cast<std::ptrdiff_t>(y) * picture.width,
                        picture.values.begin() + static_cast<std::ptrdiff_t>(y + 1) * picture.width,
                        [](float v) { return v < 0; });
  return rows;
}

TEST(LinePicture, blank_paper_gives_no_picture) {
  EXPECT_EQ(line_picture(image_of(cv::Mat(80, 300, CV_8UC1, cv::Scalar(230)))).width, 0);
  EXPECT_EQ(line_picture(PageImage()).width, 0);
}

TEST(LinePicture, size_and_margins_of_the_crop_do_not_matter) {
  const LinePicture tight = line_picture(image_of(written("2024", 2, 4, {6, 6})));
  const LinePicture loose = line_picture(image_of(written("2024", 2, 4, {200, 90})));
  const LinePicture large = line_picture(image_of(written("2024", 6, 12, {100, 80})));
  for (const LinePicture& picture : {tight, loose, large}) {
    EXPECT_GT(inked_rows(picture), 36);
    EXPECT_NEAR(picture.width, loose.width, 30);
  }
}

TEST(LinePicture, ink_is_dark_and_paper_light_on_any_paper) {
  for (const auto& [paper, ink] : {std::pair{250, 20}, std::pair{150, 90}, std::pair{200, 160}}) {
    const LinePicture picture = line_picture(image_of(written("1972", 2, 4, {40, 40}, paper, ink)));
    ASSERT_GT(picture.width, 0);
    EXPECT_LT(*std::min_element(picture.values.begin(), picture.values.end()), -0.9f);
    std::vector<float> sorted = picture.values;
    std::nth_element(sorted.begin(),
                     sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
    EXPECT_NEAR(sorted[sorted.size() / 2], 1.0f, 0.15f);
  }
}

TEST(LinePicture, remains_of_the_lines_above_and_below_are_painted_over) {
  cv::Mat page = written("05/02/1972", 2, 4, {30, 70});
  const LinePicture clean = line_picture(image_of(page));
  cv::putText(page, "NGUYEN", {60, 22}, cv::FONT_HERSHEY_SIMPLEX, 2, cv::Scalar(40), 4,
              cv::LINE_AA);
  cv::putText(page, "KHAI SINH", {90, page.rows + 28}, cv::FONT_HERSHEY_SIMPLEX, 2, cv::Scalar(40),
              4, cv::LINE_AA);
  const LinePicture dirty = line_picture(image_of(page));
  ASSERT_EQ(dirty.width, clean.width);
  double difference = 0;
  for (std::size_t i = 0; i < clean.values.size(); ++i)
    difference += std::abs(clean.values[i] - dirty.values[i]);
  EXPECT_LT(difference / static_cast<double>(clean.values.size()), 0.05);
}

TEST(LinePicture, a_red_stamp_pales_beside_blue_ink) {
  const cv::Mat gray = written("1972", 2, 4);
  cv::Mat colour(gray.size(), CV_8UC3, cv::Scalar(235, 235, 235));
  colour.setTo(cv::Scalar(30, 40, 150), gray < 120);  // red, green, blue
  const LinePicture without = line_picture(image_of(colour));
  cv::Mat stamp(colour.size(), CV_8UC3, cv::Scalar(255, 255, 255));
  cv::circle(stamp, {colour.cols / 2, colour.rows / 2}, 60, cv::Scalar(235, 60, 60), 5);
  cv::min(colour, stamp, colour);
  const LinePicture with = line_picture(image_of(colour));
  ASSERT_EQ(with.width, without.width);
  double difference = 0;
  for (std::size_t i = 0; i < with.values.size(); ++i)
    difference += std::abs(with.values[i] - without.values[i]);
  EXPECT_LT(difference / static_cast<double>(with.values.size()), 0.08);
}

TEST(LinePicture, a_bilevel_picture_is_taken) {
  const cv::Mat gray = written("1972", 2, 4);
  const auto stride = static_cast<std::size_t>((gray.cols + 7) / 8);
  std::vector<std::uint8_t> bits(stride * static_cast<std::size_t>(gray.rows), 0);
  for (int y = 0; y < gray.rows; ++y)
    for (int x = 0; x < gray.cols; ++x)
      if (gray.at<std::uint8_t>(y, x) < 128)
        bits[static_cast<std::size_t>(y) * stride + static_cast<std::size_t>(x / 8)] |=
            static_cast<std::uint8_t>(0x80 >> (x % 8));
  const LinePicture picture =
      line_picture(PageImage::create({gray.cols, gray.rows}, PixelFormat::bit1, {}, bits).value());
  EXPECT_NEAR(picture.width, line_picture(image_of(gray)).width, 12);
}

TEST(LinePicture, a_wider_picture_shows_the_same_letters) {
  const LinePicture picture = line_picture(image_of(written("1972", 2, 4)));
  const LinePicture wide = widened(picture, 1.35);
  EXPECT_NEAR(wide.width, picture.width * 1.35, 1);
  EXPECT_EQ(wide.values.size(), static_cast<std::size_t>(wide.width) * LinePicture::height);
  const auto mean = [](const LinePicture& of) {
    double sum = 0;
    for (const float value : of.values) sum += value;
    return sum / static_cast<double>(of.values.size());
  };
  EXPECT_NEAR(mean(wide), mean(picture), 0.02);
  for (const float value : wide.values) ASSERT_LE(std::abs(value), 1.0f);
}

TEST(LinePicture, absurd_shapes_neither_crash_nor_grow) {
  for (const cv::Size size :
       {cv::Size(1, 1), cv::Size(3, 500), cv::Size(9000, 5), cv::Size(2, 2)}) {
    cv::Mat page(size, CV_8UC1, cv::Scalar(255));
    page.at<std::uint8_t>(size.height / 2, size.width / 2) = 0;
    const LinePicture picture = line_picture(image_of(page));
    EXPECT_LE(picture.width, 1600);
    EXPECT_EQ(picture.values.size(), static_cast<std::size_t>(picture.width) *
                                         (picture.width > 0 ? LinePicture::height : 0));
  }
}

}  // namespace
}  // namespace sogoc::handwriting
