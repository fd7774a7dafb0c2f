#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "tests/unit/handwriting/drawn_lines.hpp"
#include "workers/handwriting/field_reader.hpp"

namespace sogoc::handwriting {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(SOGOC_SOURCE_DIR) / "models" / "handwriting";

class FieldReaderTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto model = load_line_model(kFolder);
    ASSERT_TRUE(model) << to_string(model.error());
    auto made = FieldReader::create(*model);
    ASSERT_TRUE(made) << to_string(made.error());
    reader = made->release();
  }
  static void TearDownTestSuite() { delete reader; }
  static FieldReading read(const cv::Mat& page, FieldKind kind) {
    auto reading = reader->read(image_of(page), kind);
    EXPECT_TRUE(reading) << to_string(reading.error());
    return reading ? *reading : FieldReading{};
  }
  static FieldReader* reader;
};
FieldReader* FieldReaderTest::reader = nullptr;

TEST_F(FieldReaderTest, reads_figures_drawn_with_a_pen) {
  EXPECT_EQ(read(written("0316461166"), FieldKind::number).text, "0316461166");
  EXPECT_EQ(read(written("05/02/1972"), FieldKind::date).text, "05/02/1972");
}

TEST_F(FieldReaderTest, reads_capitals_drawn_with_a_pen) {
  EXPECT_EQ(read(written("TRAN THANH NAM"), FieldKind::name).text, "TRAN THANH NAM");
}

TEST_F(FieldReaderTest, leaders_under_the_writing_are_not_text) {
  cv::Mat page = written("27/08/2020", 2, 4, {90, 40});
  for (int x = 5; x < page.cols; x += 14)
    cv::circle(page, {x, page.rows - 58}, 2, cv::Scalar(60), -1, cv::LINE_AA);
  EXPECT_EQ(read(page, FieldKind::date).text, "27/08/2020");
}

TEST_F(FieldReaderTest, a_date_field_that_holds_no_date_is_read_freely) {
  const FieldReading reading = read(written("KHONG NHO"), FieldKind::date);
  EXPECT_FALSE(reading.fits);
  EXPECT_EQ(reading.text, "KHONG NHO");
}

TEST_F(FieldReaderTest, a_closed_list_decides_between_like_values_and_forces_none) {
  const Phrases list({"Kinh", "Nam", "Tay"});
  const FieldReading listed = *reader->read(image_of(written("NAM")), FieldKind::text, list);
  EXPECT_EQ(listed.text, "NAM");
  EXPECT_TRUE(listed.fits);
  const FieldReading other = *reader->read(image_of(written("KHONG NHO")), FieldKind::text, list);
  EXPECT_EQ(other.text, "KHONG NHO");
  EXPECT_FALSE(other.fits);
}

TEST_F(FieldReaderTest, blank_paper_is_read_as_nothing) {
  const FieldReading reading = read(cv::Mat(90, 400, CV_8UC1, cv::Scalar(238)), FieldKind::text);
  EXPECT_EQ(reading.text, "");
  EXPECT_EQ(reading.confidence, 0);
}

TEST_F(FieldReaderTest,
       every_character_has_its_confidence_and_the_whole_is_not_surer_than_its_weakest) {
  const FieldReading reading = read(written("1972"), FieldKind::number);
  ASSERT_EQ(reading.characters.size(), 4u);
  for (const ReadCharacter& character : reading.characters) {
    EXPECT_GT(character.confidence, 0.0);
    EXPECT_LE(character.confidence, 1.0);
    EXPECT_LE(reading.confidence, character.confidence);
  }
  for (const Alternative& other : reading.alternatives) {
    EXPECT_LE(other.confidence, reading.confidence);
    EXPECT_NE(other.text, reading.text);
  }
}

TEST_F(FieldReaderTest, a_line_reads_the_same_whatever_came_before) {
  const cv::Mat page = written("21/12/2021");
  const FieldReading first = read(page, FieldKind::date);
  read(written("NGUYEN VAN AN, HA NOI, VIET NAM"), FieldKind::text);
  const FieldReading again = read(page, FieldKind::date);
  EXPECT_EQ(first.text, again.text);
  EXPECT_EQ(first.confidence, again.confidence);
}

TEST(LineModelTest, a_network_that_is_not_the_named_one_is_refused) {
  const fs::path folder =
      fs::temp_directory_path() / ("sogoc-line-model-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  fs::copy_file(kFolder / "manifest.toml", folder / "manifest.toml",
                fs::copy_options::overwrite_existing);
  auto missing = load_line_model(folder);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::missing_model);
  std::ofstream(folder / "lines-vi.onnx") << "not a network";
  auto other = load_line_model(folder);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::corrupt);
  std::ofstream(folder / "manifest.toml") << "name = ";
  auto damaged = load_line_model(folder);
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, ErrorCode::corrupt);
  fs::remove_all(folder);
  EXPECT_EQ(load_line_model(folder).error().code, ErrorCode::missing_model);
}

TEST(LineModelTest, a_file_that_opencv_cannot_take_is_refused) {
  const fs::path file =
      fs::temp_directory_path() / ("sogoc-network-" + std::to_string(::getpid()) + ".onnx");
  std::ofstream(file) << "not a network";
  LineModel model = load_line_model(kFolder).value();
  model.file = file;
  const auto reader = FieldReader::create(model);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, ErrorCode::corrupt);
  fs::remove(file);
  LineModel short_list = load_line_model(kFolder).value();
  short_list.letters.pop_back();
  const auto mismatched = FieldReader::create(short_list);
  ASSERT_FALSE(mismatched);
  EXPECT_EQ(mismatched.error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace sogoc::handwriting
