// What a CMS signature says, and hostile ones.

#include <gtest/gtest.h>

#include "tests/support/der_builder.hpp"
#include "tests/support/test_pki.hpp"

namespace sogoc {
namespace {

using std::chrono::days;
namespace der = test::der;

const UtcTime kNow = test::utc("2026-11-25T08:00:00Z");
const std::vector<std::uint8_t> kContent(1000, 0x5A);

const test::Pki& pki() {
  static const test::Pki made = test::make_pki(kNow);
  return made;
}

test::CmsWish wish(const std::string& digest = "SHA256") {
  return {.message_digest = test::digest(kContent, digest), .digest = digest};
}

CmsFacts read(const DerBytes& cms) {
  const auto facts = read_cms(cms, test::digests_of(kContent));
  EXPECT_TRUE(facts) << to_string(facts.error());
  return facts.value_or(CmsFacts{});
}

std::string refusal(const DerBytes& cms) {
  const auto facts = read_cms(cms, test::digests_of(kContent));
  return facts ? "accepted" : facts.error().message;
}

TEST(ReadCms, TellsEverythingAboutACadesSignature) {
  const CmsFacts facts = read(test::made_cms(pki().body, wish()));
  EXPECT_TRUE(facts.signature_valid);
  EXPECT_TRUE(facts.digest_matches);
  EXPECT_FALSE(facts.weak);
  EXPECT_TRUE(facts.signing_certificate_v2_ok);
  EXPECT_FALSE(facts.has_signing_time_attribute);
  EXPECT_FALSE(facts.timestamp_token);
  EXPECT_EQ(facts.digest_algorithm, "SHA-256");
  EXPECT_EQ(facts.signature_algorithm, "ECDSA");
  EXPECT_EQ(facts.signer, pki().body.certificate);
  EXPECT_EQ(facts.certificates.size(), 3u);
  EXPECT_FALSE(facts.signature.empty());
}

struct Scheme {
  test::KeyKind key;
  const char* digest;
  bool pss;
  bool attributes;
  const char* algorithm;
  bool weak;
};

TEST(ReadCms, VerifiesEachSchemeWithAndWithoutAttributes) {
  const Scheme table[] = {
      {test::KeyKind::ec_p256, "SHA256", false, true, "ECDSA", false},
      {test::KeyKind::ec_p384, "SHA384", false, true, "ECDSA", false},
      {test::KeyKind::ec_p256, "SHA512", false, false, "ECDSA", false},
      {test::KeyKind::rsa_2048, "SHA256", false, true, "RSA-PKCS1", false},
      {test::KeyKind::rsa_2048, "SHA256", false, false, "RSA-PKCS1", false},
      {test::KeyKind::rsa_2048, "SHA256", true, true, "RSA-PSS", false},
      {test::KeyKind::rsa_3072, "SHA512", true, false, "RSA-PSS", false},
      {test::KeyKind::rsa_2048, "SHA1", false, true, "RSA-PKCS1", true},
      {test::KeyKind::rsa_2048, "SHA1", true, true, "RSA-PSS", true},
      {test::KeyKind::ec_p256, "SHA1", false, true, "ECDSA", true},
      {test::KeyKind::rsa_1024, "SHA256", false, true, "RSA-PKCS1", true},
      {test::KeyKind::ec_p224, "SHA256", false, true, "ECDSA", true},
  };
  for (const Scheme& row : table) {
    const auto signer = test::issued(
        pki().ca, dev_pki::signer_wish("Người Ký", kNow - days(9), kNow + days(9)), row.key);
    auto made = wish(row.digest);
    made.pss = row.pss;
    made.signed_attributes = row.attributes;
    const std::string name = std::string(row.algorithm) + " " + row.digest;
    const DerBytes cms = test::made_cms(signer, made);
    const CmsFacts facts = read(cms);
    EXPECT_TRUE(facts.signature_valid) << name;
    EXPECT_TRUE(facts.digest_matches) << name;
    EXPECT_EQ(facts.weak, row.weak) << name;
    EXPECT_EQ(facts.signature_algorithm, row.algorithm);
    // The same over other content does not hold.
    const auto other = read_cms(cms, test::digests_of({1, 2, 3}));
    ASSERT_TRUE(other);
    EXPECT_FALSE(other->digest_matches) << name;
    EXPECT_EQ(other->signature_valid, row.attributes) << name;
    made.wrong_signature = true;
    EXPECT_FALSE(read(test::made_cms(signer, made)).signature_valid) << name;
  }
}

TEST(ReadCms, ReadsTheOldSha1Form) {
  const auto signer = test::issued(
      pki().ca, dev_pki::signer_wish("Cũ", kNow - days(9), kNow + days(9)), test::KeyKind::rsa_2048);
  for (const bool attributes : {true, false}) {
    test::CmsWish old = wish("SHA1");
    old.content = test::digest(kContent, "SHA1");
    old.signed_attributes = attributes;
    CmsFacts facts = read(test::made_cms(signer, old));
    EXPECT_TRUE(facts.signature_valid && facts.digest_matches && facts.weak);
    old.content->front() ^= 1;
    facts = read(test::made_cms(signer, old));
    EXPECT_TRUE(facts.signature_valid);
    EXPECT_FALSE(facts.digest_matches);
  }
}

TEST(ReadCms, DoesNotTakeAttachedContentForTheFile) {
  test::CmsWish attached = wish();
  attached.content = std::vector<std::uint8_t>{'o', 't', 'h', 'e', 'r'};
  const CmsFacts facts = read(test::made_cms(pki().body, attached));
  EXPECT_FALSE(facts.digest_matches);
}

TEST(ReadCms, SeesWhetherTheSignersCertificateIsNamed) {
  auto made = wish();
  made.ess_certificate_v2 = false;
  EXPECT_FALSE(read(test::made_cms(pki().body, made)).signing_certificate_v2_ok);
  made = wish();
  made.ess_certificate = pki().ca.certificate;
  EXPECT_FALSE(read(test::made_cms(pki().body, made)).signing_certificate_v2_ok);
}

TEST(ReadCms, RefusesAttributesAboutAnotherKindOfContent) {
  auto made = wish();
  made.content_type_attribute = "1.2.840.113549.1.9.16.1.4";
  EXPECT_FALSE(read(test::made_cms(pki().body, made)).signature_valid);
}

TEST(ReadCms, HandsOutTimesEvidenceAndTheTimestamp) {
  auto made = wish();
  made.signing_time = kNow - days(1);
  made.adbe_revocation = test::evidence(pki(), kNow);
  made.timestamp = test::stamped_by(pki().tsa, kNow);
  const CmsFacts facts = read(test::made_cms(pki().body, made));
  EXPECT_TRUE(facts.has_signing_time_attribute);
  EXPECT_EQ(facts.claimed_time, kNow - days(1));
  EXPECT_EQ(facts.embedded.ocsp, made.adbe_revocation->ocsp);
  EXPECT_EQ(facts.embedded.crls, made.adbe_revocation->crls);
  ASSERT_TRUE(facts.timestamp_token);
  const auto stamp = read_timestamp(*facts.timestamp_token, test::digests_of(facts.signature));
  ASSERT_TRUE(stamp) << to_string(stamp.error());
  EXPECT_TRUE(stamp->signature_valid && stamp->imprint_matches);
}

TEST(ReadCms, AcceptsTheZerosOfAHoleAndNothingElseAfterIt) {
  DerBytes cms = test::made_cms(pki().body, wish());
  cms.resize(cms.size() + 5000, 0);
  EXPECT_TRUE(read(cms).signature_valid);
  cms[cms.size() - 7] = 1;
  EXPECT_EQ(refusal(cms), "other bytes follow the CMS object");
}

TEST(ReadCms, RefusesWhatHasNotExactlyOneSignerWithItsCertificate) {
  auto made = wish();
  made.signers = 0;
  EXPECT_EQ(refusal(test::made_cms(pki().body, made)), "the CMS has no signer");
  made.signers = 2;
  EXPECT_EQ(refusal(test::made_cms(pki().body, made)), "the CMS has more than one signer");
  made = wish();
  made.certificates = false;
  EXPECT_EQ(refusal(test::made_cms(pki().body, made)), "the CMS holds no certificate");
  made.more_certificates = {pki().certifier.certificate};
  EXPECT_EQ(refusal(test::made_cms(pki().body, made)),
            "the signer's certificate is not in the CMS");
}

TEST(ReadCms, RefusesEveryTruncation) {
  const DerBytes cms = test::made_cms(pki().body, wish());
  for (std::size_t size = 0; size < cms.size(); size += 7)
    EXPECT_NE(refusal(DerBytes(cms.begin(), cms.begin() + static_cast<std::ptrdiff_t>(size))),
              "accepted")
        << size;
}

TEST(ReadCms, RefusesOtherStructures) {
  EXPECT_EQ(refusal({}), "there is no CMS: it is empty");
  EXPECT_EQ(refusal(pki().body.certificate), "this is not a whole CMS object");
  EXPECT_EQ(refusal(DerBytes(5000, 0xFF)), "this is not a whole CMS object");
  const DerBytes enveloped = der::sequence(
      {der::oid("1.2.840.113549.1.7.1"), der::tagged(0xA0, der::octets({1, 2, 3}))});
  EXPECT_EQ(refusal(enveloped), "the CMS is not a SignedData");
  const DerBytes stamp = test::made_stamp(pki().tsa, {.imprint = test::digest(kContent), .time = kNow, .cms = {}});
  EXPECT_NE(refusal(stamp).find("another kind of content"), std::string::npos);
}

TEST(ReadCms, RefusesHugeAndDeeplyNestedOnes) {
  EXPECT_EQ(refusal(DerBytes(kMostCmsBytes + 1, 0)), "the CMS is larger than 32 MiB");
  DerBytes nested;
  for (int i = 0; i < 20'000; ++i) nested.insert(nested.end(), {0x30, 0x80});
  EXPECT_EQ(refusal(nested), "this is not a whole CMS object");
  DerBytes cms = test::made_cms(pki().body, wish());
  DerBytes claims = cms;  // an inner length far beyond the end
  claims[20] = 0x84;
  claims[21] = 0x7F;
  EXPECT_NE(refusal(claims), "accepted");
}

TEST(ReadCms, SeesFlippedBytesOrRefuses) {
  const DerBytes cms = test::made_cms(pki().body, wish());
  const CmsFacts whole = read(cms);
  for (std::size_t at = 0; at < cms.size(); at += 3) {
    DerBytes changed = cms;
    changed[at] ^= 0x04;
    const auto facts = read_cms(changed, test::digests_of(kContent));
    if (!facts) continue;
    // What is not under the signature (the other certificates, version numbers) may change;
    // then the signer is still the one who signed, or another certificate that is judged by itself.
    const bool holds = facts->signature_valid && facts->digest_matches;
    if (holds && facts->signing_certificate_v2_ok) {
      EXPECT_EQ(facts->signer, whole.signer) << at;
    }
  }
}

}  // namespace
}  // namespace sogoc
