// Every kind of page, judged by veraPDF in one Java process.

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include "tests/support/verapdf.hpp"
#include "tests/unit/pdf_write/test_document.hpp"
#include "workers/pdf_write/composer.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

class Judged : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::vector<PageRecord>& pages,
             bool is_signed = false) {
    DocumentSource source = document_of(pages, blobs_);
    if (is_signed) source.signatures.push_back({"Signature1", 1, true});
    const auto written = make_pdfa2u_composer()->compose(source, blobs_, scratch_.folder(name));
    ASSERT_TRUE(written) << name << ": " << to_string(written.error());
    std::filesystem::rename(written->pdf, scratch_.folder("all") / (name + ".pdf"));
    ++count_;
  }
  ScratchFolder scratch_;
  FolderBlobs blobs_{scratch_.folder("blobs")};
  std::size_t count_ = 0;
};

TEST_F(Judged, EveryKindOfPageIsPdfA2u) {
  if (verapdf_is_waived()) GTEST_SKIP() << "SOGOC_WITHOUT_VERAPDF=1";
  const PageText text = text_of_lines(every_vietnamese_letter());
  const Drawing gray = draw_page(kA4, text);
  const Drawing black = draw_page(kA4, text, true);
  for (ColourModel colour : {ColourModel::gray, ColourModel::rgb, ColourModel::cmyk})
    write("jpeg_" + std::string(name(colour)), {page_with(as_jpeg(gray, colour, blobs_), text)});
  for (ColourModel colour : {ColourModel::gray, ColourModel::rgb, ColourModel::indexed,
                             ColourModel::bilevel, ColourModel::cmyk})
    write("flate_" + std::string(name(colour)), {page_with(as_flate(gray, colour, blobs_), text)});
  for (ColourModel colour : {ColourModel::gray, ColourModel::rgb})
    write("jpx_" + std::string(name(colour)), {page_with(as_jpx(gray, colour, blobs_), text)});
  write("g4", {page_with(as_g4(black, blobs_), text)});
  write("jbig2", {page_with(as_jbig2(black, blobs_, false), text)});
  write("jbig2_globals", {page_with(as_jbig2(black, blobs_, true), text)});
  write("blank", {page_with(as_g4(draw_page(kA4, {}, true), blobs_), {})});

  PageRecord spread = page_with(as_g4(black, blobs_), text);
  spread.parts.push_back(spread.parts[0]);
  spread.parts[1].upright_from_master = {std::cos(0.03), -std::sin(0.03), -600,
                                         std::sin(0.03), std::cos(0.03),  4};
  write("spread", {spread});

  PageText odd = text;
  odd.regions.push_back(region_of(RegionKind::seal, {"CON DẤU"}, 700, 1200, 12, 30));
  odd.regions.push_back(region_of(RegionKind::signature_overlay, {"Ký bởi"}, 100, 60, 10, 24));
  auto& words = odd.regions[0].lines[0].words;
  words[0].text = "𡨸😀";                                      // beyond the basic plane
  words[1].text = "\xEE\x80\x80";                             // private use
  words[2].text = std::string("\0\x01\xEF\xBB\xBFz\xFF", 8);  // dirt
  PageRecord page = page_with(as_jpeg(gray, ColourModel::rgb, blobs_), odd);
  PlacedPicture mark;
  mark.role = PictureRole::signature_appearance;
  mark.picture =
      as_flate(Drawing{{50, 50}, std::vector<std::uint8_t>(2500, 30)}, ColourModel::rgb, blobs_);
  mark.soft_mask =
      as_flate(Drawing{{50, 50}, std::vector<std::uint8_t>(2500, 128)}, ColourModel::gray, blobs_);
  mark.place = {200, 0, 600, 0, 200, 1000};
  page.pictures.push_back(mark);
  write("signed", {page}, true);

  PageRecord kept = page_with({}, text);
  kept.origin = PageOrigin::born_digital_graft;
  kept.pictures.clear();
  kept.master_size = kept.parts[0].size = kA4;
  std::ifstream received(scratch_.folder("all") / "jpeg_cmyk.pdf", std::ios::binary);
  kept.file = blobs_.put(std::string(std::istreambuf_iterator<char>(received), {}));
  write("graft", {kept, spread, kept});
  write("graft_only", {kept});

  PageRecord huge = page_with(as_g4(black, blobs_), text);
  huge.parts[0].resolution = {{2}, {2}};
  write("huge", {huge});
  PageRecord tiny = page_with(as_g4(black, blobs_), text);
  tiny.parts[0].resolution = {{90'000}, {90'000}};
  write("tiny", {tiny});
  write("many", std::vector<PageRecord>(150, page_with(as_g4(black, blobs_), text)));

  const PdfaVerdicts verdicts = check_pdfa2u(scratch_.folder("all"));
  EXPECT_EQ(verdicts.trouble, "");
  for (const std::string& failed : verdicts.failed) ADD_FAILURE() << failed;
  EXPECT_EQ(verdicts.passed.size(), count_);
}

}  // namespace
}  // namespace sogoc
