// Revisions of a file as composed: what is appended, and that strangers can read it.

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/support/pdf_checks.hpp"
#include "tests/support/signable_pdf.hpp"
#include "workers/pades/pades.hpp"
#include "workers/pades/pdf_text.hpp"
#include "workers/pades/raw_pdf.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

const std::vector<std::uint8_t> kSomeCms{0x30, 0x03, 0x02, 0x01, 0x05};
const SecondSignature kCertifier{"Certifier", "2026-09-05T14:05:00+07:00", "Nguyễn Văn Mẫu",
                                 "Chứng thực", "Xã Mẫu"};

class Revisions : public ::testing::Test {
 protected:
  // The file with its first signature in.
  void sign_first(const SignablePdf& wanted = {{"Body", "Certifier"}, 2}) {
    const SignatureHole hole = write_signable_pdf(first_, wanted);
    ASSERT_TRUE(fill_hole(first_, hole, kSomeCms));
  }
  std::filesystem::path at(const std::string& name) const { return folder_.path() / name; }
  static std::string count(const std::filesystem::path& file, const std::string& word) {
    std::size_t found = 0;
    const std::string bytes = bytes_in(file);
    for (std::size_t i = bytes.find(word); i != std::string::npos; i = bytes.find(word, i + 1))
      ++found;
    return std::to_string(found);
  }
  TestFolder folder_;
  std::filesystem::path first_ = at("first.pdf");
};

TEST_F(Revisions, SecondSignatureFillsTheFieldThatWasThere) {
  sign_first();
  const auto hole = append_signature(first_, at("second.pdf"), kCertifier);
  ASSERT_TRUE(hole) << to_string(hole.error());
  EXPECT_TRUE(check_hole(at("second.pdf"), *hole));
  EXPECT_TRUE(check_only_appended(first_, at("second.pdf")));
  EXPECT_EQ(qpdf_complaints(at("second.pdf")), "");
  EXPECT_EQ(count(at("second.pdf"), "/Type /Sig\n") == "0", false);
  const auto pdf = pades::RawPdf::open(at("second.pdf"));
  ASSERT_TRUE(pdf);
  const auto fields = pdf->fields().value();
  ASSERT_EQ(fields.size(), 2U);
  for (const int field : fields) EXPECT_NE(pdf->dictionary(field).value().find("V"), nullptr);
}

TEST_F(Revisions, SignatureIntoAFieldThatIsMissingOrFilledIsRefused) {
  sign_first();
  for (const char* field : {"Nobody", "Body", ""}) {
    SecondSignature wanted = kCertifier;
    wanted.field = field;
    const auto hole = append_signature(first_, at("second.pdf"), wanted);
    ASSERT_FALSE(hole);
    EXPECT_EQ(hole.error().code, ErrorCode::invalid);
    EXPECT_FALSE(std::filesystem::exists(at("second.pdf")));
  }
  SecondSignature late = kCertifier;
  late.signing_time = "yesterday";
  EXPECT_EQ(append_signature(first_, at("second.pdf"), late).error().code, ErrorCode::usage);
}

TEST_F(Revisions, SecurityStoreHoldsEachBlobOnceAndAnEntryForEachSignature) {
  sign_first();
  const ValidationMaterial material{{{1, 2, 3}, {4, 5}, {1, 2, 3}}, {{6, 7}}, {}};
  ASSERT_TRUE(append_dss(first_, at("dss.pdf"), material));
  EXPECT_TRUE(check_only_appended(first_, at("dss.pdf")));
  EXPECT_EQ(qpdf_complaints(at("dss.pdf")), "");
  const auto pdf = pades::RawPdf::open(at("dss.pdf")).value();
  const auto store =
      pdf.resolved_dictionary(*pdf.dictionary(pdf.root()).value().find("DSS")).value();
  EXPECT_EQ(pades::references_in(store.find("Certs")->text)->size(), 2U);
  EXPECT_EQ(pades::references_in(store.find("OCSPs")->text)->size(), 1U);
  EXPECT_EQ(store.find("CRLs"), nullptr);
  const auto entries = pdf.resolved_dictionary(*store.find("VRI")).value();
  ASSERT_EQ(entries.entries.size(), 1U);
  // Asked of a stranger: the SHA-1 of the signature's padded contents.
  std::string contents(kSomeCms.begin(), kSomeCms.end());
  contents.resize(kCmsCapacity, '\0');
  write_bytes(at("contents"), contents);
  std::string expected = output_of({"sha1sum", at("contents").string()}).substr(0, 40);
  for (char& c : expected) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(entries.entries[0].first, expected);
}

