// Page records come from workers that read outside bytes: nothing in them may make an invalid
// file, a crash or a hang.

#include <gtest/gtest.h>

#include <climits>
#include <cmath>
#include <functional>
#include <limits>

#include "pipeline/core/record_json.hpp"
#include "tests/unit/pdf_write/test_document.hpp"
#include "workers/pdf_write/checked_page.hpp"
#include "workers/pdf_write/composer.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

class HostileRecord : public ::testing::Test {
 protected:
  PageRecord good_page() {
    const PageText text = text_of_lines({"một dòng chữ"});
    return page_with(as_g4(draw_page(kA4, text, true), blobs_), text);
  }
  Result<WrittenDocument> compose(const PageRecord& page) {
    return make_pdfa2u_composer()->compose(document_of({page}, blobs_), blobs_,
                                           scratch_.folder("out"));
  }
  ScratchFolder scratch_;
  FolderBlobs blobs_{scratch_.folder("blobs")};
};

TEST_F(HostileRecord, WithoutASensiblePageIsRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  const std::vector<std::function<void(PageRecord&)>> harms{
      [](PageRecord& p) {
        p.master_size = {0, 10};
      },
      [](PageRecord& p) {
        p.master_size = {INT_MAX, INT_MAX};
      },
      [](PageRecord& p) { p.parts.clear(); },
      [](PageRecord& p) { p.parts.resize(1000, p.parts[0]); },
      [](PageRecord& p) {
        p.parts[0].size = {-5, 100};
      },
      [](PageRecord& p) {
        p.parts[0].resolution = {{0}, {0}};
      },
      [](PageRecord& p) {
        p.parts[0].resolution = {{1e-300}, {300}};
      },
      [&](PageRecord& p) {
        p.parts[0].resolution = {{nan}, {300}};
      },
      [&](PageRecord& p) {
        p.parts[0].resolution = {{300}, {inf}};
      },
      [&](PageRecord& p) { p.parts[0].upright_from_master.xx = nan; },
      [](PageRecord& p) { p.parts[0].upright_from_master.x0 = 1e300; },
      [](PageRecord& p) { p.parts[0].upright_from_master = {0, 0, 0, 0, 0, 0}; },
      [](PageRecord& p) { p.parts[0].upright_from_master = {1e9, 0, 0, 0, 1e9, 0}; },
      [&](PageRecord& p) { p.parts[0].turned = {nan}; },
      [&](PageRecord& p) { p.pictures[0].place.y0 = inf; },
      [](PageRecord& p) { p.pictures[0].place = {0, 0, 0, 0, 0, 0}; },
      [](PageRecord& p) {
        p.pictures[0].picture.size = {-1, -1};
      },
      [](PageRecord& p) { p.pictures[0].picture.bits_per_component = 8; },
      [](PageRecord& p) { p.pictures[0].picture.colour = ColourModel::cmyk; },
      [](PageRecord& p) {
        p.pictures[0].picture.coding = PictureCoding::flate;
        p.pictures[0].picture.predictor = 99;
      },
      [](PageRecord& p) {
        p.pictures[0].picture.coding = PictureCoding::flate;
        p.pictures[0].picture.colour = ColourModel::indexed;
        p.pictures[0].picture.palette = {1, 2};
      },
      [](PageRecord& p) {
        p.pictures[0].soft_mask = p.pictures[0].picture;
        p.pictures[0].soft_mask->coding = PictureCoding::jpeg;
        p.pictures[0].soft_mask->colour = ColourModel::rgb;
      },
  };
  for (std::size_t i = 0; i < harms.size(); ++i) {
    PageRecord page = good_page();
    harms[i](page);
    const auto checked = checked_page(page, "batch 1 page 1");
    ASSERT_FALSE(checked) << "harm " << i;
    EXPECT_EQ(checked.error().code, ErrorCode::invalid_input) << "harm " << i;
    EXPECT_EQ(checked.error().subject, "batch 1 page 1");
  }
}

TEST_F(HostileRecord, WithWildBoxesIsClipped) {
  PageRecord page = good_page();
  auto& line = page.parts[0].text.regions[0].lines[0];
  constexpr int kFar = 10'000'000;  // what a record may say at most
  line.words[0].box = {-kFar, -kFar, kFar, kFar};
  line.words[1].box = {500, 500, -500, -500};
  line.words[2].box = {kFar, kFar, kFar, kFar};
  line.box = {kFar, 0, -kFar, 0};
  line.baseline = -kFar;
  page.parts[0].text.regions[0].box = {-kFar, kFar, -kFar, kFar};
  const auto written = compose(page);
  ASSERT_TRUE(written) << to_string(written.error());
  EXPECT_EQ(qpdf_complaints(written->pdf), "");
  const std::string text = text_of_pdf(written->pdf);
  for (const char* word : {"một", "dòng", "chữ"}) EXPECT_NE(text.find(word), std::string::npos);
}

TEST_F(HostileRecord, WithBoxesAtTheEndsOfTheIntegersIsClipped) {
  PageRecord page = good_page();
  Region& region = page.parts[0].text.regions[0];
  region.box = {INT_MIN, INT_MIN, INT_MAX, INT_MAX};
  region.lines[0].words[0].box = {INT_MAX, INT_MIN, INT_MIN, INT_MAX};
  const auto checked = checked_page(page, "page 1");
  ASSERT_TRUE(checked);
  const BoxPx all{0, 0, kA4.width, kA4.height};
  EXPECT_EQ(checked->parts[0].text.regions[0].box, all);
  EXPECT_FALSE(checked->parts[0].text.regions[0].lines[0].words[0].box.empty());
}

