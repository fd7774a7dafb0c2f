#include <gtest/gtest.h>

#include "tests/support/test_pki.hpp"

namespace sogoc {
namespace {

using std::chrono::days;

const UtcTime kNow = test::utc("2026-11-25T08:00:00Z");

TEST(CertificateFacts, AreReadInVietnameseToo) {
  auto wish = dev_pki::signer_wish("Nguyễn Văn Thử, PCT", kNow, kNow + days(10));
  wish.organization = "UBND xã Thử Nghiệm";
  const auto made = test::self_signed(wish);
  const auto facts = facts_of(made.certificate);
  ASSERT_TRUE(facts) << to_string(facts.error());
  EXPECT_EQ(facts->common_name, "Nguyễn Văn Thử, PCT");
  EXPECT_EQ(facts->organization, "UBND xã Thử Nghiệm");
  EXPECT_EQ(facts->subject, "CN=Nguyễn Văn Thử\\, PCT,O=UBND xã Thử Nghiệm,C=VN");
  EXPECT_EQ(facts->not_before, kNow);
  EXPECT_EQ(facts->not_after, kNow + days(10));
  EXPECT_EQ(facts->key, "EC P-256");
  EXPECT_EQ(facts->serial_hex.size(), 32u);
}

TEST(CertificateFacts, NameEachKindOfKey) {
  const auto key = [](test::KeyKind kind) {
    return facts_of(test::self_signed(dev_pki::signer_wish("x", kNow, kNow), kind).certificate)->key;
  };
  EXPECT_EQ(key(test::KeyKind::ec_p384), "EC P-384");
  EXPECT_EQ(key(test::KeyKind::rsa_2048), "RSA 2048");
}

TEST(CertificateFacts, RefuseWhatIsNotOneCertificate) {
  DerBytes bytes = test::self_signed(dev_pki::signer_wish("x", kNow, kNow)).certificate;
  bytes.push_back(0);
  EXPECT_FALSE(facts_of(bytes));
  bytes.resize(100);
  EXPECT_FALSE(facts_of(bytes));
  EXPECT_FALSE(facts_of({}));
}

TEST(CertificateAddresses, AreReadAndOddOnesLeftOut) {
  auto wish = dev_pki::signer_wish("x", kNow, kNow);
  wish.ocsp = {"http://127.0.0.1:1/ocsp"};
  wish.crl = {"http://127.0.0.1:1/ca.crl", "ldap://example/x"};
  wish.ca_issuers = {"http://127.0.0.1:1/ca.der"};
  const auto found = addresses_of(test::self_signed(wish).certificate);
  EXPECT_EQ(found.ocsp, wish.ocsp);
  EXPECT_EQ(found.crl, wish.crl);
  EXPECT_EQ(found.ca_issuers, wish.ca_issuers);
  EXPECT_TRUE(addresses_of({1, 2, 3}).ocsp.empty());
}

TEST(HostOf, IsTheHostAndPortInLowerCase) {
  EXPECT_EQ(host_of("http://OCSP.Example.VN:8080/x?y"), "ocsp.example.vn:8080");
  EXPECT_EQ(host_of("http://a.vn"), "a.vn");
  EXPECT_EQ(host_of("http://good.vn@evil.example/"), "");
  EXPECT_EQ(host_of("http://good.vn\\@evil.example/"), "good.vn");
  EXPECT_EQ(host_of("file"), "");
}

TEST(TrialMark, IsCarriedByDevPkiCertificatesOnly) {
  auto wish = dev_pki::signer_wish("x", kNow, kNow);
  EXPECT_TRUE(carries_trial_mark(test::self_signed(wish).certificate));
  wish.trial = false;
  EXPECT_FALSE(carries_trial_mark(test::self_signed(wish).certificate));
}

}  // namespace
}  // namespace sogoc
