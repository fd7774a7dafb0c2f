// Files that are not as our composer writes them: refused, never repaired, never a crash.

#include <gtest/gtest.h>

#include <random>

#include "tests/support/pdf_builder.hpp"
#include "tests/support/signable_pdf.hpp"
#include "workers/pades/pades.hpp"
#include "workers/pades/raw_pdf.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

class Hostile : public ::testing::Test {
 protected:
  std::string settling(const std::string& bytes) {
    write_bytes(file_, bytes);
    const auto hole = settle_first_hole(file_);
    return hole ? "" : hole.error().message;
  }
  static std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
  }
  TestFolder folder_;
  std::filesystem::path file_ = folder_.path() / "copy.pdf";
};

// A form by hand, where a test can say anything.
std::string file_with(const std::vector<std::string>& field_entries, const std::string& signature) {
  PdfBuilder builder;
  const int value = builder.add(signature);
  std::string fields;
  for (const std::string& entries : field_entries) {
    std::string filled = entries;
    if (const std::size_t at = filled.find("SIG"); at != std::string::npos)
      filled.replace(at, 3, std::to_string(value) + " 0 R");
    fields += std::to_string(builder.add("<< /FT /Sig " + filled + " >>")) + " 0 R ";
  }
  builder.add_page(595, 842, "", "", "/Annots [" + fields + "]");
  builder.catalogue_entries("/AcroForm << /Fields [" + fields + "] /SigFlags 3 >>");
  return builder.bytes();
}

const std::string kGoodSignature =
    signature_dictionary({"2026-09-05T14:03:22+07:00", "", "", "", 1}).value();

TEST_F(Hostile, FormByHandIsSettledWhenItIsRight) {
  EXPECT_EQ(settling(file_with({"/T (A) /V SIG"}, kGoodSignature)), "");
  EXPECT_EQ(settling(file_with({"/T (A) /V SIG", "/T (B)"}, kGoodSignature)), "");
  EXPECT_EQ(settling(file_with({"/T (B)", "/V SIG /T (A)"}, kGoodSignature)), "");
}

TEST_F(Hostile, FormWithNoneOrTwoSignaturesIsNotSettled) {
  EXPECT_NE(settling(file_with({}, kGoodSignature)), "");
  EXPECT_NE(settling(file_with({"/T (A)"}, kGoodSignature)), "");
  EXPECT_NE(settling(file_with({"/T (A) /V SIG", "/T (B) /V SIG"}, kGoodSignature)), "");
  EXPECT_NE(settling(file_with({"/T (A) /V << /Type /Sig >>"}, kGoodSignature)), "");
  EXPECT_NE(settling(file_with({"/T (A) /V 99 0 R"}, kGoodSignature)), "");
  EXPECT_NE(settling(file_with({"/T (A) /V SIG /V SIG"}, kGoodSignature)), "");
}

TEST_F(Hostile, SignatureDictionaryThatIsNotOursIsNotSettled) {
  for (const std::string& wrong :
       {replaced(kGoodSignature, "/ByteRange [0 9999999999 9999999999 9999999999]", ""),
        replaced(kGoodSignature, "[0 9999999999 9999999999 9999999999]", "[0 1 2 3]"),
        replaced(kGoodSignature, "[0 9999999999 9999999999 9999999999]", "[0 9999999999]"),
        replaced(kGoodSignature, "<0000", "<0010"), replaced(kGoodSignature, "<0000", "<000"),
        replaced(kGoodSignature, "/Contents", "/Kontents"),
        replaced(kGoodSignature, "/Contents <", "/Contents (text) /Other <"),
        replaced(kGoodSignature, "/Type /Sig", "/ByteRange [0 1 2 3]"), std::string("<< >>"),
        std::string("[1 2 3]"), std::string("null")})
    EXPECT_NE(settling(file_with({"/T (A) /V SIG"}, wrong)), "") << wrong.substr(0, 120);
}

