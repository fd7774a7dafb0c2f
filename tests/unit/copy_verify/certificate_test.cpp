// Who signed, when, and whether the certificate held then.

#include "tests/unit/copy_verify/checked.hpp"

namespace sogoc::test {
namespace {

using std::chrono::days;
using std::chrono::hours;

struct Case {
  CertificateWish wish = dev_pki::signer_wish("UBND xa A", kNow - days(30), kNow + days(300));
  KeyKind key = KeyKind::ec_p256;
  UtcTime signed_at = kSigned;
  bool stamped = true;
};

// A copy certified by a body whose certificate has that fault.
struct Signed {
  Credential who;
  std::string file;
};
Signed signed_with(const Case& one) {
  Signed made{issued(pki().ca, one.wish, one.key), {}};
  const HoleFiller fill = signer(pki(), made.who, one.signed_at, one.stamped);
  made.file = SignedCopy(pki(), one.signed_at).certify(1, &fill).file;
  return made;
}

RevocationEvidence says_of(const Credential& who, OcspWish::Status status, UtcTime revoked_at = {},
                           UtcTime made = kNow - hours(1)) {
  RevocationEvidence all = evidence(pki(), kSigned + hours(1));
  OcspWish wish;
  wish.status = status;
  wish.revoked_at = revoked_at;
  wish.this_update = made;
  wish.next_update = made + days(1);
  all.ocsp.push_back(ocsp(who.certificate, pki().ca.certificate, pki().responder, wish));
  return all;
}

void expect_with(const std::string& file, const RevocationEvidence& known, Verdict verdict,
                 const std::string& code, UtcTime now = kNow) {
  const auto report = asked(file, known, now);
  ASSERT_TRUE(report);
  expect(*report, verdict, code);
}

TEST(Certificate, GoodWithATimestampIsValid) {
  const Signed made = signed_with({});
  expect_with(made.file, says_of(made.who, OcspWish::Status::good), Verdict::valid,
              "certificate_good");
}
TEST(Certificate, WithoutATimestampTheTimeIsOnlyClaimed) {
  const Signed made = signed_with({.stamped = false});
  expect_with(made.file, says_of(made.who, OcspWish::Status::good), Verdict::valid,
              "time_only_claimed");
}
TEST(Certificate, WithoutRevocationDataNothingCanBeDecided) {
  const Signed made = signed_with({});
  expect_with(made.file, evidence(pki(), kSigned + hours(1)), Verdict::undecidable,
              "certificate_status_unknown");
}
TEST(AttackOnTheCertificate, RevokedBeforeSigning) {
  const Signed made = signed_with({});
  expect_with(made.file, says_of(made.who, OcspWish::Status::revoked, kSigned - hours(5)),
              Verdict::invalid, "certificate_revoked");
}
TEST(Certificate, RevokedAfterSigningWithATimestampIsValid) {
  const Signed made = signed_with({});
  expect_with(made.file, says_of(made.who, OcspWish::Status::revoked, kSigned + hours(2)),
              Verdict::valid, "certificate_good");
}
TEST(AttackOnTheCertificate, RevokedAndNoTimestampToProveTheTime) {
  const Signed made = signed_with({.stamped = false});
  expect_with(made.file, says_of(made.who, OcspWish::Status::revoked, kSigned + hours(2)),
              Verdict::undecidable, "certificate_revoked_time_unknown");
}
TEST(AttackOnTheCertificate, RevokedBeforeTheTimeThatTheSignerClaims) {
  const Signed made = signed_with({.stamped = false});
  expect_with(made.file, says_of(made.who, OcspWish::Status::revoked, kSigned - hours(2)),
              Verdict::invalid, "certificate_revoked");
}
TEST(AttackOnTheCertificate, TheTimestampStrippedFromARevokedSignature) {
  // What was valid by its timestamp is not any more; a thief gains nothing by taking it out.
  const Signed with = signed_with({}), without = signed_with({.stamped = false});
  expect_with(with.file, says_of(with.who, OcspWish::Status::revoked, kSigned + hours(2)),
              Verdict::valid, "time_trusted");
  expect_with(without.file, says_of(without.who, OcspWish::Status::revoked, kSigned + hours(2)),
              Verdict::undecidable, "time_only_claimed");
}
TEST(Certificate, ExpiredSinceButStampedBeforeIsValid) {
  Case one;
  one.wish.not_after = kSigned + hours(3);
  const Signed made = signed_with(one);
  expect_with(made.file, says_of(made.who, OcspWish::Status::good, {}, kSigned + hours(1)),
              Verdict::valid, "certificate_good");
}
TEST(AttackOnTheCertificate, ExpiredAndNoTimestampToProveTheTime) {
  Case one{.stamped = false};
  one.wish.not_after = kSigned + hours(3);
  const Signed made = signed_with(one);
  expect_with(made.file, says_of(made.who, OcspWish::Status::good, {}, kSigned + hours(1)),
              Verdict::undecidable, "certificate_expired_time_unknown");
}
TEST(AttackOnTheCertificate, ExpiredBeforeSigning) {
  Case one;
  one.wish.not_after = kSigned - hours(3);
  const Signed made = signed_with(one);
  expect_with(made.file, says_of(made.who, OcspWish::Status::good), Verdict::invalid,
              "certificate_expired");
}
TEST(AttackOnTheCertificate, NotYetValid) {
  Case one;
  one.wish.not_before = kSigned + hours(1);
  const Signed made = signed_with(one);
  expect_with(made.file, says_of(made.who, OcspWish::Status::good), Verdict::invalid,
              "certificate_not_yet_valid");
}
TEST(AttackOnTheCertificate, MeantForSomethingElse) {
  Case one;
  one.wish.key_usage = "critical,keyEncipherment";
  const Signed made = signed_with(one);
  expect_with(made.file, says_of(made.who, OcspWish::Status::good), Verdict::invalid,
              "certificate_wrong_usage");
}
TEST(AttackOnTheCertificate, AShortKey) {
  const Signed made = signed_with({.key = KeyKind::rsa_1024});
  expect_with(made.file, says_of(made.who, OcspWish::Status::good), Verdict::undecidable,
              "weak_algorithm");
}
TEST(AttackOnTheCertificate, ASelfMadeAuthority) {
  const Credential root =
      self_signed(dev_pki::ca_wish("Government CA", kNow - days(900), kNow + days(900)));
  const Credential who = issued(root, Case{}.wish);
  const HoleFiller fill = signer(pki(), who, kSigned);
  expect_with(SignedCopy(pki(), kSigned).certify(1, &fill).file, good_evidence(),
              Verdict::undecidable, "untrusted_root");
}
TEST(AttackOnTheCertificate, TheNameOfTheIssuerWithoutItsKey) {
  // An authority of the same name as the true one, with another key.
  CertificateWish ca = dev_pki::ca_wish("x", kNow - days(900), kNow + days(900));
  const auto facts = facts_of(pki().ca.certificate);
  ASSERT_TRUE(facts);
  ca.common_name = facts->common_name;
  ca.organization = facts->organization;
  const Credential false_ca = self_signed(ca);
  const Credential who = issued(false_ca, Case{}.wish);
  const HoleFiller fill = [&](const std::vector<std::uint8_t>& bytes) {
    CmsWish wish;
    wish.message_digest = digest(bytes);
    wish.more_certificates = pki().body.chain;
    return made_cms(who, wish);
  };
  const auto report = asked(SignedCopy(pki(), kSigned).certify(1, &fill).file, good_evidence());
  ASSERT_TRUE(report);
  EXPECT_NE(report->verdict, Verdict::valid) << told(*report);
}
TEST(AttackOnTheSignature, Sha1IsNotDecided) {
  const HoleFiller fill = [](const std::vector<std::uint8_t>& bytes) {
    CmsWish wish;
    wish.digest = "SHA1";
    wish.message_digest = digest(bytes, "SHA1");
    return made_cms(pki().body, wish);
  };
  const auto report = asked(SignedCopy(pki(), kSigned).certify(1, &fill).file, good_evidence());
  ASSERT_TRUE(report);
  expect(*report, Verdict::undecidable, "weak_algorithm");
  EXPECT_TRUE(report->signatures[0].intact);
}
TEST(AttackOnTheSignature, TheCertificateExchangedForAnotherOfTheSameKey) {
  const HoleFiller fill = [](const std::vector<std::uint8_t>& bytes) {
    CmsWish wish;
    wish.message_digest = digest(bytes);
    wish.ess_certificate = pki().certifier.certificate;
    return made_cms(pki().body, wish);
  };
  expect_with(SignedCopy(pki(), kSigned).certify(1, &fill).file, good_evidence(), Verdict::invalid,
              "signing_certificate_mismatch");
}
TEST(AttackOnTheSignature, TwoSignersInOneValue) {
  const HoleFiller fill = [](const std::vector<std::uint8_t>& bytes) {
    CmsWish wish;
    wish.message_digest = digest(bytes);
    wish.signers = 2;
    return made_cms(pki().body, wish);
  };
  const auto report = asked(SignedCopy(pki(), kSigned).certify(1, &fill).file, good_evidence());
  ASSERT_TRUE(report);
  EXPECT_NE(report->verdict, Verdict::valid) << told(*report);
}
TEST(AttackOnTheTimestamp, OfAnotherSignature) {
  const HoleFiller fill = [](const std::vector<std::uint8_t>& bytes) {
    CmsWish wish;
    wish.message_digest = digest(bytes);
    wish.timestamp = [](const std::vector<std::uint8_t>&) {
      return stamped_by(pki().tsa, kSigned)({1, 2, 3});
    };
    return made_cms(pki().body, wish);
  };
  expect_with(SignedCopy(pki(), kSigned).certify(1, &fill).file, good_evidence(), Verdict::invalid,
              "timestamp_mismatch");
}
TEST(AttackOnTheTimestamp, BySomebodyWhoIsNoAuthority) {
  // Signed by the body itself: its certificate is not for timestamps.
  const HoleFiller fill = [](const std::vector<std::uint8_t>& bytes) {
    CmsWish wish;
    wish.message_digest = digest(bytes);
    wish.timestamp = stamped_by(pki().certifier, kSigned);
    return made_cms(pki().body, wish);
  };
  const auto report = asked(SignedCopy(pki(), kSigned).certify(1, &fill).file, good_evidence());
  ASSERT_TRUE(report);
  EXPECT_NE(report->verdict, Verdict::valid) << told(*report);
}
TEST(AttackOnTheTimestamp, ByAnUnknownAuthority) {
  const Credential root =
      self_signed(dev_pki::ca_wish("Other CA", kNow - days(900), kNow + days(900)));
  const Credential tsa =
      issued(root, dev_pki::tsa_wish("Other TSA", kNow - days(30), kNow + days(300)));
  const HoleFiller fill = [&](const std::vector<std::uint8_t>& bytes) {
    CmsWish wish;
    wish.message_digest = digest(bytes);
    wish.timestamp = stamped_by(tsa, kSigned);
    return made_cms(pki().body, wish);
  };
  expect_with(SignedCopy(pki(), kSigned).certify(1, &fill).file, good_evidence(),
              Verdict::undecidable, "timestamp_untrusted");
}
TEST(AttackOnTheTimestamp, OfTheFuture) {
  const HoleFiller fill = signer(pki(), pki().body, kNow + days(3));
  expect_with(SignedCopy(pki(), kSigned).certify(1, &fill).file, good_evidence(),
              Verdict::undecidable, "timestamp_untrusted");
}
TEST(AttackOnTheTimestamp, BackDatedWithARevokedKey) {
  // The authority's key was stolen and revoked yesterday; the token says last month.
  RevocationEvidence known = evidence(pki(), kNow - hours(1));
  known.ocsp.clear();
  for (const DerBytes* one : {&pki().body.certificate, &pki().tsa.certificate}) {
    OcspWish wish;
    wish.this_update = kNow - hours(1);
    wish.next_update = kNow + days(1);
    if (one == &pki().tsa.certificate) {
      wish.status = OcspWish::Status::revoked;
      wish.revoked_at = kNow - days(1);
    }
    known.ocsp.push_back(ocsp(*one, pki().ca.certificate, pki().responder, wish));
  }
  const HoleFiller fill = signer(pki(), pki().body, kNow - days(25));
  expect_with(SignedCopy(pki(), kSigned).certify(1, &fill).file, known, Verdict::undecidable,
              "timestamp_untrusted");
}
TEST(AttackOnTheTimestamp, OfTheDocumentFlipped) {
  SignedCopy copy(pki(), kSigned);
  copy.certify(1);
  const std::size_t before = copy.file.size();
  copy.add_document_timestamp(kSigned + hours(1));
  copy.file[before + copy.file.substr(before).find("Stamp")] = 's';
  expect_with(copy.file, good_evidence(), Verdict::invalid, "timestamp_mismatch");
}
TEST(Certificate, ADocumentTimestampProvesTheTimeOfASignatureWithoutOne) {
  const HoleFiller bare = signer(pki(), pki().body, kSigned, false);
  SignedCopy copy(pki(), kSigned);
  copy.certify(1, &bare).add_document_timestamp(kSigned + hours(1));
  const auto report = asked(copy.file, good_evidence());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict, Verdict::valid) << told(*report);
  EXPECT_EQ(report->signatures[0].stamped_time, kSigned + hours(1));
}

}  // namespace
}  // namespace sogoc::test
