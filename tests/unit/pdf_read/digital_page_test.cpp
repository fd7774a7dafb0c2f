#include "tests/unit/pdf_read/digital_fonts.hpp"
#include "tests/unit/pdf_read/reading.hpp"
#include "workers/pdf_read/graft.hpp"

namespace sogoc::test {
namespace {

class DigitalPage : public PdfReading {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kFontFile)) GTEST_SKIP() << "the font DejaVu Sans is not installed";
  }
  const std::string content_ = "BT /F 12 Tf 20 100 Td (Hello archive) Tj ET";
};

TEST_F(DigitalPage, KeepsAPageThatMayLiveInPdfA) {
  PdfBuilder pdf;
  const int font = embedded_font(pdf);
  pdf.add_page(200, 144, content_, font_resource(font));
  const auto page = decode(pdf.bytes());
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->origin, PageOrigin::born_digital_graft);
  EXPECT_TRUE(page->pictures.empty());
  EXPECT_EQ(page->raster.size(), (SizePx{834, 600}));   // rendered for reading and thumbnails
  ASSERT_EQ(page->own_text.size(), 1u);
  ASSERT_EQ(page->own_text[0].lines.size(), 1u);
  EXPECT_EQ(page->own_text[0].source, "pdf");
  EXPECT_EQ(text_of(page->own_text[0].lines[0]), "Hello archive");
  const Word& word = page->own_text[0].lines[0].words[0];
  EXPECT_NEAR(word.box.left, 20 / 72.0 * 300, 3);
  EXPECT_LT(word.box.top, (144 - 100) / 72.0 * 300);
  EXPECT_GT(word.box.bottom, (144 - 100) / 72.0 * 300 - 2);
}

TEST_F(DigitalPage, RendersAPageWhoseFontIsNotEmbedded) {
  PdfBuilder pdf;
  pdf.add_page(200, 144, content_, "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
                                   ">> >>");
  const auto page = decode(pdf.bytes());
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->origin, PageOrigin::born_digital_render);
  ASSERT_EQ(page->pictures.size(), 1u);
  EXPECT_EQ(page->pictures[0].picture.size, page->raster.size());
  ASSERT_EQ(page->own_text.size(), 1u);
  EXPECT_EQ(text_of(page->own_text[0].lines[0]), "Hello archive");
}

TEST_F(DigitalPage, GraftsOnlyWhatIsKnownToBeFine) {
  struct Case {
    const char* what;
    std::string content;
    std::string more_resources;
    std::string entries;
  };
  const std::vector<Case> cases = {
      {"CMYK", "0 0 0 1 k " + content_, "", ""},
      {"a blend mode", "/G gs " + content_, "/ExtGState << /G << /BM /Multiply >> >>", ""},
      {"a soft mask", "/G gs " + content_, "/ExtGState << /G << /SMask << /S /Alpha >> >> >>", ""},
      {"an unknown operator", content_ + " 1 2 frobnicate", "", ""},
      {"a letter without a glyph", content_ + " BT /F 9 Tf (\\001) Tj ET", "", ""},
      {"optional content", "/OC /P BDC " + content_ + " EMC", "", ""},
      {"an action", content_, "", "/AA << /O << /S /JavaScript /JS (1) >> >>"},
      {"a separation", "/S cs 1 scn " + content_,
       "/ColorSpace << /S [/Separation /Spot /DeviceGray << /FunctionType 2 /N 1 /Domain [0 1] >>] "
       ">>", ""},
      {"a font that is not embedded", content_ + " BT /H 9 Tf (x) Tj ET", "", ""},
  };
  for (const Case& c : cases) {
    PdfBuilder pdf;
    const int font = embedded_font(pdf);
    const std::string fonts = "/Font << /F " + std::to_string(font) +
                              " 0 R /H << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> ";
    const bool two_fonts = std::string(c.what).find("font") != std::string::npos;
    pdf.add_page(200, 144, c.content, (two_fonts ? fonts : font_resource(font)) + c.more_resources,
                 c.entries);
    const auto page = decode(pdf.bytes());
    ASSERT_TRUE(page) << c.what << ": " << to_string(page.error());
    EXPECT_EQ(page->origin, PageOrigin::born_digital_render) << c.what;
  }
}

TEST_F(DigitalPage, KeepsWhatOfficeProgramsWriteByHabit) {
  PdfBuilder pdf;
  const int font = embedded_font(pdf);
  pdf.add_page(200, 144, "/P << /MCID 0 >> BDC /G gs " + content_ + " EMC",
               font_resource(font) + "/ExtGState << /G << /Type /ExtGState /BM /Normal /ca 1 >> >>",
               "/Group << /Type /Group /S /Transparency /CS /DeviceRGB >> /StructParents 0 /Tabs /S");
  const auto page = decode(pdf.bytes());
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->origin, PageOrigin::born_digital_graft);
}

