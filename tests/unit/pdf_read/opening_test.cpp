#include <qpdf/QPDF.hh>
#include <qpdf/QPDFWriter.hh>

#include "tests/unit/pdf_read/reading.hpp"

namespace sogoc::test {
namespace {

std::string plain_pages(int count) {
  PdfBuilder pdf;
  for (int i = 0; i < count; ++i) pdf.add_page(100, 100, "", "");
  return pdf.bytes();
}

class PdfOpening : public PdfReading {
 protected:
  std::string encrypted(const std::string& user_password) {
    QPDF pdf;
    const std::string bytes = plain_pages(2);
    pdf.processMemoryFile("plain", bytes.data(), bytes.size());
    QPDFWriter writer(pdf);
    writer.setOutputMemory();
    writer.setR6EncryptionParameters(user_password.c_str(), "owner", true, true, true, true, true,
                                     true, qpdf_r3p_full, true);
    writer.write();
    const auto buffer = writer.getBufferSharedPointer();
    return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
  }
};

TEST_F(PdfOpening, CountsPages) {
  const auto opened = open(plain_pages(3));
  ASSERT_TRUE(opened) << to_string(opened.error());
  EXPECT_EQ(opened->media_type, MediaType::pdf);
  EXPECT_EQ(opened->page_count, 3u);
  EXPECT_TRUE(opened->signatures.empty());
  EXPECT_TRUE(opened->notes.empty());
}

TEST_F(PdfOpening, RefusesWhatIsNotAWholePdf) {
  const std::string whole = plain_pages(3);
  const std::vector<std::pair<std::string, std::string>> files = {
      {"zero bytes", ""},
      {"garbage", "this is not a PDF at all"},
      {"a header alone", "%PDF-1.7\n"},
      {"cut in the middle", whole.substr(0, whole.size() / 2)},
      {"cut before the last object", whole.substr(0, whole.rfind("endobj"))},
      {"no pages", plain_pages(0)},
  };
  for (const auto& [what, bytes] : files) {
    const auto opened = open(bytes);
    ASSERT_FALSE(opened) << what;
    EXPECT_EQ(opened.error().code, ErrorCode::invalid_input) << what;
    EXPECT_EQ(opened.error().subject, "test.pdf") << what;
    EXPECT_FALSE(opened.error().message.empty()) << what;
  }
}

TEST_F(PdfOpening, RefusesAFileWhosePagesAreMissing) {
  PdfBuilder pdf;
  pdf.add_page(100, 100, "", "");
  pdf.replace(2, "<< /Type /Pages /Count 2 /Kids [4 0 R 77 0 R] >>");
  const auto opened = open(pdf.bytes());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::invalid_input);
  EXPECT_NE(opened.error().message.find("1 of its 2 pages"), std::string::npos);
}

TEST_F(PdfOpening, SaysThatAFileWasRepaired) {
  std::string bytes = plain_pages(2);
  const std::size_t table = bytes.rfind("startxref\n") + 10;
  bytes.replace(table, 3, "999");
  const auto opened = open(bytes);
  ASSERT_TRUE(opened) << to_string(opened.error());
  EXPECT_EQ(opened->page_count, 2u);
  ASSERT_EQ(opened->notes.size(), 1u);
  EXPECT_NE(opened->notes[0].find("repaired"), std::string::npos);
}

TEST_F(PdfOpening, OpensWithAnEmptyPassword) {
  const auto opened = open(encrypted(""));
  ASSERT_TRUE(opened) << to_string(opened.error());
  EXPECT_EQ(opened->page_count, 2u);
  ASSERT_EQ(opened->notes.size(), 1u);
  EXPECT_EQ(opened->notes[0], "opened with an empty password");
}

TEST_F(PdfOpening, AsksForACopyWithoutAPassword) {
  const auto opened = open(encrypted("secret"));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::password_required);
}

TEST_F(PdfOpening, RefusesMorePagesThanTheLimit) {
  settings_.max_pages = 2;
  const auto opened = open(plain_pages(3));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::limit_exceeded);
}

TEST_F(PdfOpening, RefusesALargerFileThanTheLimit) {
  settings_.max_file_bytes = 100;
  const auto opened = open(plain_pages(1));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::limit_exceeded);
}

TEST_F(PdfOpening, FindsSignaturesAlsoBelowOtherFields) {
  PdfBuilder pdf;
  pdf.add_page(100, 100, "", "");
  const int shown = pdf.add("<< /Type /Annot /Subtype /Widget /T (shown) /FT /Sig /V << /Type /Sig "
                            ">> /Rect [10 10 50 30] /F 132 >>");
  const int hidden = pdf.add("<< /Type /Annot /Subtype /Widget /T (hidden) /V << /Type /Sig >> "
                             "/Rect [0 0 0 0] >>");
  const int empty = pdf.add("<< /Type /Annot /Subtype /Widget /T (empty) /FT /Sig /Rect [0 0 9 9] >>");
  const int parent = pdf.add("<< /T (group) /FT /Sig /Kids [" + std::to_string(hidden) + " 0 R] >>");
  const std::string annots = std::to_string(shown) + " 0 R " + std::to_string(hidden) + " 0 R " +
                             std::to_string(empty) + " 0 R";
  pdf.add_page(100, 100, "", "", "/Annots [" + annots + "]");
  pdf.catalogue_entries("/AcroForm << /SigFlags 3 /Fields [" + std::to_string(shown) + " 0 R " +
                        std::to_string(parent) + " 0 R " + std::to_string(empty) + " 0 R] >>");
  const auto opened = open(pdf.bytes());
  ASSERT_TRUE(opened) << to_string(opened.error());
  const std::vector<SignatureNote> expected = {{"shown", 2, true}, {"group.hidden", 2, false}};
  EXPECT_EQ(opened->signatures, expected);
}

TEST_F(PdfOpening, HasNoPageBeyondTheLast) {
  const auto page = decode(plain_pages(1), 1);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace sogoc::test