TEST_F(Revisions, SecurityStoreIsRenewedWithoutLosingWhatItHeld) {
  sign_first();
  ASSERT_TRUE(append_dss(first_, at("a.pdf"), {{{1, 2, 3}}, {{6, 7}}, {}}));
  const auto hole = append_document_timestamp(at("a.pdf"), at("b.pdf"));
  ASSERT_TRUE(hole);
  ASSERT_TRUE(fill_hole(at("b.pdf"), *hole, kSomeCms));
  ASSERT_TRUE(append_dss(at("b.pdf"), at("c.pdf"), {{{1, 2, 3}, {9}}, {}, {{8, 8}}}));
  EXPECT_TRUE(check_only_appended(at("b.pdf"), at("c.pdf")));
  const auto pdf = pades::RawPdf::open(at("c.pdf")).value();
  const auto store =
      pdf.resolved_dictionary(*pdf.dictionary(pdf.root()).value().find("DSS")).value();
  EXPECT_EQ(pades::references_in(store.find("Certs")->text)->size(), 2U);
  EXPECT_EQ(pades::references_in(store.find("OCSPs")->text)->size(), 1U);
  EXPECT_EQ(pades::references_in(store.find("CRLs")->text)->size(), 1U);
  EXPECT_EQ(qpdf_complaints(at("c.pdf")), "");
}

TEST_F(Revisions, SecurityStoreNeedsFilledSignatures) {
  write_signable_pdf(first_);
  EXPECT_EQ(append_dss(first_, at("dss.pdf"), {{{1}}, {}, {}}).error().code, ErrorCode::invalid);
  EXPECT_FALSE(std::filesystem::exists(at("dss.pdf")));
}

TEST_F(Revisions, TimestampsGetFieldsOfTheirOwn) {
  for (const bool own_object : {false, true}) {
    sign_first({.fields = {"Body"}, .permission = 1, .form_in_its_own_object = own_object});
    std::filesystem::path before = first_;
    for (int i = 1; i <= 3; ++i) {
      const auto after = at("stamped" + std::to_string(i) + ".pdf");
      const auto hole = append_document_timestamp(before, after);
      ASSERT_TRUE(hole) << to_string(hole.error());
      EXPECT_TRUE(check_hole(after, *hole));
      EXPECT_TRUE(check_only_appended(before, after));
      ASSERT_TRUE(fill_hole(after, *hole, kSomeCms));
      EXPECT_EQ(qpdf_complaints(after), "");
      const auto pdf = pades::RawPdf::open(after).value();
      const auto fields = pdf.fields().value();
      ASSERT_EQ(fields.size(), static_cast<std::size_t>(i) + 1);
      const auto newest = pdf.dictionary(fields.back()).value();
      EXPECT_EQ(newest.find("T")->text, "(Timestamp" + std::to_string(i) + ")");
      const auto page = pdf.dictionary(pdf.first_page().value()).value();
      EXPECT_EQ(pades::references_in(page.find("Annots")->text)->size(), fields.size());
      before = after;
    }
  }
}