TEST_F(Hostile, TablesThatLieAreRefused) {
  const std::string good = file_with({"/T (A) /V SIG"}, kGoodSignature);
  const std::string table = std::to_string(good.rfind("\nxref\n") + 1);
  for (const std::string& wrong :
       {std::string(), std::string("%PDF-1.7\n"), std::string("%%EOF"),
        good.substr(0, good.size() / 2),
        replaced(good, "startxref\n" + table, "startxref\n99999999999999999999"),
        replaced(good, "startxref\n" + table, "startxref\n1"),
        replaced(good, "startxref\n" + table, "startxref\n-1"),
        replaced(good, "/Root 1 0 R", "/Root 9 9 R"), replaced(good, "/Root 1 0 R", "/Rood 1 0 R"),
        replaced(good, "trailer\n<<", "trailer\n<< /Prev " + table),
        replaced(good, "trailer\n<<", "trailer\n<< /Prev 99999999"),
        replaced(good, "trailer\n<<", "trailer\n<< /XRefStm 12"),
        replaced(good, "trailer\n<<", "trailer\n<< /Encrypt 1 0 R"),
        replaced(good, "xref\n0 ", "xref\n99999999999 "), replaced(good, "xref\n0 ", "xref\n1 "),
        replaced(good, "xref\n0 ", "xref\n0 9"), replaced(good, " 00000 n", " 00001 n"),
        replaced(good, "/Pages 2 0 R", "/Pages 2 0 R /Pages 2 0 R")})
    EXPECT_NE(settling(wrong), "") << wrong.substr(0, 40);
}

TEST_F(Hostile, NestingWithoutEndIsRefused) {
  for (const char* open : {"[", "<<", "(", "<< /A ", "[<< /A ["}) {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += open;
    EXPECT_NE(settling(file_with({"/T (A) /V SIG"}, deep)), "");
  }
}

TEST_F(Hostile, PageTreeInACircleIsRefused) {
  const SignatureHole hole = write_signable_pdf(file_);
  ASSERT_TRUE(fill_hole(file_, hole, std::vector<std::uint8_t>{0x30, 0x00}));
  std::string bytes = bytes_in(file_);
  // The node of the page tree names itself as its child.
  const auto pdf = pades::RawPdf::open(file_).value();
  const auto pages = *pades::reference_in(pdf.dictionary(pdf.root()).value().find("Pages")->text);
  const auto kids = *pdf.dictionary(pages).value().find("Kids");
  std::string self = "[" + std::to_string(pages) + " 0 R";
  ASSERT_LT(self.size(), kids.text.size());
  self.resize(kids.text.size() - 1, ' ');
  write_bytes(file_, bytes.replace(kids.at, kids.text.size(), self + "]"));
  const auto stamped = append_document_timestamp(file_, folder_.path() / "b.pdf");
  ASSERT_FALSE(stamped);
  EXPECT_EQ(stamped.error().code, ErrorCode::invalid);
}

TEST_F(Hostile, SeedsOfTheFuzzerAreFilesThatAreAccepted) {
  int seen = 0;
  for (const auto& seed :
       std::filesystem::directory_iterator(SOGOC_SOURCE_DIR "/tests/fuzz/seeds/pades")) {
    const auto after = folder_.path() / "after.pdf";
    EXPECT_TRUE(append_document_timestamp(seed.path(), after)) << seed.path();
    const bool settled = settling(bytes_in(seed.path())).empty();
    EXPECT_EQ(settled, seed.path().stem() == "unsettled");
    EXPECT_EQ(append_dss(seed.path(), after, {{{1}}, {}, {}}).has_value(), !settled) << seed.path();
    ++seen;
  }
  EXPECT_EQ(seen, 4);
}

TEST_F(Hostile, RandomDamageNeverCrashesAndNeverChangesWhatWasThere) {
  const SignatureHole hole = write_signable_pdf(file_, {{"Body", "Certifier"}, 2});
  ASSERT_TRUE(fill_hole(file_, hole, std::vector<std::uint8_t>{0x30, 0x00}));
  const std::string good = bytes_in(file_);
  std::mt19937 random(20261125);
  for (int round = 0; round < 400; ++round) {
    std::string bytes = good;
    const int harms = 1 + static_cast<int>(random() % 8);
    for (int i = 0; i < harms; ++i) {
      // The hole is most of the file, and harmless: damage the rest.
      std::size_t at = random() % bytes.size();
      if (at >= hole.begin && at < hole.end) at = random() % hole.begin;
      switch (random() % 3) {
        case 0: bytes[at] = static_cast<char>(random()); break;
        case 1: bytes.erase(at, random() % 20); break;
        default: bytes.insert(at, std::string(random() % 20, "<>[]()/0 R"[random() % 10]));
      }
    }
    write_bytes(file_, bytes);
    const auto after = folder_.path() / "after.pdf";
    for (const bool stamped :
         {append_document_timestamp(file_, after).has_value(),
          append_dss(file_, after, {{{1}}, {}, {}}).has_value(),
          append_signature(file_, after, {"Certifier", "2026-09-05T14:03:22Z", "", "", ""})
              .has_value()})
      if (stamped) {
        EXPECT_TRUE(check_only_appended(file_, after));
      }
    std::filesystem::remove(after);
  }
}

}  // namespace
}  // namespace sogoc
