// The file stays PDF/A-2u after every revision, whatever stands in the holes.

#include <gtest/gtest.h>

#include <tuple>

#include "tests/support/pdf_checks.hpp"
#include "tests/support/signable_pdf.hpp"
#include "tests/support/verapdf.hpp"
#include "workers/pades/pades.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

TEST(SignedRevisions, StayPdfA2u) {
  if (verapdf_is_waived()) GTEST_SKIP() << "SOGOC_WITHOUT_VERAPDF=1";
  const TestFolder folder;
  const auto at = [&](const char* name) { return folder.path() / name; };
  // veraPDF looks into the holes: one signer with a certificate. It checks no signature.
  const std::string key = (folder.path() / "key").string(),
                    cert = (folder.path() / "cert").string(),
                    made = (folder.path() / "cms").string();
  std::ignore =
      output_of({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                 "-nodes", "-subj", "/CN=Test", "-keyout", key, "-out", cert});
  std::ignore = output_of({"openssl", "cms", "-sign", "-binary", "-outform", "DER", "-in", cert,
                           "-signer", cert, "-inkey", key, "-out", made});
  const std::string signature = bytes_in(made);
  const std::vector<std::uint8_t> cms(signature.begin(), signature.end());
  const auto fill = [&](const std::filesystem::path& file, const Result<SignatureHole>& hole) {
    ASSERT_TRUE(hole) << to_string(hole.error());
    ASSERT_TRUE(fill_hole(file, *hole, cms));
  };
  fill(at("1.pdf"), write_signable_pdf(at("1.pdf"), {{"Body", "Certifier"}, 2}));
  fill(at("2.pdf"),
       append_signature(at("1.pdf"), at("2.pdf"),
                        {"Certifier", "2026-09-05T14:05:00+07:00", "Nguyễn Văn Mẫu", "", ""}));
  ASSERT_TRUE(append_dss(at("2.pdf"), at("3.pdf"), {{{1, 2}, {3}}, {{4}}, {{5}}}));
  fill(at("4.pdf"), append_document_timestamp(at("3.pdf"), at("4.pdf")));
  ASSERT_TRUE(append_dss(at("4.pdf"), at("5.pdf"), {{{9}}, {}, {}}));
  fill(at("6.pdf"), append_document_timestamp(at("5.pdf"), at("6.pdf")));
  const PdfaVerdicts verdicts = check_pdfa2u(folder.path());
  EXPECT_EQ(verdicts.trouble, "");
  EXPECT_EQ(verdicts.passed.size(), 6U);
  for (const std::string& failed : verdicts.failed) ADD_FAILURE() << failed;
}

}  // namespace
}  // namespace sogoc
