// Mixed stacks of printed covers and pages, worn as stacks are: every sheet comes into its dossier.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "pipeline/capture/assemble.hpp"
#include "tests/support/page_painter.hpp"
#include "tools/sogoc/scan_papers.hpp"
#include "workers/capture/cover_reader.hpp"
#include "workers/image/capture_judge.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;
using namespace sogoc::test;
constexpr int kDpi = 150;  // the least a station scans with is 200; coarser is harder

PageImage image_of(const cv::Mat& gray) {
  std::vector<std::uint8_t> pixels(gray.total());
  for (int y = 0; y < gray.rows; ++y) std::copy_n(gray.ptr(y), gray.cols, pixels.begin() + static_cast<std::ptrdiff_t>(y) * gray.cols);
  return PageImage::create({gray.cols, gray.rows}, PixelFormat::gray8, {Dpi{kDpi}, Dpi{kDpi}}, std::move(pixels)).value();
}

// Turned by 0 or 180 and a skew, dirty, pale, noisy.
cv::Mat worn(const cv::Mat& page, std::mt19937& random, bool blank = false) {
  const auto real = [&](double from, double to) { return std::uniform_real_distribution<>(from, to)(random); };
  cv::Mat out;
  const double angle = real(-7, 7) + (random() % 2 == 0 ? 180 : 0);
  const cv::Mat turn = cv::getRotationMatrix2D({float(page.cols) / 2, float(page.rows) / 2}, angle, 1);
  cv::warpAffine(page, out, turn, page.size(), cv::INTER_LINEAR, cv::BORDER_CONSTANT, cv::Scalar(250));
  out.convertTo(out, CV_8U, real(0.6, 1.0), real(0, 25));
  for (int stain = 0; stain < 4; ++stain) {
    cv::Mat over = out.clone();
    const cv::Point middle(static_cast<int>(real(0, out.cols)), static_cast<int>(real(0, out.rows)));
    cv::circle(over, middle, static_cast<int>(real(8, 70)), cv::Scalar(real(90, 200)), cv::FILLED);
    const double strong = blank ? 0.12 : 0.5;
    cv::addWeighted(over, strong, out, 1 - strong, 0, out);
  }
  for (int speck = 0; speck < 250; ++speck)
    cv::circle(out, {static_cast<int>(real(0, out.cols)), static_cast<int>(real(0, out.rows))}, static_cast<int>(real(0, blank ? 1.99 : 3)), cv::Scalar(real(0, 255)), cv::FILLED);
  const double x = real(0, out.cols);
  cv::line(out, {static_cast<int>(x), 0}, {static_cast<int>(x), out.rows}, cv::Scalar(30), 1);  // dirt on the glass of the feeder
  cv::Mat noise(out.size(), CV_16S);
  cv::theRNG().state = random();
  cv::randn(noise, 0, 9);
  cv::Mat wide;
  out.convertTo(wide, CV_16S);
  wide += noise;
  wide.convertTo(out, CV_8U);
  return out;
}

class MixedStacks : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("sogoc-covers-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    std::vector<CoverSheet> sheets;
    for (int i = 0; i < 6; ++i) sheets.push_back({{CoverKind::dossier, "H49.64.33.2001." + std::to_string(100 + i), {}}, "Hồ sơ đăng ký hộ tịch năm 2001"});
    sheets.push_back({{}, ""});
    const auto pdf = covers_pdf(sheets);
    if (!pdf) GTEST_SKIP() << to_string(pdf.error());
    std::ofstream(folder_ / "covers.pdf", std::ios::binary) << *pdf;
    const std::string command = "pdftoppm -gray -r " + std::to_string(kDpi) + " " + (folder_ / "covers.pdf").string() + " " + (folder_ / "c").string();
    ASSERT_EQ(std::system(command.c_str()), 0);
    for (int i = 1; i <= 7; ++i) {
      covers_.push_back(cv::imread((folder_ / ("c-" + std::to_string(i) + ".pgm")).string(), cv::IMREAD_GRAYSCALE));
      ASSERT_FALSE(covers_.back().empty());
    }
    for (std::uint32_t seed = 1; seed <= 8; ++seed) {
      PagePainter painter = PagePainter::a4(kDpi);
      painter.text(painter.inside_margins(), seed);
      if (seed % 2 == 0)  // a table with heavy rules
        for (int row = 0; row < 20; ++row) painter.stroke({painter.px(20), painter.px(30 + row * 12)}, {painter.px(190), painter.px(30 + row * 12)}, painter.px(1.2));
      const PageImage gray = painter.gray();
      cv::Mat page(gray.size().height, gray.size().width, CV_8U);
      for (int y = 0; y < page.rows; ++y) std::copy_n(gray.row(y).data(), page.cols, page.ptr(y));
      pages_.push_back(page);
    }
    blank_ = cv::Mat(pages_[0].size(), CV_8U, cv::Scalar(250));
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
  std::vector<cv::Mat> covers_, pages_;
  cv::Mat blank_, worn_last_;
};