TEST_F(DigitalPage, ReadsVietnameseOutOfACompositeFont) {
  const std::u16string words = u"Đăng ký khai sinh";
  for (const bool whole_map : {true, false}) {
    PdfBuilder pdf;
    const int font = composite_font(pdf, words, whole_map);
    pdf.add_page(200, 144, shown(words), font_resource(font));
    const auto page = decode(pdf.bytes());
    ASSERT_TRUE(page) << to_string(page.error());
    EXPECT_EQ(page->origin, whole_map ? PageOrigin::born_digital_graft
                                      : PageOrigin::born_digital_render);
    if (whole_map) {
      ASSERT_EQ(page->own_text.size(), 1u);
      EXPECT_EQ(text_of(page->own_text[0].lines[0]), "Đăng ký khai sinh");
    }
  }
}

TEST_F(DigitalPage, RendersAPageWhoseFontWidthsAreWrong) {
  PdfBuilder pdf;
  const int font = embedded_font(pdf, "DejaVuSans", 20);
  pdf.add_page(200, 144, content_, font_resource(font));
  const auto page = decode(pdf.bytes());
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->origin, PageOrigin::born_digital_render);
  ASSERT_EQ(page->notes.size(), 1u);
  EXPECT_NE(page->notes[0].find("wrong widths"), std::string::npos);
}

TEST_F(DigitalPage, DoesNotTrustFontsOfTheYearsBeforeUnicode) {
  PdfBuilder pdf;
  const int font = embedded_font(pdf, ".VnTime");
  pdf.add_page(200, 144, content_, font_resource(font));
  const auto page = decode(pdf.bytes());
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->origin, PageOrigin::scan);
  EXPECT_TRUE(page->own_text.empty());
  EXPECT_EQ(page->pictures.size(), 1u);
  ASSERT_EQ(page->notes.size(), 1u);
  EXPECT_NE(page->notes[0].find("old Vietnamese encoding"), std::string::npos);
}

TEST_F(DigitalPage, DoesNotTrustTextWithoutAUsableUnicodeMap) {
  PdfBuilder pdf;
  const int map = pdf.add_stream("", "/CIDInit /ProcSet findresource begin 12 dict begin begincmap "
      "/CMapName /X def 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <20> <7E> "
      "<E020> endbfrange endcmap end end");
  pdf.add_page(200, 144, content_, "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
               "/ToUnicode " + std::to_string(map) + " 0 R >> >>");
  const auto page = decode(pdf.bytes());
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->origin, PageOrigin::scan);
  EXPECT_TRUE(page->own_text.empty());
}

TEST_F(DigitalPage, TurnsWithThePage) {
  PdfBuilder pdf;
  const int font = embedded_font(pdf);
  pdf.add_page(200, 144, content_, font_resource(font), "/Rotate 90");
  const auto page = decode(pdf.bytes());
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->raster.size(), (SizePx{600, 834}));
  EXPECT_EQ(page->known_turn, Degrees{0});
  ASSERT_EQ(page->own_text.size(), 1u);
  EXPECT_GT(page->own_text[0].box.height(), page->own_text[0].box.width());
}

TEST_F(DigitalPage, ReadsADrawingLikeAScan) {
  PdfBuilder pdf;
  pdf.add_page(72, 72, "10 10 30 30 re f", "");
  const auto page = decode(pdf.bytes());
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->origin, PageOrigin::scan);
  EXPECT_TRUE(is_black(page->raster, 100, 200));
}

TEST_F(DigitalPage, GraftsIntoThePlaceOfAPlaceholder) {
  PdfBuilder foreign;
  const int font = embedded_font(foreign);
  foreign.add_page(200, 144, content_, font_resource(font), "/Annots [<< /Type /Annot /Subtype /Link "
                   "/Rect [0 0 9 9] >>]");
  PdfBuilder ours;
  const int xmp = ours.add_stream("/Type /Metadata /Subtype /XML", "<x:xmpmeta/>");
  ours.catalogue_entries("/Metadata " + std::to_string(xmp) + " 0 R");
  ours.add_page(10, 10, "q Q", "");
  ours.add_page(10, 10, "", "");
  const auto source = written(foreign.bytes());
  const auto own = written(ours.bytes());
  const auto out = folder_ / "out.pdf";
  const std::vector<GraftPage> grafts = {{1, source, 0}};
  const auto done = graft_pages(own, grafts, out);
  ASSERT_TRUE(done) << to_string(done.error());
  const std::string result = bytes_of(out);
  EXPECT_NE(result.find("<x:xmpmeta/>"), std::string::npos);
  EXPECT_EQ(result.find("/ObjStm"), std::string::npos);
  EXPECT_EQ(result.find("/Annots"), std::string::npos);
  const auto opened = reader_->open(out, "out.pdf", settings_);
  ASSERT_TRUE(opened) << to_string(opened.error());
  EXPECT_EQ(opened->page_count, 2u);
  EXPECT_TRUE(opened->notes.empty());
  const auto page = reader_->decode(out, "out.pdf", PageIndex(1), settings_, blobs_);
  ASSERT_TRUE(page) << to_string(page.error());
  ASSERT_EQ(page->own_text.size(), 1u);
  EXPECT_EQ(text_of(page->own_text[0].lines[0]), "Hello archive");
  // The same input gives the same bytes.
  const auto again = folder_ / "again.pdf";
  ASSERT_TRUE(graft_pages(own, grafts, again));
  EXPECT_EQ(bytes_of(again), result);
}

}  // namespace
}  // namespace sogoc::test
