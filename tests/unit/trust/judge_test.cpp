// Each status of a certificate, with certificates made for it.

#include <gtest/gtest.h>

#include "tests/support/test_pki.hpp"

namespace sogoc {
namespace {

using std::chrono::days;
using std::chrono::hours;

const UtcTime kNow = test::utc("2026-11-25T08:00:00Z");

const test::Pki& pki() {
  static const test::Pki made = test::make_pki(kNow);
  return made;
}

test::CertificateWish signer() {
  return dev_pki::signer_wish("Người Ký", kNow - days(100), kNow + days(100));
}

CertificateVerdict judge(const test::Credential& credential, const RevocationEvidence& evidence,
                         UtcTime at = kNow, CertificateUse use = CertificateUse::document_signing) {
  return judge_certificate(credential.certificate, credential.chain, use, at, evidence,
                           test::store(pki()));
}

CertificateVerdict judge(const test::Credential& credential) {
  return judge(credential, test::evidence_for(pki(), credential.certificate, kNow));
}

TEST(CertificateJudgement, IsGoodWithFreshEvidenceForEveryLink) {
  const auto verdict = judge(pki().body, test::evidence(pki(), kNow));
  EXPECT_EQ(verdict.status, CertificateStatus::good) << verdict.reason;
  EXPECT_EQ(verdict.chain.size(), 3u);
  EXPECT_EQ(verdict.chain.back(), pki().root.certificate);
  EXPECT_EQ(verdict.anchor, AnchorKind::trial);
  EXPECT_EQ(verdict.used.ocsp.size(), 1u);
  EXPECT_EQ(verdict.used.crls.size(), 1u);
}

TEST(CertificateJudgement, FindsIntermediatesInTheStoreAlone) {
  const auto store = TrustStore::of({{pki().root.certificate, AnchorKind::trial, "root"}},
                                    {pki().ca.certificate}, {}, true);
  const auto verdict = judge_certificate(pki().body.certificate, {}, CertificateUse::document_signing,
                                         kNow, test::evidence(pki(), kNow), store);
  EXPECT_EQ(verdict.status, CertificateStatus::good) << verdict.reason;
}

TEST(CertificateJudgement, StopsAtAnAnchorThatIsNotSelfSigned) {
  const auto store =
      TrustStore::of({{pki().ca.certificate, AnchorKind::trial, "issuing CA"}}, {}, {}, true);
  const auto verdict = judge_certificate(pki().body.certificate, pki().body.chain,
                                         CertificateUse::document_signing, kNow,
                                         test::evidence(pki(), kNow), store);
  EXPECT_EQ(verdict.status, CertificateStatus::good) << verdict.reason;
  EXPECT_EQ(verdict.chain.size(), 2u);
}

TEST(CertificateJudgement, IsUnknownWithoutEvidence) {
  const auto verdict = judge(pki().body, {});
  EXPECT_EQ(verdict.status, CertificateStatus::unknown);
  EXPECT_NE(verdict.reason.find("no evidence"), std::string::npos) << verdict.reason;
}

TEST(CertificateJudgement, IsUnknownWhenOnlyTheIssuingCaLacksEvidence) {
  auto evidence = test::evidence(pki(), kNow);
  evidence.crls.clear();
  const auto verdict = judge(pki().body, evidence);
  EXPECT_EQ(verdict.status, CertificateStatus::unknown);
  EXPECT_NE(verdict.reason.find("Test Issuing CA"), std::string::npos) << verdict.reason;
}

TEST(CertificateJudgement, ComparesTheTimeOfValidity) {
  auto wish = signer();
  wish.not_after = kNow - hours(1);
  EXPECT_EQ(judge(test::issued(pki().ca, wish)).status, CertificateStatus::expired);
  wish = signer();
  wish.not_before = kNow + hours(1);
  EXPECT_EQ(judge(test::issued(pki().ca, wish)).status, CertificateStatus::not_yet_valid);
}

TEST(CertificateJudgement, SeesAnIssuingCaThatHadExpired) {
  const auto old = test::issued(
      pki().root, dev_pki::ca_wish("Old CA", kNow - days(2000), kNow - days(1)));
  const auto verdict = judge(test::issued(old, signer()));
  EXPECT_EQ(verdict.status, CertificateStatus::expired);
  EXPECT_NE(verdict.reason.find("Old CA"), std::string::npos);
}

struct Usage {
  const char* key_usage;
  const char* extended;
  CertificateUse use;
  CertificateStatus expected;
};

TEST(CertificateJudgement, AsksForTheRightUsage) {
  using enum CertificateUse;
  using enum CertificateStatus;
  const Usage table[] = {
      {"critical,digitalSignature", "", document_signing, good},
      {"critical,nonRepudiation", "", document_signing, good},
      {"", "", document_signing, good},
      {"critical,nonRepudiation", "emailProtection,clientAuth", document_signing, good},
      {"critical,nonRepudiation", "1.3.6.1.5.5.7.3.36", document_signing, good},
      {"critical,keyEncipherment", "", document_signing, wrong_usage},
      {"critical,keyCertSign,cRLSign", "", document_signing, wrong_usage},
      {"critical,digitalSignature", "serverAuth", document_signing, wrong_usage},
      {"critical,digitalSignature", "critical,timeStamping", document_signing, wrong_usage},
      {"critical,digitalSignature", "OCSPSigning", document_signing, wrong_usage},
      {"critical,digitalSignature", "critical,timeStamping", timestamping, good},
      {"critical,digitalSignature", "timeStamping", timestamping, wrong_usage},
      {"critical,digitalSignature", "critical,timeStamping,emailProtection", timestamping, wrong_usage},
      {"critical,digitalSignature", "", timestamping, wrong_usage},
      {"critical,digitalSignature", "OCSPSigning", ocsp_signing, good},
      {"critical,digitalSignature", "", ocsp_signing, wrong_usage},
  };
  for (const Usage& row : table) {
    auto wish = signer();
    wish.key_usage = row.key_usage;
    wish.extended_key_usage = row.extended;
    const auto credential = test::issued(pki().ca, wish);
    const auto verdict = judge(
        credential, test::evidence_for(pki(), credential.certificate, kNow), kNow, row.use);
    EXPECT_EQ(verdict.status, row.expected)
        << row.key_usage << " / " << row.extended << ": " << verdict.reason;
  }
}

TEST(CertificateJudgement, CallsWeakAlgorithmsWeak) {
  const auto ca = test::issued(
      pki().root, dev_pki::ca_wish("RSA CA", kNow - days(9), kNow + days(9)), test::KeyKind::rsa_2048);
  RevocationEvidence evidence = test::evidence(pki(), kNow);
  evidence.crls.push_back(test::crl(ca, {.this_update = kNow, .next_update = kNow + days(1)}));
  for (const char* digest : {"SHA256", "SHA1", "MD5"}) {
    auto wish = signer();
    wish.digest = digest;
    EXPECT_EQ(judge(test::issued(ca, wish), evidence).status,
              digest == std::string("SHA256") ? CertificateStatus::good
                                              : CertificateStatus::weak_algorithm)
        << digest;
  }
  for (const auto kind : {test::KeyKind::rsa_1024, test::KeyKind::ec_p224})
    EXPECT_EQ(judge(test::issued(pki().ca, signer(), kind)).status,
              CertificateStatus::weak_algorithm);
  for (const auto kind : {test::KeyKind::rsa_2048, test::KeyKind::ec_p384})
    EXPECT_EQ(judge(test::issued(pki().ca, signer(), kind)).status, CertificateStatus::good);
}

TEST(CertificateJudgement, DoesNotMindTheRootsOwnSha1Signature) {
  auto wish = dev_pki::ca_wish("Old Root", kNow - days(3000), kNow + days(3000));
  wish.digest = "SHA1";
  const auto root = test::self_signed(wish);
  const auto leaf = test::issued(root, signer());
  RevocationEvidence evidence;
  evidence.crls.push_back(test::crl(root, {.this_update = kNow, .next_update = kNow + days(1)}));
  const auto store = TrustStore::of({{root.certificate, AnchorKind::trial, "old"}}, {}, {}, true);
  const auto verdict = judge_certificate(leaf.certificate, {}, CertificateUse::document_signing, kNow,
                                         evidence, store);
  EXPECT_EQ(verdict.status, CertificateStatus::good) << verdict.reason;
}

TEST(CertificateJudgement, KnowsASelfMadeAuthorityFromAKnownOne) {
  const auto root = test::self_signed(dev_pki::ca_wish("Stranger", kNow - days(9), kNow + days(9)));
  EXPECT_EQ(judge(test::issued(root, signer())).status, CertificateStatus::untrusted_root);
  EXPECT_EQ(judge(test::self_signed(signer())).status, CertificateStatus::untrusted_root);
}

TEST(CertificateJudgement, IsNotTakenInByABorrowedName) {
  // A CA made by a stranger under the name of the one we trust.
  const auto twin =
      test::self_signed(dev_pki::ca_wish("Test Root CA", kNow - days(9), kNow + days(9)));
  const auto leaf = test::issued(twin, signer());
  EXPECT_EQ(judge(leaf).status, CertificateStatus::untrusted_root);
  test::Credential alone = leaf;
  alone.chain.clear();
  EXPECT_EQ(judge(alone).status, CertificateStatus::bad_chain);
}

TEST(CertificateJudgement, IsNotLedAstrayByAFalseIssuerBesideTheTrueOne) {
  const auto twin = test::self_signed(
      dev_pki::ca_wish("Test Issuing CA", kNow - days(9), kNow + days(9)));
  test::Credential body = pki().body;
  body.chain.insert(body.chain.begin(), twin.certificate);
  const auto verdict = judge(body, test::evidence(pki(), kNow));
  EXPECT_EQ(verdict.status, CertificateStatus::good) << verdict.reason;
}

TEST(CertificateJudgement, SaysWhenTheIssuerIsNotKnown) {
  test::Credential alone = pki().body;
  alone.chain.clear();
  EXPECT_EQ(judge(alone).status, CertificateStatus::incomplete_chain);
}

TEST(CertificateJudgement, SeesAFlippedByte) {
  test::Credential changed = pki().body;
  changed.certificate[changed.certificate.size() - 1] ^= 1;
  EXPECT_EQ(judge(changed, {}).status, CertificateStatus::bad_chain);
  changed.certificate.resize(20);
  EXPECT_EQ(judge(changed, {}).status, CertificateStatus::bad_chain);
}

TEST(CertificateJudgement, RefusesAnIssuerThatIsNoCa) {
  const auto leaf = test::issued(pki().body, signer());
  EXPECT_EQ(judge(leaf).status, CertificateStatus::bad_chain);
  auto wish = dev_pki::ca_wish("No basicConstraints", kNow - days(9), kNow + days(9));
  wish.basic_constraints = "";
  EXPECT_EQ(judge(test::issued(test::issued(pki().root, wish), signer())).status,
            CertificateStatus::bad_chain);
}

TEST(CertificateJudgement, HoldsPathLengthAndNameConstraints) {
  auto wish = dev_pki::ca_wish("Short", kNow - days(9), kNow + days(9));
  wish.basic_constraints = "critical,CA:TRUE,pathlen:0";
  const auto below = test::issued(test::issued(pki().root, wish),
                                  dev_pki::ca_wish("Below", kNow - days(9), kNow + days(9)));
  EXPECT_EQ(judge(test::issued(below, signer())).status, CertificateStatus::bad_chain);

  wish = dev_pki::ca_wish("Narrow", kNow - days(9), kNow + days(9));
  wish.name_constraints = "critical,permitted;DNS:gov.vn";
  const auto narrow = test::issued(pki().root, wish);
  RevocationEvidence evidence = test::evidence(pki(), kNow);
  evidence.crls.push_back(test::crl(narrow, {.this_update = kNow, .next_update = kNow + days(1)}));
  const std::pair<const char*, CertificateStatus> table[] = {
      {"DNS:ky.gov.vn", CertificateStatus::good}, {"DNS:gov.example", CertificateStatus::bad_chain}};
  for (const auto& [name, expected] : table) {
    auto named = signer();
    named.alternative_names = name;
    EXPECT_EQ(judge(test::issued(narrow, named), evidence).status, expected) << name;
  }
}

TEST(CertificateJudgement, GivesTrialCertificatesNoTrustInARealArchive) {
  auto plain = dev_pki::ca_wish("Plain Root", kNow - days(9), kNow + days(9));
  plain.trial = false;
  const auto root = test::self_signed(plain);
  const auto leaf = test::issued(root, signer());  // carries the mark
  RevocationEvidence evidence;
  evidence.crls.push_back(test::crl(root, {.this_update = kNow, .next_update = kNow + days(1)}));
  const std::vector<TrustAnchor> anchors{{root.certificate, AnchorKind::government, "plain"}};
  for (const bool trial : {false, true})
    EXPECT_EQ(judge_certificate(leaf.certificate, {}, CertificateUse::document_signing, kNow, evidence,
                                TrustStore::of(anchors, {}, {}, trial))
                  .status,
              trial ? CertificateStatus::good : CertificateStatus::untrusted_root);
  EXPECT_TRUE(TrustStore::of({{pki().root.certificate, AnchorKind::national, "x"}}, {}, {}, false)
                  .anchors()
                  .empty());
}

TEST(CertificateJudgement, BelievesAnAnchorOnlyWhileItWasTrusted) {
  const auto store = TrustStore::of(
      {{pki().root.certificate, AnchorKind::trial, "root", kNow - days(50), kNow - days(10)}}, {}, {},
      true);
  const auto at = [&](UtcTime when) {
    return judge_certificate(pki().body.certificate, pki().body.chain,
                             CertificateUse::document_signing, when, test::evidence(pki(), when), store)
        .status;
  };
  EXPECT_EQ(at(kNow - days(20)), CertificateStatus::good);
  EXPECT_EQ(at(kNow), CertificateStatus::untrusted_root);
  EXPECT_EQ(at(kNow - days(60)), CertificateStatus::untrusted_root);
}

TEST(CertificateJudgement, EndsOnACircleOfCertificates) {
  // Two CAs that certified each other, many times over.
  const auto wish_a = dev_pki::ca_wish("A", kNow - days(9), kNow + days(9));
  const auto wish_b = dev_pki::ca_wish("B", kNow - days(9), kNow + days(9));
  const auto a = test::self_signed(wish_a), b = test::self_signed(wish_b);
  test::Credential leaf = test::issued(a, signer());
  leaf.chain.clear();
  for (int i = 0; i < 12; ++i) {
    leaf.chain.push_back(*dev_pki::certify(b, wish_a, a.key));
    leaf.chain.push_back(*dev_pki::certify(a, wish_b, b.key));
  }
  EXPECT_NE(judge(leaf).status, CertificateStatus::good);
}

}  // namespace
}  // namespace sogoc