TEST_F(MixedStacks, ComeApartAsTheyWereLaid) {
  const char* asked = std::getenv("SOGOC_STACKS");
  const int stacks = asked != nullptr ? std::atoi(asked) : 20;
  std::mt19937 random(2026);
  int right = 0;
  for (int stack = 0; stack < stacks; ++stack) {
    std::vector<PlacedImage> images;
    std::map<std::string, std::vector<std::vector<std::int64_t>>> laid;  // dossier -> documents -> images
    std::int64_t id = 0, sheet = 0;
    std::string kept;
    const auto judge = make_capture_judge({100, true});
    const auto lay = [&](const cv::Mat& front, bool cover) {
      ++sheet;
      const bool flipped = cover && random() % 3 == 0;  // a cover may lie with its back up
      for (int side = 0; side < 2; ++side) {
        const bool printed = (side == 0) != flipped;
        const bool back_is_blank = cover || random() % 2 == 0;
        const cv::Mat& what = printed ? front : back_is_blank ? blank_ : pages_[random() % pages_.size()];
        worn_last_ = worn(what, random, &what == &blank_);
        const PageImage picture = image_of(worn_last_);
        PlacedImage image{++id, sheet, 0, side, false, read_cover(picture)};
        if (cover && printed && image.cover.empty()) {
          kept += " cover " + std::to_string(image.id) + " was not read;";
          if (const char* to = std::getenv("SOGOC_KEEP")) cv::imwrite(std::string(to) + "/cover-" + std::to_string(stack) + "-" + std::to_string(image.id) + ".png", worn_last_);
        }
        if (cover && !printed) {
          const CaptureJudgement judgement = judge->judge(picture, side);
          image.blank = judgement.blank || judgement.has("few_marks");
          if (!image.blank) kept += " back " + std::to_string(image.id) + " of a cover is no blank;";
        }
        images.push_back(image);
      }
    };
    std::vector<int> dossiers = {0, 1, 2, 3, 4, 5};
    std::shuffle(dossiers.begin(), dossiers.end(), random);
    for (int i = 0; i < 3; ++i) {
      const std::string code = "H49.64.33.2001." + std::to_string(100 + dossiers[static_cast<std::size_t>(i)]);
      lay(covers_[static_cast<std::size_t>(dossiers[static_cast<std::size_t>(i)])], true);
      for (unsigned document = 0; document <= random() % 2; ++document) {
        if (document > 0) lay(covers_[6], true);
        auto& mine = laid[code].emplace_back();
        for (unsigned page = 0; page <= random() % 2; ++page) {
          lay(pages_[random() % pages_.size()], false);
          mine.insert(mine.end(), {id - 1, id});
        }
      }
    }
    const Assembly assembly = assemble(images, {});
    std::map<std::string, std::vector<std::vector<std::int64_t>>> found;
    for (const AssembledPart& part : assembly.parts)
      for (const AssembledDocument& document : part.documents) found[part.target.dossier].push_back(document.images);
    const bool as_laid = found == laid && assembly.problems.empty();
    right += as_laid;
    EXPECT_TRUE(as_laid) << "stack " << stack << (assembly.problems.empty() ? "" : ": " + assembly.problems.front()) << kept;
  }
  RecordProperty("right", right);
  EXPECT_EQ(right, stacks);
}

}  // namespace
}  // namespace sogoc
