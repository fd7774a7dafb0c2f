#include "workers/pdf_write/composer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "pipeline/core/record_json.hpp"
#include "tests/unit/pdf_write/test_document.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Words with one blank between them, whatever the lines.
std::string flowing(const std::string& text) {
  std::string out;
  for (char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\f';
    if (!blank)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

class Pdfa2u : public ::testing::Test {
 protected:
  Result<WrittenDocument> compose(const DocumentSource& source, const std::string& folder = "out") {
    return make_pdfa2u_composer()->compose(source, blobs_, scratch_.folder(folder));
  }
  // Must succeed.
  WrittenDocument composed(const std::vector<PageRecord>& pages,
                           const std::string& folder = "out") {
    auto written = compose(document_of(pages, blobs_), folder);
    if (!written) throw std::runtime_error(to_string(written.error()));
    return *written;
  }

  const std::vector<std::string> kLines{"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                                        "Độc lập - Tự do - Hạnh phúc",
                                        "Số: 12/QĐ-UBND ngày 05 tháng 3 năm 2024"};
  ScratchFolder scratch_;
  FolderBlobs blobs_{scratch_.folder("blobs")};
};

TEST_F(Pdfa2u, GivesBackTheTextOfAPageExactly) {
  const PageText text = text_of_lines(kLines);
  const auto written =
      composed({page_with(as_jpeg(draw_page(kA4, text), ColourModel::gray, blobs_), text)});
  EXPECT_EQ(qpdf_complaints(written.pdf), "");
  EXPECT_EQ(text_of_pdf(written.pdf), body_text(text) + "\f");
  EXPECT_EQ(content_of(written.text), body_text(text));
}

TEST_F(Pdfa2u, GivesBackEveryVietnameseLetter) {
  const PageText text = text_of_lines(every_vietnamese_letter());
  const auto written = composed({page_with(as_g4(draw_page(kA4, text, true), blobs_), text)});
  EXPECT_EQ(text_of_pdf(written.pdf), body_text(text) + "\f");
}

TEST_F(Pdfa2u, ComposesLettersThatCameInPieces) {
  const PageText text = text_of_lines({"Vie\xCC\xA3\xCC\x82t Nam"});  // e + dot + circumflex
  const auto written = composed({page_with(as_g4(draw_page(kA4, text, true), blobs_), text)});
  EXPECT_EQ(text_of_pdf(written.pdf), "Việt Nam\n\f");
  EXPECT_EQ(content_of(written.text), "Việt Nam\n");
}

TEST_F(Pdfa2u, KeepsCharactersBeyondTheBasicPlane) {
  const PageText text = text_of_lines({"chữ 𡨸𡦂 Nôm 😀"});
  const auto written = composed({page_with(as_g4(draw_page(kA4, text, true), blobs_), text)});
  EXPECT_EQ(flowing(text_of_pdf(written.pdf)), "chữ 𡨸𡦂 Nôm 😀");
}

TEST_F(Pdfa2u, PutsEveryWordOverItsBox) {
  const double dpi = 150;
  const PageText text = text_of_lines(kLines);
  const auto written =
      composed({page_with(as_jpeg(draw_page(kA4, text), ColourModel::gray, blobs_), text, dpi)});
  const auto found = words_of_pdf(written.pdf);
  std::size_t n = 0;
  for (const TextLine& line : text.regions[0].lines) {
    for (const Word& word : line.words) {
      ASSERT_LT(n, found.size());
      const WordOnPage& seen = found[n++];
      EXPECT_EQ(seen.text, word.text);
      EXPECT_NEAR(seen.left * dpi / 72, word.box.left, 1.5) << word.text;
      EXPECT_NEAR(seen.right * dpi / 72, word.box.right, 1.5) << word.text;
      // As high as the line, so that a viewer selects a line and not single words.
      EXPECT_NEAR(seen.top * dpi / 72, line.box.top, 1.5) << word.text;
      EXPECT_NEAR(seen.bottom * dpi / 72, line.box.bottom, 1.5) << word.text;
    }
  }
  EXPECT_EQ(n, found.size());
}

TEST_F(Pdfa2u, FollowsALineThatClimbs) {
  PageText text = text_of_lines({"một dòng chữ dài nghiêng trên trang sách cũ của xã"});
  const double slope = -0.03;
  for (Word& word : text.regions[0].lines[0].words) {
    const int shift = static_cast<int>(std::lround(slope * (word.box.left + word.box.right) / 2));
    word.box.top += shift;
    word.box.bottom += shift;
  }
  const auto written = composed({page_with(as_g4(draw_page(kA4, text, true), blobs_), text)});
  auto seen = words_of_pdf(written.pdf);
  std::sort(seen.begin(), seen.end(), [](const auto& a, const auto& b) { return a.left < b.left; });
  const auto& words = text.regions[0].lines[0].words;
  ASSERT_EQ(seen.size(), words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    EXPECT_EQ(seen[i].text, words[i].text);
    EXPECT_NEAR(seen[i].left * 150 / 72, words[i].box.left, 3) << words[i].text;
    EXPECT_NEAR(seen[i].right * 150 / 72, words[i].box.right, 3) << words[i].text;
    EXPECT_NEAR(seen[i].bottom * 150 / 72, words[i].box.bottom, 4) << words[i].text;
  }
  EXPECT_EQ(text_of_pdf(written.pdf), body_text(text) + "\f");
}

TEST_F(Pdfa2u, IsCopiedLineByLine) {
  const PageText text = text_of_lines(kLines);
  const auto written =
      composed({page_with(as_jpeg(draw_page(kA4, text), ColourModel::gray, blobs_), text)});
  const std::string layout = output_of({"pdftotext", "-layout", written.pdf.string(), "-"});
  const std::string mupdf =
      output_of({"mutool", "draw", "-q", "-F", "text", "-o", "-", written.pdf.string()});
  for (const std::string& line : kLines) {
    EXPECT_NE(layout.find(line + "\n"), std::string::npos) << layout;
    EXPECT_NE(mupdf.find(line + "\n"), std::string::npos) << mupdf;
  }
}

TEST_F(Pdfa2u, KeepsTheOrderOfTheRegions) {
  PageText text;
  text.regions = {region_of(RegionKind::text, {"cột trái một", "cột trái hai"}, 100, 300, 12, 30),
                  region_of(RegionKind::text, {"cột phải một", "cột phải hai"}, 700, 300, 12, 30),
                  region_of(RegionKind::footnote, {"chú thích"}, 100, 1600, 8, 20)};
  const auto written = composed({page_with(as_g4(draw_page(kA4, text, true), blobs_), text)});
  EXPECT_EQ(flowing(text_of_pdf(written.pdf)),
            "cột trái một cột trái hai cột phải một cột phải hai chú thích");
}

TEST_F(Pdfa2u, AWordThatReachesIntoTheNextDoesNotTearTheLine) {
  PageText text = text_of_lines({"ỦY BAN NHÂN DÂN XÃ"});
  auto& words = text.regions[0].lines[0].words;
  words[2].box.right = words[3].box.right - 2;
  const auto written = composed({page_with(as_g4(draw_page(kA4, text, true), blobs_), text)});
  EXPECT_EQ(text_of_pdf(written.pdf), body_text(text) + "\f");
}

TEST_F(Pdfa2u, WordsThatOverlapOrRunBackwardsStayWords) {
  PageText text = text_of_lines({"một hai ba"});
  auto& words = text.regions[0].lines[0].words;
  words[1].box.left = words[0].box.right - 10;                     // overlaps
  words[2].box = {60, words[2].box.top, 90, words[2].box.bottom};  // stands before the first
  const auto written = composed({page_with(as_g4(draw_page(kA4, text, true), blobs_), text)});
  EXPECT_EQ(qpdf_complaints(written.pdf), "");
  const auto seen = words_of_pdf(written.pdf);
  EXPECT_EQ(seen.size(), 3u);
}

// ---- Pictures ---------------------------------------------------------------------------------

struct Coding {
  std::string name;
  Picture (*make)(const Drawing&, FolderBlobs&);
  bool black_and_white = false;
};
const std::vector<Coding> kCodings{
    {"jpeg_gray",
     [](const Drawing& d, FolderBlobs& b) { return as_jpeg(d, ColourModel::gray, b); }},
    {"jpeg_rgb", [](const Drawing& d, FolderBlobs& b) { return as_jpeg(d, ColourModel::rgb, b); }},
    {"jpeg_cmyk",
     [](const Drawing& d, FolderBlobs& b) { return as_jpeg(d, ColourModel::cmyk, b); }},
    {"flate_gray",
     [](const Drawing& d, FolderBlobs& b) { return as_flate(d, ColourModel::gray, b); }},
    {"flate_rgb",
     [](const Drawing& d, FolderBlobs& b) { return as_flate(d, ColourModel::rgb, b); }},
    {"flate_indexed",
     [](const Drawing& d, FolderBlobs& b) { return as_flate(d, ColourModel::indexed, b); }},
    {"flate_bilevel",
     [](const Drawing& d, FolderBlobs& b) { return as_flate(d, ColourModel::bilevel, b); }, true},
    {"jpx_gray", [](const Drawing& d, FolderBlobs& b) { return as_jpx(d, ColourModel::gray, b); }},
    {"jpx_rgb", [](const Drawing& d, FolderBlobs& b) { return as_jpx(d, ColourModel::rgb, b); }},
    {"g4", [](const Drawing& d, FolderBlobs& b) { return as_g4(d, b); }, true},
    {"g4_black_is_1", [](const Drawing& d, FolderBlobs& b) { return as_g4(d, b, true); }, true},
    {"jbig2", [](const Drawing& d, FolderBlobs& b) { return as_jbig2(d, b, false); }, true},
    {"jbig2_globals", [](const Drawing& d, FolderBlobs& b) { return as_jbig2(d, b, true); }, true},
};

class Pdfa2uPicture : public Pdfa2u, public ::testing::WithParamInterface<Coding> {};

TEST_P(Pdfa2uPicture, IsShownAsItIs) {
  const Coding& coding = GetParam();
  const PageText text = text_of_lines(kLines);
  const Drawing drawing = draw_page(kA4, text, coding.black_and_white);
  const auto written = composed({page_with(coding.make(drawing, blobs_), text)});
  EXPECT_EQ(qpdf_complaints(written.pdf), "");
  const bool is_jbig2 = coding.name.rfind("jbig2", 0) == 0;
  const GrayPicture seen =
      is_jbig2 ? render_page_by_mupdf(written.pdf, 1, 150) : render_page(written.pdf, 1, 150);
  EXPECT_LT(mean_difference(seen, drawing.picture()), 1.5);
}
INSTANTIATE_TEST_SUITE_P(OfEveryCoding, Pdfa2uPicture, ::testing::ValuesIn(kCodings),
                         [](const auto& tested) { return tested.param.name; });

TEST_F(Pdfa2u, PassesPictureBytesThroughUntouched) {
  const PageText text = text_of_lines(kLines);
  const Drawing gray = draw_page(kA4, text);
  const Drawing black = draw_page(kA4, text, true);
  const std::vector<PageRecord> pages{page_with(as_jpeg(gray, ColourModel::rgb, blobs_), text),
                                      page_with(as_jpx(gray, ColourModel::rgb, blobs_), text),
                                      page_with(as_g4(black, blobs_), text)};
  const auto written = composed(pages);
  const auto folder = scratch_.folder("images");
  EXPECT_EQ(output_of({"pdfimages", "-all", written.pdf.string(), (folder / "p").string()}), "");
  const std::vector<std::string> files{"p-000.jpg", "p-001.jp2", "p-002.ccitt"};
  for (std::size_t i = 0; i < files.size(); ++i)
    EXPECT_EQ(content_of(folder / files[i]),
              content_of(*blobs_.fetch(pages[i].pictures[0].picture.data)))
        << files[i];
}

TEST_F(Pdfa2u, PutsAJpegWithinAFlateStreamWhereThatSavesRoom) {
  const Drawing drawing = draw_page(kA4, text_of_lines(kLines));  // much white: long equal runs
  const auto written = composed({page_with(as_jpeg(drawing, ColourModel::gray, blobs_), {})});
  const std::string pdf = content_of(written.pdf);
  const auto at = pdf.find("/DCTDecode");
  ASSERT_NE(at, std::string::npos);
  EXPECT_NE(pdf.substr(at - 20, 20).find("/FlateDecode"), std::string::npos);
}

TEST_F(Pdfa2u, AddsLessThanThirtyKilobytesAPage) {
  std::vector<std::string> lines;  // a full page: 45 lines of 15 words
  for (int i = 0; i < 45; ++i)
    lines.push_back(fmt::format("{} Ủy ban nhân dân xã quyết định về việc cấp bản sao từ sổ gốc {}",
                                i * 7919, i));
  PageText text;
  text.regions = {region_of(RegionKind::text, lines, 60, 50, 11, 24)};
  const Picture picture = as_g4(draw_page(kA4, text, true), blobs_);
  const auto input = std::filesystem::file_size(*blobs_.fetch(picture.data));
  const auto written = composed({page_with(picture, text)});
  EXPECT_LT(std::filesystem::file_size(written.pdf), input + 30'000);
}

TEST_F(Pdfa2u, DrawsATurnedScanUpright) {
  PageText text = text_of_lines(kLines);
  const Drawing upright = draw_page(kA4, text);
  Drawing scan = upright;  // the scanner saw it turned by 270: it takes 90 to read it
  for (int i = 0; i < 3; ++i) scan = turned(scan);
  PageRecord page = page_with(as_jpeg(scan, ColourModel::gray, blobs_), text);
  page.parts[0].size = kA4;
  page.parts[0].turned = {90};
  page.parts[0].upright_from_master = {0, -1, double(scan.size.height), 1, 0, 0};
  const auto written = composed({page});
  EXPECT_LT(mean_difference(render_page(written.pdf, 1, 150), upright.picture()), 1.5);
  EXPECT_EQ(text_of_pdf(written.pdf), body_text(text) + "\f");
  // ALTO speaks of the scan: its size, and boxes on it.
  const std::string alto = content_of(written.alto);
  EXPECT_NE(alto.find("WIDTH=\"1754\" HEIGHT=\"1240\""), std::string::npos);
  EXPECT_NE(alto.find("ROTATION=\"90\""), std::string::npos);
}

TEST_F(Pdfa2u, StraightensByTheMatrixAlone) {
  const PageText text = text_of_lines(kLines);
  const Drawing drawing = draw_page(kA4, text);
  PageRecord page = page_with(as_jpeg(drawing, ColourModel::gray, blobs_), text);
  const double angle = 2.0 * 3.14159265358979 / 180;
  page.parts[0].upright_from_master = {std::cos(angle), -std::sin(angle), 30,
                                       std::sin(angle), std::cos(angle),  5};
  page.parts[0].deskewed = {2};
  const auto written = composed({page});
  const GrayPicture seen = render_page(written.pdf, 1, 150);
  // A point of the drawing shows where the map says.
  int checked = 0, right = 0;
  for (int y = 10; y < kA4.height; y += 37) {
    for (int x = 10; x < kA4.width; x += 37) {
      const PointPx to = page.parts[0].upright_from_master.apply(PointPx{x + 0.5, y + 0.5});
      const int sx = static_cast<int>(to.x), sy = static_cast<int>(to.y);
      if (sx < 0 || sy < 0 || sx >= seen.width || sy >= seen.height) continue;
      ++checked;
      const int there = seen.pixels[static_cast<std::size_t>(sy * seen.width + sx)];
      const int here = drawing.gray[static_cast<std::size_t>(y * kA4.width + x)];
      right += std::abs(there - here) < 48;
    }
  }
  EXPECT_GT(checked, 1000);
  EXPECT_GT(right, checked * 98 / 100);
}

TEST_F(Pdfa2u, BothHalvesOfASpreadShareOnePicture) {
  const PageText text = text_of_lines({"trang"});
  const Drawing scan = draw_page({2000, 1400}, text);
  PageRecord page = page_with(as_jpeg(scan, ColourModel::gray, blobs_), text);
  PagePart left = page.parts[0];
  left.size = {1000, 1400};
  left.kept = {0, 0, 1000, 1400};
  PagePart right = left;
  right.kept = {1000, 0, 2000, 1400};
  right.upright_from_master = {1, 0, -1000, 0, 1, 0};
  right.text.regions[0].lines[0].words[0].text = "sau";
  page.parts = {left, right};
  const auto written = composed({page});
  EXPECT_EQ(text_of_pdf(written.pdf), "trang\n\fsau\n\f");
  EXPECT_EQ(content_of(written.text), "trang\n\fsau\n");
  EXPECT_EQ(render_page(written.pdf, 2, 150).width, 1000);
  const std::string pdf = content_of(written.pdf);
  const std::string needle = "/DCTDecode";
  EXPECT_EQ(pdf.find(needle, pdf.find(needle) + 1), std::string::npos)
      << "the picture is there twice";
  const std::string alto = content_of(written.alto);
  EXPECT_NE(alto.find("POSITION=\"Left\""), std::string::npos);
  EXPECT_NE(alto.find("POSITION=\"Right\""), std::string::npos);
  EXPECT_EQ(alto.find("PHYSICAL_IMG_NR=\"2\""), std::string::npos) << "one scan, one number";
}

TEST_F(Pdfa2u, ShowsAMaskedPictureOverThePage) {
  PageRecord page = page_with(as_jpeg(draw_page(kA4, {}), ColourModel::gray, blobs_), {});
  Drawing black{{100, 100}, std::vector<std::uint8_t>(10'000, 0)};
  Drawing half{{100, 100}, std::vector<std::uint8_t>(10'000, 0)};
  for (std::size_t i = 0; i < half.gray.size() / 2; ++i) half.gray[i] = 255;  // upper half shown
  PlacedPicture seal;
  seal.role = PictureRole::signature_appearance;
  seal.picture = as_flate(black, ColourModel::rgb, blobs_);
  seal.soft_mask = as_flate(half, ColourModel::gray, blobs_);
  seal.place = {200, 0, 600, 0, 200, 1000};
  page.pictures.push_back(seal);
  const auto written = composed({page});
  EXPECT_EQ(qpdf_complaints(written.pdf), "");
  const GrayPicture seen = render_page(written.pdf, 1, 150);
  EXPECT_LT(seen.pixels[1050 * 1240 + 700], 10) << "the shown half";
  EXPECT_GT(seen.pixels[1150 * 1240 + 700], 245) << "the hidden half";
}

TEST_F(Pdfa2u, ABlankPageIsItsPictureOnly) {
  const PageRecord blank = page_with(as_g4(draw_page(kA4, {}, true), blobs_), {});
  const auto written = composed({blank, blank});
  EXPECT_EQ(qpdf_complaints(written.pdf), "");
  EXPECT_EQ(text_of_pdf(written.pdf), "\f\f");
  EXPECT_EQ(content_of(written.text), "\f");
  EXPECT_EQ(content_of(written.pdf).find("/FontFile2"), std::string::npos);
}

// ---- Born-digital pages -------------------------------------------------------------------------

TEST_F(Pdfa2u, KeepsABornDigitalPageBetweenScans) {
  const PageText inner = text_of_lines({"trang điện tử"});
  const auto received =
      composed({page_with(as_g4(draw_page({800, 600}, {}, true), blobs_), {}),
                page_with(as_flate(draw_page(kA4, inner), ColourModel::rgb, blobs_), inner)},
               "received");
  PageRecord kept = page_with({}, inner);
  kept.origin = PageOrigin::born_digital_graft;
  kept.pictures.clear();
  kept.file = blobs_.put(content_of(received.pdf));
  kept.index = PageIndex(1);
  kept.master_size = kept.parts[0].size = kA4;
  const PageText text = text_of_lines({"trang quét"});
  const PageRecord scan = page_with(as_g4(draw_page(kA4, text, true), blobs_), text);
  const auto written = composed({scan, kept, scan});
  EXPECT_EQ(qpdf_complaints(written.pdf), "");
  EXPECT_EQ(text_of_pdf(written.pdf), "trang quét\n\ftrang điện tử\n\ftrang quét\n\f");
  EXPECT_EQ(content_of(written.text), "trang quét\n\ftrang điện tử\n\ftrang quét\n");
  EXPECT_LT(mean_difference(render_page(written.pdf, 2, 150), draw_page(kA4, inner).picture()),
            1.5);
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& file :
       std::filesystem::directory_iterator(written.pdf.parent_path()))
    ++files;
  EXPECT_EQ(files, 3u) << "nothing but the three files stays";
}

TEST_F(Pdfa2u, ABornDigitalPageThatIsNotInItsFileIsAnError) {
  PageRecord kept = page_with({}, {});
  kept.origin = PageOrigin::born_digital_graft;
  kept.pictures.clear();
  kept.master_size = kept.parts[0].size = kA4;
  kept.file = blobs_.put(std::string("%PDF-1.7 and nothing else"));
  EXPECT_FALSE(compose(document_of({kept}, blobs_)));
  EXPECT_TRUE(std::filesystem::is_empty(scratch_.folder("out")));
}

// ---- What stands on paper but is not body text -------------------------------------------------

TEST_F(Pdfa2u, MarksWhatIsNotBodyTextAndKeepsItOutOfTheText) {
  PageText text = text_of_lines({"thân bài"});
  text.regions.push_back(region_of(RegionKind::seal, {"ỦY BAN NHÂN DÂN"}, 700, 1200, 12, 30));
  text.regions.push_back(
      region_of(RegionKind::signature_overlay, {"Ký bởi: UBND"}, 100, 60, 10, 24));
  Region scribble = region_of(RegionKind::handwriting, {"không đọc được"}, 300, 900, 12, 30);
  scribble.illegible = true;
  text.regions.push_back(scribble);
  const auto written = composed({page_with(as_g4(draw_page(kA4, text, true), blobs_), text)});
  EXPECT_EQ(content_of(written.text), "thân bài\n");
  const std::string all = text_of_pdf(written.pdf);
  EXPECT_NE(all.find("ỦY BAN NHÂN DÂN"), std::string::npos);
  EXPECT_EQ(all.find("không đọc"), std::string::npos) << "illegible text is not written";
  const std::string operators =
      output_of({"qpdf", "--qdf", "--object-streams=disable", written.pdf.string(), "-"});
  EXPECT_NE(operators.find("/SogocSeal BMC"), std::string::npos);
  EXPECT_NE(operators.find("/SogocSignatureOverlay BMC"), std::string::npos);
  const std::string alto = content_of(written.alto);
  EXPECT_NE(alto.find("TAGREFS=\"tag_seal\""), std::string::npos);
  EXPECT_NE(alto.find("TAGREFS=\"tag_handwriting tag_illegible\""), std::string::npos);
}

TEST_F(Pdfa2u, SaysThatASignatureWasNotCarried) {
  const PageText text = text_of_lines(kLines);
  DocumentSource source =
      document_of({page_with(as_g4(draw_page(kA4, text, true), blobs_), text)}, blobs_);
  source.signatures.push_back({"Signature1", 1, true});
  const auto written = compose(source);
  ASSERT_TRUE(written);
  const std::string said =
      fmt::format("derived from {}, signature not carried", to_hex(source.derived_from[0]));
  const std::string facts = output_of({"pdfinfo", written->pdf.string()});
  EXPECT_NE(facts.find(said), std::string::npos) << facts;
  EXPECT_NE(content_of(written->pdf).find(said), std::string::npos) << "in XMP, which is plain";
}

TEST_F(Pdfa2u, SaysWhatItIsInInfoAndXmpAlike) {
  const PageText text = text_of_lines(kLines);
  DocumentSource source =
      document_of({page_with(as_g4(draw_page(kA4, text, true), blobs_), text)}, blobs_);
  source.title = "Quyết định <số 1> & \"phụ lục\"";
  const auto written = compose(source);
  ASSERT_TRUE(written);
  const std::string facts = output_of({"pdfinfo", "-isodates", written->pdf.string()});
  EXPECT_NE(facts.find(source.title), std::string::npos) << facts;
  EXPECT_NE(facts.find("2026-11-21T08:15:00+07"), std::string::npos) << facts;
  const std::string pdf = content_of(written->pdf);
  for (const char* said :
       {"<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>U</pdfaid:conformance>",
        "Quyết định &lt;số 1&gt; &amp; &quot;phụ lục&quot;",
        "<xmp:CreateDate>2026-11-21T08:15:00+07:00</xmp:CreateDate>",
        "<dc:identifier>H49.64.33.2026.01.001</dc:identifier>", "/Lang (vi-VN)"})
    EXPECT_NE(pdf.find(said), std::string::npos) << said;
}

TEST_F(Pdfa2u, TakesTheTitleFromTheMetadataWhenNoneIsGiven) {
  const PageText text = text_of_lines(kLines);
  DocumentSource source =
      document_of({page_with(as_g4(draw_page(kA4, text, true), blobs_), text)}, blobs_);
  source.title.clear();
  MetadataField guess{"subject", "không dùng", ValueState::illegible, {}, 1, {}, "text"};
  MetadataField subject{"subject", "Về việc trích yếu", ValueState::read, {}, 1, {}, "text"};
  source.metadata.fields = {guess, subject};
  const auto written = compose(source);
  ASSERT_TRUE(written);
  EXPECT_NE(output_of({"pdfinfo", written->pdf.string()}).find("Về việc trích yếu"),
            std::string::npos);
}

TEST_F(Pdfa2u, TheSameInputGivesTheSameBytes) {
  const PageText text = text_of_lines(kLines);
  const std::vector<PageRecord> pages{
      page_with(as_jpeg(draw_page(kA4, text), ColourModel::cmyk, blobs_), text)};
  const auto first = composed(pages, "first");
  const auto second = composed(pages, "second");
  EXPECT_EQ(content_of(first.pdf), content_of(second.pdf));
  EXPECT_EQ(content_of(first.alto), content_of(second.alto));
}

TEST_F(Pdfa2u, AltoIsValid) {
  const std::filesystem::path schema =
      std::string(SOGOC_SOURCE_DIR) + "/../shared/schemas/alto-4-4.xsd";
  if (!std::filesystem::exists(schema)) GTEST_SKIP() << "the ALTO schema is not on this machine";
  PageText text = text_of_lines(every_vietnamese_letter());
  text.regions[0].lines[0].words[0].text = "<&\">\x01\xEF\xBF\xBF";
  for (RegionKind kind : {RegionKind::table, RegionKind::footnote, RegionKind::page_number,
                          RegionKind::signature_overlay, RegionKind::seal, RegionKind::stamp,
                          RegionKind::handwriting, RegionKind::picture})
    text.regions.push_back(region_of(kind, {"ô một"}, 100, 1000 + 60 * int(kind), 10, 20));
  text.regions.back().illegible = true;
  const PageRecord page = page_with(as_g4(draw_page(kA4, text, true), blobs_), text);
  const PageRecord blank = page_with(as_g4(draw_page(kA4, {}, true), blobs_), {});
  DocumentSource source = document_of({blank, page, page}, blobs_);
  source.identifier = "một <hai> & \"ba\"";
  const auto written = compose(source);
  ASSERT_TRUE(written);
  EXPECT_EQ(alto_complaints(written->alto, schema), "");
}

}  // namespace
}  // namespace sogoc
