#include <lcms2.h>

#include "tests/support/verapdf.hpp"
#include "tests/unit/pdf_read/digital_fonts.hpp"
#include "tests/unit/pdf_read/reading.hpp"
#include "workers/pdf_read/graft.hpp"

namespace sogoc::test {
namespace {

std::string srgb_profile() {
  const cmsHPROFILE profile = cmsCreate_sRGBProfile();
  cmsUInt32Number size = 0;
  cmsSaveProfileToMem(profile, nullptr, &size);
  std::string bytes(size, 0);
  cmsSaveProfileToMem(profile, bytes.data(), &size);
  cmsCloseProfile(profile);
  return bytes;
}

// What a document of ours looks like before foreign pages come in.
std::string own_document() {
  PdfBuilder pdf;
  const int xmp = pdf.add_stream("/Type /Metadata /Subtype /XML",
      "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
      "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' "
      "xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/'><pdfaid:part>2</pdfaid:part>"
      "<pdfaid:conformance>U</pdfaid:conformance></rdf:Description></rdf:RDF></x:xmpmeta>"
      "<?xpacket end='w'?>");
  const int profile = pdf.add_stream("/N 3", srgb_profile());
  pdf.catalogue_entries("/Metadata " + std::to_string(xmp) +
                        " 0 R /OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 "
                        "/OutputConditionIdentifier (sRGB) /Info (sRGB) /DestOutputProfile " +
                        std::to_string(profile) + " 0 R >>]");
  pdf.add_page(100, 100, "", "");
  return pdf.bytes();
}

class GraftedPage : public PdfReading {};

// Whatever the check lets through must pass the validator; here everything is let through.
TEST_F(GraftedPage, PassesAsPdfA) {
  if (verapdf_is_waived()) GTEST_SKIP() << "veraPDF is waived here";
  if (!std::filesystem::exists(kFontFile)) GTEST_SKIP() << "the font DejaVu Sans is not installed";
  const std::string text = "BT /F 12 Tf 20 100 Td (Hello archive) Tj ET";
  const std::u16string words = u"Đăng ký khai sinh";
  PdfBuilder simple;
  const int simple_font = embedded_font(simple);
  simple.add_page(200, 144, text, font_resource(simple_font));
  PdfBuilder composite;
  const int composite_one = composite_font(composite, words);
  composite.add_page(200, 144, shown(words), font_resource(composite_one), "/Rotate 90");
  PdfBuilder office;
  const int office_font = embedded_font(office);
  const int mask = office.add_stream(
      image_entries({2, 2}, "/ColorSpace /DeviceGray /BitsPerComponent 8"), "abcd");
  const int logo = office.add_stream(
      image_entries({2, 2}, "/ColorSpace /DeviceRGB /BitsPerComponent 8 /SMask " +
                                std::to_string(mask) + " 0 R"), "abcdefghijkl");
  office.add_page(200, 144, "/P << /MCID 0 >> BDC /G gs 1 0 0 rg 0 0 9 9 re f q 20 0 0 20 9 9 cm /L Do "
                  "Q " + text + " EMC",
                  font_resource(office_font) + "/XObject << /L " + std::to_string(logo) +
                      " 0 R >> /ExtGState << /G << /Type /ExtGState /BM /Normal /ca 0.5 >> >>",
                  "/Group << /Type /Group /S /Transparency /CS /DeviceRGB >> /StructParents 0 "
                  "/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] >>]");
  const auto results = folder_ / "results";
  std::filesystem::create_directory(results);
  int number = 0;
  for (const PdfBuilder* pdf : {&simple, &composite, &office}) {
    const auto source = written(pdf->bytes());
    const auto page = reader_->decode(source, "foreign.pdf", PageIndex(0), settings_, blobs_);
    ASSERT_TRUE(page) << to_string(page.error());
    ASSERT_EQ(page->origin, PageOrigin::born_digital_graft) << number;
    const std::vector<GraftPage> grafts = {{0, source, 0}};
    const auto done = graft_pages(written(own_document()), grafts,
                                  results / (std::to_string(++number) + ".pdf"));
    ASSERT_TRUE(done) << to_string(done.error());
  }
  const PdfaVerdicts verdicts = check_pdfa2u(results);
  EXPECT_EQ(verdicts.trouble, "");
  for (const std::string& failed : verdicts.failed) ADD_FAILURE() << failed;
  EXPECT_EQ(verdicts.passed.size(), 3u);
}

}  // namespace
}  // namespace sogoc::test
