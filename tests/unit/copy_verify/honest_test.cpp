// Files that nobody attacked: what may be added after signing must stay valid, or no copy would
// last.

#include "tests/unit/copy_verify/checked.hpp"

namespace sogoc::test {
namespace {

TEST(HonestCopy, ACertifiedFileThatNobodyTouchedIsValid) {
  const FileReport report = checked(SignedCopy(pki(), kSigned).certify(1).file);
  ASSERT_EQ(report.verdict, Verdict::valid) << told(report);
  ASSERT_EQ(report.signatures.size(), 1u);
  const SignatureReport& one = report.signatures[0];
  EXPECT_TRUE(one.intact);
  EXPECT_TRUE(one.covers_whole_file);
  EXPECT_EQ(one.field, "Body");
  EXPECT_EQ(one.certificate, CertificateStatus::good);
  EXPECT_EQ(one.stamped_time, kSigned);
  EXPECT_EQ(one.claimed_time, utc("2026-11-25T01:30:00Z"));
  EXPECT_EQ(one.digest_algorithm, "SHA-256");
  EXPECT_EQ(one.level, "B-T");
  EXPECT_FALSE(one.signer_name.empty());
  EXPECT_FALSE(one.issuer.empty());
}

TEST(HonestCopy, TwoSignaturesWhereTheFirstPermitsTheSecondAreValid) {
  const FileReport report = checked(SignedCopy(pki(), kSigned).certify(2).countersign().file);
  ASSERT_EQ(report.verdict, Verdict::valid) << told(report);
  ASSERT_EQ(report.signatures.size(), 2u);
  EXPECT_FALSE(report.signatures[0].covers_whole_file);
  EXPECT_TRUE(says(report, "signature_added"));
}

TEST(HonestCopy, ValidationDataAndADocumentTimestampMayBeAddedEvenWhereNothingElseMay) {
  SignedCopy copy(pki(), kSigned);
  copy.certify(1)
      .add_validation_data(good_evidence())
      .add_document_timestamp(kSigned + std::chrono::hours(2));
  const auto report = asked(copy.file);  // no offline bundle: the file carries what is needed
  ASSERT_TRUE(report);
  // The document timestamp's own authority has revocation data in the file too.
  EXPECT_EQ(report->verdict, Verdict::valid) << told(*report);
  EXPECT_EQ(report->signatures[0].level, "B-LTA");
  EXPECT_TRUE(says(*report, "validation_data_added"));
  EXPECT_TRUE(says(*report, "timestamp_added"));
}

TEST(HonestCopy, LevelsAreToldApart) {
  const HoleFiller bare = signer(pki(), pki().body, kSigned, false);
  EXPECT_EQ(checked(SignedCopy(pki(), kSigned).certify(1, &bare).file).signatures[0].level, "B-B");
  SignedCopy copy(pki(), kSigned);
  EXPECT_EQ(checked(copy.certify(1).file).signatures[0].level, "B-T");
  EXPECT_EQ(checked(copy.add_validation_data(good_evidence()).file).signatures[0].level, "B-LT");
  EXPECT_EQ(checked(copy.add_document_timestamp(kSigned + std::chrono::hours(2)).file)
                .signatures[0]
                .level,
            "B-LTA");
}

TEST(HonestCopy, AFileWithCrossReferenceStreamsAndPackedObjectsIsRead) {
  SignedCopy copy(pki(), kSigned, {}, true);
  const FileReport report = checked(copy.certify(2).countersign().file);
  EXPECT_EQ(report.verdict, Verdict::valid) << told(report);
}

TEST(HonestCopy, FillingAFormIsAllowedWhereTheCertificationSaysSo) {
  SignedCopy copy(pki(), kSigned);
  copy.certify(2);
  copy.parts.text_value = "(Ha Noi)";
  const auto report = checked(copy.rewrite({part::text_field}).file);
  expect(report, Verdict::valid, "form_filled");
}

TEST(HonestCopy, ANoteIsAllowedWhereTheCertificationSaysSo) {
  SignedCopy copy(pki(), kSigned);
  copy.certify(3);
  copy.parts.annotations = "[7 0 R 8 0 R 11 0 R 16 0 R 40 0 R]";
  const auto report = checked(
      copy.rewrite({part::page},
                   {{40, "<< /Type /Annot /Subtype /Text /Rect [9 9 20 20] /Contents (x) >>"}})
          .file);
  expect(report, Verdict::valid, "annotation_permitted");
}

TEST(HonestCopy, WhiteSpaceAfterTheEndIsNothing) {
  const FileReport report = checked(SignedCopy(pki(), kSigned).certify(1).file + "\r\n\n  ");
  EXPECT_EQ(report.verdict, Verdict::valid) << told(report);
}

TEST(HonestCopy, DatesOfChangeMayBeUpdated) {
  SignedCopy copy(pki(), kSigned);
  copy.certify(1);
  std::string metadata =
      replaced(copy.parts.objects().at(part::metadata), "2026-11-25", "2026-11-26");
  const auto report = checked(
      copy.update({.objects = {{part::metadata, metadata},
                               {part::information,
                                "<< /Title (Ban sao) /Producer (other) /ModDate (D:2026) >>"}}})
          .file);
  expect(report, Verdict::valid, "information_updated");
}

TEST(HonestCopy, AFileWithoutSignaturesCannotBeDecided) {
  const FileReport report = checked(SignedCopy(pki(), kSigned).file);
  expect(report, Verdict::undecidable, "no_signature");
}

TEST(HonestCopy, ATimestampAloneIsNobodysSignature) {
  const FileReport report =
      checked(SignedCopy(pki(), kSigned).add_document_timestamp(kSigned).file);
  expect(report, Verdict::undecidable, "no_signature");
}

TEST(HonestCopy, ACopyThatNamesItsNumberAndHasNoSignatureIsInvalid) {
  DocumentParts parts;
  parts.more[part::metadata] = stream_object("/Type /Metadata /Subtype /XML",
                                             "<x:xmpmeta "
                                             "xmlns:sogoc=\"urn:sogoc:copy:1#\"><sogoc:copyNumber>"
                                             "05/2026-SCT/BS</sogoc:copyNumber></x:xmpmeta>");
  const FileReport report = checked(SignedCopy(pki(), kSigned, parts).file);
  EXPECT_EQ(report.copy_number, "05/2026-SCT/BS");
  expect(report, Verdict::invalid, "copy_without_signature");
}

}  // namespace
}  // namespace sogoc::test
