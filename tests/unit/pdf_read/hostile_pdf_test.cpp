#include <qpdf/Pl_Buffer.hh>
#include <qpdf/Pl_Flate.hh>

#include "tests/unit/pdf_read/reading.hpp"

namespace sogoc::test {
namespace {

std::string deflated(const std::string& text) {
  Pl_Buffer buffer("test");
  Pl_Flate flate("test", &buffer, Pl_Flate::a_deflate);
  flate.write(reinterpret_cast<const unsigned char*>(text.data()), text.size());
  flate.finish();
  const auto bytes = buffer.getBufferSharedPointer();
  return {reinterpret_cast<const char*>(bytes->getBuffer()), bytes->getSize()};
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

class HostilePdf : public PdfReading {};

TEST_F(HostilePdf, AFormThatDrawsItself) {
  PdfBuilder pdf;
  const int form = pdf.add("");
  pdf.add_page(72, 72, "/F Do", "/XObject << /F " + std::to_string(form) + " 0 R >>");
  pdf.replace(form, "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F " +
                        std::to_string(form) + " 0 R >> >> /Length 11 >>\nstream\n/F Do /F Do\nendstream");
  const auto page = decode(pdf.bytes());
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::limit_exceeded);
}

TEST_F(HostilePdf, FormsThatMultiply) {
  PdfBuilder pdf;
  int inner = pdf.add_stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", "0 0 1 1 re f");
  for (int level = 0; level < 15; ++level)
    inner = pdf.add_stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << "
                           "/F " + std::to_string(inner) + " 0 R >> >>", repeated("/F Do ", 20));
  pdf.add_page(72, 72, "/F Do", "/XObject << /F " + std::to_string(inner) + " 0 R >>");
  const auto page = decode(pdf.bytes());
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::limit_exceeded);
}

TEST_F(HostilePdf, StatesSavedWithoutEnd) {
  PdfBuilder pdf;
  pdf.add_page(72, 72, repeated("q ", 100'000), "");
  const auto page = decode(pdf.bytes());
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::limit_exceeded);
}

TEST_F(HostilePdf, ContentThatUnpacksWithoutEnd) {
  PdfBuilder pdf;
  const std::string bomb = deflated(deflated(std::string(200u << 20, ' ')));
  ASSERT_LT(bomb.size(), 100'000u);
  const int stream = pdf.add_stream("/Filter [/FlateDecode /FlateDecode]", bomb);
  const int page = pdf.add_page(72, 72, "", "");
  pdf.replace(page, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] /Contents " +
                        std::to_string(stream) + " 0 R >>");
  const auto result = decode(pdf.bytes());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::limit_exceeded);
}

TEST_F(HostilePdf, PicturesOfAbsurdSizeOrWithoutBytes) {
  struct Case {
    std::string entries;
    std::string data;
    ErrorCode code;
  };
  const std::vector<Case> cases = {
      {image_entries({2'000'000, 2'000'000}, "/ColorSpace /DeviceRGB /BitsPerComponent 8"), "x",
       ErrorCode::limit_exceeded},
      {image_entries({-5, 10}, "/ColorSpace /DeviceRGB /BitsPerComponent 8"), "x",
       ErrorCode::invalid_input},
      {image_entries({1000, 1000}, "/ColorSpace /DeviceRGB /BitsPerComponent 8"), "short",
       ErrorCode::invalid_input},
      {image_entries({100, 100}, "/ColorSpace /DeviceRGB /BitsPerComponent 7"), "short",
       ErrorCode::invalid_input},
      {image_entries({100, 100}, "/ColorSpace /DeviceRGB /Filter /DCTDecode"), "no jpeg",
       ErrorCode::invalid_input},
      {image_entries({100, 100}, "/ColorSpace /DeviceGray /Filter /CCITTFaxDecode /DecodeParms << /K "
                                 "-1 /Columns 100 >>"), "\xFF", ErrorCode::invalid_input},
      {image_entries({100, 100}, "/ColorSpace /DeviceGray /BitsPerComponent 8"),
       std::string(30u << 20, 'x'), ErrorCode::limit_exceeded},
  };
  for (const Case& c : cases) {
    PdfBuilder pdf;
    const int image = pdf.add_stream(c.entries, c.data);
    pdf.add_page(72, 72, "q 72 0 0 72 0 0 cm /I Do Q",
                 "/XObject << /I " + std::to_string(image) + " 0 R >>");
    const auto page = decode(pdf.bytes());
    ASSERT_FALSE(page) << c.entries;
    EXPECT_EQ(page.error().code, c.code) << c.entries << to_string(page.error());
  }
}