TEST_F(HostileRecord, WithWildTextIsCleaned) {
  PageRecord page = good_page();
  auto& words = page.parts[0].text.regions[0].lines[0].words;
  words[0].text = std::string("a\0b\x01\x1B[31mc\x7F", 11) + "\xEF\xBB\xBF\xEF\xBF\xBE";
  words[1].text = "\t \n";
  words[2].text = "\u2028x\u00A0y\r\n";
  const auto written = compose(page);
  ASSERT_TRUE(written) << to_string(written.error());
  EXPECT_EQ(qpdf_complaints(written->pdf), "");
  EXPECT_EQ(text_of_pdf(written->pdf), "ab[31mc x y\n\f");
}

TEST_F(HostileRecord, WithAVeryLongWordIsWritten) {
  PageRecord page = good_page();
  std::string& word = page.parts[0].text.regions[0].lines[0].words[1].text;
  for (int i = 0; i < 40'000; ++i) word += "ữ";
  const auto written = compose(page);
  ASSERT_TRUE(written) << to_string(written.error());
  EXPECT_EQ(qpdf_complaints(written->pdf), "");
}

TEST_F(HostileRecord, OfAnAbsurdPaperSizeStillFitsAPdfPage) {
  PageRecord page = good_page();
  page.parts[0].resolution = {{2}, {2}};  // 1754 pixels at 2 dpi: 63,144 points
  PaperSpace paper = paper_space(page.parts[0]);
  EXPECT_TRUE(paper.scaled);
  EXPECT_NEAR(paper.height.value, 14'400, 0.01);
  EXPECT_NEAR(paper.width.value / paper.height.value, 1240.0 / 1754, 1e-6);
  page.parts[0].resolution = {{100'000}, {100'000}};
  paper = paper_space(page.parts[0]);
  EXPECT_NEAR(paper.width.value, 3, 0.01);
  page.parts[0].size = {1'000'000, 1};
  paper = paper_space(page.parts[0]);
  EXPECT_LE(paper.width.value, 14'400 + 1e-6);
  EXPECT_GE(paper.height.value, 3);
}

TEST_F(HostileRecord, WhosePictureIsNotWhatItClaimsIsRefused) {
  for (PictureCoding coding : {PictureCoding::jpeg, PictureCoding::jpx, PictureCoding::flate}) {
    PageRecord page = good_page();
    Picture& picture = page.pictures[0].picture;
    picture.coding = coding;
    picture.colour = ColourModel::gray;
    picture.bits_per_component = 8;
    picture.data = blobs_.put(std::string("this is no picture at all"));
    const auto written = compose(page);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::invalid_input);
  }
  EXPECT_TRUE(std::filesystem::is_empty(scratch_.folder("out"))) << "nothing half written stays";
}

TEST_F(HostileRecord, WithAColourProfileThatDoesNotFitGoesWithoutIt) {
  const PageText text = text_of_lines({"chữ"});
  PageRecord page = page_with(as_jpeg(draw_page(kA4, text), ColourModel::cmyk, blobs_), text);
  page.pictures[0].picture.icc_profile = blobs_.put(std::string(500, 'x'));
  const auto written = compose(page);
  ASSERT_TRUE(written) << to_string(written.error());
  EXPECT_EQ(written->notes.size(), 1u);
  EXPECT_EQ(qpdf_complaints(written->pdf), "");
}

TEST_F(HostileRecord, WhoseBlobIsMissingFailsAsTheStoreDoes) {
  PageRecord page = good_page();
  page.pictures[0].picture.data = Sha256{};
  const auto written = compose(page);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::not_found);
}

TEST_F(HostileRecord, ThatIsNoRecordIsRefused) {
  DocumentSource source = document_of({}, blobs_);
  source.page_records = {blobs_.put(std::string("{\"file\": 1"))};
  const auto written = make_pdfa2u_composer()->compose(source, blobs_, scratch_.folder("out"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::invalid_input);
}

TEST_F(HostileRecord, ADocumentWithoutPagesIsRefused) {
  const auto written =
      make_pdfa2u_composer()->compose(document_of({}, blobs_), blobs_, scratch_.folder("out"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::invalid_input);
}

TEST_F(HostileRecord, AMalformedTimeIsAUsageError) {
  for (const char* time : {"yesterday", "2026-11-21", "2026-13-21T08:15:00Z", "2026-11-21T08:15:00",
                           "2026-11-21T08:15:00+0700)"}) {
    DocumentSource source = document_of({good_page()}, blobs_);
    source.created_at = time;
    const auto written = make_pdfa2u_composer()->compose(source, blobs_, scratch_.folder("out"));
    ASSERT_FALSE(written) << time;
    EXPECT_EQ(written.error().code, ErrorCode::usage) << time;
  }
}

TEST_F(HostileRecord, AFullDiskIsSaidInOneSentence) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full here";
  const auto out = scratch_.folder("out");
  std::filesystem::create_symlink("/dev/full", out / "document.pdf");
  const auto written = compose(good_page());
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::no_space);
  EXPECT_TRUE(std::filesystem::is_empty(out));
}

}  // namespace
}  // namespace sogoc