TEST_F(Revisions, NumberOfObjectsGrowsInTheTrailer) {
  sign_first();
  const int before = pades::RawPdf::open(first_).value().size();
  ASSERT_TRUE(append_document_timestamp(first_, at("stamped.pdf")));
  EXPECT_EQ(pades::RawPdf::open(at("stamped.pdf")).value().size(), before + 2);
}

TEST_F(Revisions, FileMayNotBeItsOwnRevision) {
  sign_first();
  const std::string bytes = bytes_in(first_);
  EXPECT_EQ(append_document_timestamp(first_, first_).error().code, ErrorCode::usage);
  EXPECT_EQ(bytes_in(first_), bytes);
}

TEST_F(Revisions, FullDiskLeavesNothingBehind) {
  sign_first();
  const auto size = std::filesystem::file_size(first_);
  // A process of its own that may write no larger files: only the appended part does not fit.
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{size + 100, size + 100};
    setrlimit(RLIMIT_FSIZE, &limit);
    const auto hole = append_document_timestamp(first_, at("stamped.pdf"));
    const bool as_promised = !hole && hole.error().code == ErrorCode::no_space &&
                             hole.error().retry == Retry::after_operator &&
                             !std::filesystem::exists(at("stamped.pdf"));
    _exit(as_promised ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(Revisions, FolderThatMayNotBeWrittenIsNamed) {
  sign_first();
  const auto hole = append_document_timestamp(first_, at("missing") / "stamped.pdf");
  ASSERT_FALSE(hole);
}

TEST(SignatureDictionary, SaysWhoWhenWhyAndWhatMayFollow) {
  const std::string text = signature_dictionary({"2026-09-05T14:03:22+07:00", "UBND xã Mẫu",
                                                 "Cấp (bản) sao", "Xa Mau \\ (1)", 2})
                               .value();
  EXPECT_NE(text.find("/M (D:20260905140322+07'00')"), std::string::npos);
  EXPECT_NE(text.find("/SubFilter /ETSI.CAdES.detached"), std::string::npos);
  EXPECT_NE(text.find("/P 2 /V /1.2"), std::string::npos);
  EXPECT_NE(text.find("/Location (Xa Mau \\\\ \\(1\\))"), std::string::npos);
  const auto dictionary = pades::parse_dictionary(text, 0);
  ASSERT_TRUE(dictionary);
  EXPECT_EQ(pades::text_of(dictionary->find("Name")->text), "UBND xã Mẫu");
  EXPECT_EQ(pades::text_of(dictionary->find("Reason")->text), "Cấp (bản) sao");
  EXPECT_EQ(dictionary->find("Contents")->text.size(), 2 * kCmsCapacity + 2);
}

TEST(SignatureDictionary, OfALaterSignatureHasNoPermission) {
  const std::string text = signature_dictionary({"2026-09-05T07:03:22Z", "", "", "", {}}).value();
  EXPECT_EQ(text.find("DocMDP"), std::string::npos);
  EXPECT_EQ(text.find("/Name"), std::string::npos);
  EXPECT_NE(text.find("D:20260905070322+00'00'"), std::string::npos);
}

TEST(SignatureDictionary, RefusesWhatCannotBeSaid) {
  const std::string now = "2026-09-05T14:03:22+07:00";
  for (const SignatureText& wrong :
       std::vector<SignatureText>{{"2026-09-05", "", "", "", {}},
                                  {"2026-09-05T14:03:22", "", "", "", {}},
                                  {"2026-09-05T14:03:22+0700", "", "", "", {}},
                                  {"", "", "", "", {}},
                                  {now, "\xFF", "", "", {}},
                                  {now, "", "\xC3", "", {}},
                                  {now, "", "", "\xED\xA0\x80", {}},
                                  {now, "", "", "", 3},
                                  {now, "", "", "", 0}}) {
    const auto text = signature_dictionary(wrong);
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, ErrorCode::usage);
  }
}

}  // namespace
}  // namespace sogoc