TEST_F(HostilePdf, AScanThatIsMissingFromTheFile) {
  PdfBuilder pdf;
  pdf.add_page(72, 72, "q 72 0 0 72 0 0 cm /I Do Q", "/XObject << /I 99 0 R >>");
  const auto page = decode(pdf.bytes());
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::invalid_input);
}

TEST_F(HostilePdf, PageTreesThatRunInCirclesOrTooDeep) {
  PdfBuilder circle;
  circle.add_page(72, 72, "", "");
  circle.replace(2, "<< /Type /Pages /Count 1000000000 /Kids [4 0 R 2 0 R] >>");
  PdfBuilder deep;
  int node = deep.add_page(72, 72, "", "");
  for (int i = 0; i < 5000; ++i)
    node = deep.add("<< /Type /Pages /Count 1 /Kids [" + std::to_string(node) + " 0 R] >>");
  deep.replace(2, "<< /Type /Pages /Count 1 /Kids [" + std::to_string(node) + " 0 R] >>");
  for (const PdfBuilder* pdf : {&circle, &deep}) {
    const auto opened = open(pdf->bytes());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::invalid_input);
  }
}

TEST_F(HostilePdf, AHugeCountIsNotBelieved) {
  PdfBuilder pdf;
  pdf.add_page(72, 72, "", "");
  pdf.replace(2, "<< /Type /Pages /Count 2000000000 /Kids [4 0 R] >>");
  const auto opened = open(pdf.bytes());
  ASSERT_TRUE(opened) << to_string(opened.error());
  EXPECT_EQ(opened->page_count, 1u);
}

TEST_F(HostilePdf, NestingThatWouldEatTheStack) {
  PdfBuilder pdf;
  const int deep = pdf.add(repeated("[", 200'000) + repeated("]", 200'000));
  int chain = pdf.add("<< /Next null >>");
  for (int i = 0; i < 20'000; ++i) chain = pdf.add("<< /Next " + std::to_string(chain) + " 0 R >>");
  const int look = pdf.add_stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /X " +
                                  std::to_string(chain) + " 0 R /Y " + std::to_string(deep) +
                                  " 0 R >>", "0 0 9 9 re f");
  pdf.add_page(72, 72, "", "/X " + std::to_string(deep) + " 0 R", "/Annots [<< /Subtype /Stamp /Rect "
               "[0 0 9 9] /AP << /N " + std::to_string(look) + " 0 R >> >>]");
  const auto page = decode(pdf.bytes());
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_FALSE(page->notes.empty());  // the annotation is left out
}

TEST_F(HostilePdf, AnXrefTableThatPointsToItself) {
  PdfBuilder pdf;
  pdf.add_page(72, 72, "", "");
  std::string bytes = pdf.bytes();
  const std::size_t table = bytes.rfind("xref\n0");
  const std::size_t trailer = bytes.find("<< /Size");
  bytes.insert(trailer + 3, "/Prev " + std::to_string(table) + " ");
  const auto opened = open(bytes);  // refused or repaired, never endless
  if (opened) {
    EXPECT_EQ(opened->page_count, 1u);
  }
}

TEST_F(HostilePdf, EveryTruncationAndFlippedByteIsSurvived) {
  PdfBuilder pdf;
  const int image = pdf.add_stream(image_entries({8, 8}, "/ColorSpace /DeviceGray /BitsPerComponent 1"),
                                   std::string("\x81\x42\x24\x18\x18\x24\x42\x81", 8));
  pdf.add_page(72, 72, "q 72 0 0 72 0 0 cm /I Do Q", "/XObject << /I " + std::to_string(image) + " 0 R >>");
  const std::string whole = pdf.bytes();
  for (std::size_t cut = 0; cut < whole.size(); cut += 37) (void)decode(whole.substr(0, cut));
  for (std::size_t at = 0; at < whole.size(); at += 11) {
    std::string broken = whole;
    broken[at] = static_cast<char>(broken[at] ^ 0x11);
    (void)decode(broken);
  }
}

}  // namespace
}  // namespace sogoc::test
