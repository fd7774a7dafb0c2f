// What OCSP responses and CRLs prove, and when they prove nothing.

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/test_pki.hpp"

namespace sogoc {
namespace {

using std::chrono::days;
using std::chrono::hours;
using Status = test::OcspWish::Status;

const UtcTime kNow = test::utc("2026-11-25T08:00:00Z");

const test::Pki& pki() {
  static const test::Pki made = test::make_pki(kNow);
  return made;
}

// With the root's list about the issuing CA always at hand.
CertificateVerdict judge(RevocationEvidence evidence, UtcTime at = kNow) {
  for (const UtcTime time : {at, kNow})
    evidence.crls.push_back(
        test::crl(pki().root, {.this_update = time, .next_update = time + days(1)}));
  return judge_certificate(pki().body.certificate, pki().body.chain, CertificateUse::document_signing,
                           at, evidence, test::store(pki()));
}

RevocationEvidence by_ocsp(const test::OcspWish& wish,
                           const test::Credential& responder = pki().responder) {
  return {.ocsp = {test::ocsp(pki().body.certificate, pki().ca.certificate, responder, wish)}, .crls = {}};
}

RevocationEvidence by_crl(const test::CrlWish& wish, const test::Credential& issuer = pki().ca) {
  return {.ocsp = {}, .crls = {test::crl(issuer, wish)}};
}

test::OcspWish good_at(UtcTime time) { return {.this_update = time, .next_update = time + days(1)}; }
test::OcspWish revoked_at(UtcTime revoked, UtcTime time) {
  return {.status = Status::revoked, .revoked_at = revoked, .reason = 1, .this_update = time,
          .next_update = time + days(1)};
}
test::CrlWish list_at(UtcTime time) { return {.this_update = time, .next_update = time + days(7)}; }

TEST(OcspEvidence, IsBelievedFromTheIssuerItselfAndFromItsDelegate) {
  EXPECT_EQ(judge(by_ocsp(good_at(kNow))).status, CertificateStatus::good);
  EXPECT_EQ(judge(by_ocsp(good_at(kNow), pki().ca)).status, CertificateStatus::good);
}

TEST(OcspEvidence, IsNotBelievedFromAnyoneElse) {
  const auto with = [](test::CertificateWish wish, const test::Credential& issuer) {
    return judge(by_ocsp(good_at(kNow), test::issued(issuer, wish))).status;
  };
  auto wish = dev_pki::responder_wish("R", kNow - days(9), kNow + days(9));
  EXPECT_EQ(with(wish, pki().ca), CertificateStatus::good);
  EXPECT_EQ(with(wish, pki().root), CertificateStatus::unknown);  // not appointed by the issuer
  auto no_purpose = wish;
  no_purpose.extended_key_usage = "";
  EXPECT_EQ(with(no_purpose, pki().ca), CertificateStatus::unknown);
  auto other_purpose = wish;
  other_purpose.extended_key_usage = "emailProtection";
  EXPECT_EQ(with(other_purpose, pki().ca), CertificateStatus::unknown);
  auto expired = wish;
  expired.not_after = kNow - days(1);
  EXPECT_EQ(with(expired, pki().ca), CertificateStatus::unknown);
  auto weak = wish;
  weak.digest = "SHA1";
  EXPECT_EQ(with(weak, pki().ca), CertificateStatus::unknown);
  EXPECT_EQ(judge(by_ocsp(good_at(kNow), pki().body)).status, CertificateStatus::unknown);
  EXPECT_EQ(judge(by_ocsp(good_at(kNow), test::self_signed(wish))).status,
            CertificateStatus::unknown);
}

TEST(OcspEvidence, NeedsAListAboutAResponderWithoutNoCheck) {
  auto wish = dev_pki::responder_wish("R", kNow - days(9), kNow + days(9));
  wish.ocsp_no_check = false;
  const auto responder = test::issued(pki().ca, wish);
  EXPECT_EQ(judge(by_ocsp(good_at(kNow), responder)).status, CertificateStatus::unknown);
  auto evidence = by_ocsp(good_at(kNow), responder);
  evidence.crls.push_back(test::crl(pki().ca, list_at(kNow)));
  EXPECT_EQ(judge(evidence).status, CertificateStatus::good);
}

TEST(OcspEvidence, DoesNotListenToARevokedResponder) {
  auto evidence = by_ocsp(good_at(kNow));
  auto list = list_at(kNow);
  list.revoked.push_back({pki().responder.certificate, kNow - days(1)});
  list.issuing_point = "critical,onlyuser:TRUE";
  evidence.crls.push_back(test::crl(pki().ca, list));
  const auto verdict = judge(evidence);
  EXPECT_EQ(verdict.used.ocsp.size(), 0u);
  EXPECT_EQ(verdict.status, CertificateStatus::good);  // by that same list
}

TEST(OcspEvidence, IsForOneCertificateOnly) {
  RevocationEvidence other{
      .ocsp = {test::ocsp(pki().certifier.certificate, pki().ca.certificate, pki().responder, good_at(kNow))},
      .crls = {}};
  EXPECT_EQ(judge(other).status, CertificateStatus::unknown);
}

TEST(OcspEvidence, MustBeOfThatTimeOrLater) {
  EXPECT_EQ(judge(by_ocsp(good_at(kNow - hours(20)))).status, CertificateStatus::good);
  EXPECT_EQ(judge(by_ocsp(good_at(kNow - hours(30)))).status, CertificateStatus::unknown);
  EXPECT_EQ(judge(by_ocsp(good_at(kNow + days(30)))).status, CertificateStatus::good);
  // After the certificate expired, its issuer may have forgotten it.
  EXPECT_EQ(judge(by_ocsp(good_at(kNow + days(400)), pki().ca)).status, CertificateStatus::unknown);
  test::OcspWish open_ended{.this_update = kNow - hours(1)};
  EXPECT_EQ(judge(by_ocsp(open_ended)).status, CertificateStatus::unknown);
  open_ended.this_update = kNow - std::chrono::minutes(5);
  EXPECT_EQ(judge(by_ocsp(open_ended)).status, CertificateStatus::good);
}

TEST(OcspEvidence, ComparesTheDayOfRevocationWithTheTimeAsked) {
  const auto before = judge(by_ocsp(revoked_at(kNow - days(1), kNow)));
  EXPECT_EQ(before.status, CertificateStatus::revoked);
  EXPECT_EQ(before.revoked_at, kNow - days(1));
  const auto after = judge(by_ocsp(revoked_at(kNow + days(3), kNow + days(4))));
  EXPECT_EQ(after.status, CertificateStatus::good) << after.reason;
  EXPECT_EQ(after.revoked_at, kNow + days(3));  // said, though it does not matter for that time
}

TEST(OcspEvidence, RevokedStaysRevokedHoweverOldTheAnswerIs) {
  EXPECT_EQ(judge(by_ocsp(revoked_at(kNow - days(90), kNow - days(80)))).status,
            CertificateStatus::revoked);
}

TEST(OcspEvidence, RevokedWinsOverGood) {
  auto evidence = by_ocsp(good_at(kNow));
  evidence.ocsp.push_back(by_ocsp(revoked_at(kNow - hours(2), kNow)).ocsp.front());
  EXPECT_EQ(judge(evidence).status, CertificateStatus::revoked);
  std::reverse(evidence.ocsp.begin(), evidence.ocsp.end());
  EXPECT_EQ(judge(evidence).status, CertificateStatus::revoked);
}

TEST(OcspEvidence, ProvesNothingWhenTheResponderDoesNotKnow) {
  test::OcspWish wish = good_at(kNow);
  wish.status = Status::unknown;
  EXPECT_EQ(judge(by_ocsp(wish)).status, CertificateStatus::unknown);
}

TEST(OcspEvidence, ProvesNothingUnderSha1OrWithAFlippedByte) {
  test::OcspWish wish = good_at(kNow);
  wish.digest = "SHA1";
  EXPECT_EQ(judge(by_ocsp(wish)).status, CertificateStatus::unknown);
  auto evidence = by_ocsp(good_at(kNow), pki().ca);
  evidence.ocsp.front().back() ^= 1;  // the signature, which stands last
  EXPECT_EQ(judge(evidence).status, CertificateStatus::unknown);
  evidence.ocsp.front().resize(40);
  EXPECT_EQ(judge(evidence).status, CertificateStatus::unknown);
}

TEST(CrlEvidence, ProvesGoodAndRevoked) {
  EXPECT_EQ(judge(by_crl(list_at(kNow))).status, CertificateStatus::good);
  auto list = list_at(kNow);
  list.revoked.push_back({pki().body.certificate, kNow - days(2), 4});
  const auto verdict = judge(by_crl(list));
  EXPECT_EQ(verdict.status, CertificateStatus::revoked);
  EXPECT_EQ(verdict.revoked_at, kNow - days(2));
  list.revoked = {{pki().certifier.certificate, kNow - days(2)}};
  EXPECT_EQ(judge(by_crl(list)).status, CertificateStatus::good);
}

TEST(CrlEvidence, DistrustsTheKeyFromTheDayItWasCompromised) {
  auto list = list_at(kNow + days(5));
  list.revoked.push_back({pki().body.certificate, kNow + days(4), 1, kNow - days(1)});
  EXPECT_EQ(judge(by_crl(list)).status, CertificateStatus::revoked);
  list.revoked.front().invalid_since = kNow + days(1);
  EXPECT_EQ(judge(by_crl(list)).status, CertificateStatus::good);
}

TEST(CrlEvidence, MustBeFresh) {
  EXPECT_EQ(judge(by_crl(list_at(kNow - days(6)))).status, CertificateStatus::good);
  EXPECT_EQ(judge(by_crl(list_at(kNow - days(8)))).status, CertificateStatus::unknown);
}

TEST(CrlEvidence, MustBeSignedByTheIssuerWithAStrongAlgorithm) {
  EXPECT_EQ(judge(by_crl(list_at(kNow), pki().root)).status, CertificateStatus::unknown);
  const auto twin = test::self_signed(
      dev_pki::ca_wish("Test Issuing CA", kNow - days(9), kNow + days(9)));
  EXPECT_EQ(judge(by_crl(list_at(kNow), twin)).status, CertificateStatus::unknown);
  auto list = list_at(kNow);
  list.digest = "SHA1";
  EXPECT_EQ(judge(by_crl(list)).status, CertificateStatus::unknown);
}

TEST(CrlEvidence, MustBeAboutSuchCertificates) {
  const std::pair<const char*, CertificateStatus> table[] = {
      {"critical,onlyuser:TRUE", CertificateStatus::good},
      {"critical,onlyCA:TRUE", CertificateStatus::unknown},
      {"critical,onlyAA:TRUE", CertificateStatus::unknown},
      {"critical,indirectCRL:TRUE", CertificateStatus::unknown},
      {"critical,onlysomereasons:keyCompromise", CertificateStatus::unknown},
      {"critical,fullname:URI:http://127.0.0.1/another.crl", CertificateStatus::unknown},
  };
  for (const auto& [point, expected] : table) {
    auto list = list_at(kNow);
    list.issuing_point = point;
    EXPECT_EQ(judge(by_crl(list)).status, expected) << point;
  }
}

TEST(CrlEvidence, OfTheRootCanRevokeTheIssuingCa) {
  auto evidence = by_ocsp(good_at(kNow));
  auto list = list_at(kNow);
  list.revoked.push_back({pki().ca.certificate, kNow - days(30), 2});
  evidence.crls.push_back(test::crl(pki().root, list));
  const auto verdict = judge(evidence);
  EXPECT_EQ(verdict.status, CertificateStatus::revoked);
  EXPECT_NE(verdict.reason.find("Test Issuing CA"), std::string::npos) << verdict.reason;
}

}  // namespace
}  // namespace sogoc
