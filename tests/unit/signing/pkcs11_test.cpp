// Keys on a token: SoftHSM2, a real module, with the troubles a token can make.

#include <gtest/gtest.h>

#include "tests/support/soft_token.hpp"
#include "tests/unit/signing/signing_world.hpp"
#include "workers/signing/cades.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

const Sha256 kDigest = sha256_of(std::as_bytes(std::span("text", 4)));

class Token : public ::testing::Test {
 protected:
  Pkcs11Settings settings(const std::string& key, bool pss = false) const {
    return {SoftToken::module(), token_.label(), std::nullopt, key, pss};
  }
  Result<std::unique_ptr<SigningKey>> open(const std::string& key, bool pss = false) const {
    return open_pkcs11_key(settings(key, pss), Secret(SoftToken::kPin));
  }
  SoftToken token_;
  Pki pki_ = make_pki(SystemClock().now());
};

TEST_F(Token, SignsInEveryScheme) {
  int id = 10;
  for (const KeyKind kind : {KeyKind::ec_p256, KeyKind::ec_p384, KeyKind::rsa_2048}) {
    const Pki pki = make_pki(SystemClock().now(), kind);
    const std::string label = "key" + std::to_string(id);
    token_.import(pki.body, label, std::to_string(id++));
    for (const bool pss : {false, true}) {
      const auto key = open(label, pss);
      ASSERT_TRUE(key) << to_string(key.error());
      EXPECT_EQ((*key)->certificate(), pki.body.certificate);
      for (int i = 0; i < 3; ++i) {
        const auto signature = (*key)->sign_digest(kDigest.bytes);
        ASSERT_TRUE(signature) << to_string(signature.error());
        EXPECT_TRUE(
            cades::verifies(pki.body.certificate, (*key)->scheme(), kDigest.bytes, *signature));
      }
    }
  }
}

TEST_F(Token, GivesTheCertificatesThatLieBesideTheKey) {
  token_.import(pki_.body, "body", "01");
  token_.import_certificate(pki_.ca.certificate, "ca", "77");
  const auto key = open("body");
  ASSERT_TRUE(key);
  EXPECT_EQ((*key)->certificate(), pki_.body.certificate);
  EXPECT_EQ((*key)->chain(), std::vector<DerBytes>{pki_.ca.certificate});
}

TEST_F(Token, WrongPinIsTriedOnceAndSaysThatTheRestIsUnknown) {
  token_.import(pki_.body, "body", "01");
  const auto refused = open_pkcs11_key(settings("body"), Secret("000000"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::no_permission);
  EXPECT_EQ(refused.error().retry, Retry::after_operator);
  EXPECT_NE(refused.error().message.find("how many tries are left is unknown"), std::string::npos);
  EXPECT_EQ(to_string(refused.error()).find("000000"), std::string::npos);
  EXPECT_TRUE(open("body"));
}

TEST_F(Token, WrongPinIsNoticedEvenWhereAnotherKeyHasOpenedTheToken) {
  token_.import(pki_.body, "body", "01");
  token_.import(pki_.certifier, "certifier", "02");
  auto body = open("body");
  ASSERT_TRUE(body);
  EXPECT_EQ(open_pkcs11_key(settings("certifier"), Secret("000000")).error().code,
            ErrorCode::no_permission);
  auto certifier = open("certifier");
  ASSERT_TRUE(certifier);
  body->reset();  // the other one stays logged in
  EXPECT_TRUE((*certifier)->sign_digest(kDigest.bytes));
  certifier->reset();
  EXPECT_EQ(open_pkcs11_key(settings("body"), Secret("000000")).error().code,
            ErrorCode::no_permission);
}

TEST_F(Token, ThatIsNotThereIsNamed) {
  token_.import(pki_.body, "body", "01");
  Pkcs11Settings gone = settings("body");
  gone.module = "/usr/lib/no-such-module.so";
  const auto module = open_pkcs11_key(gone, Secret(SoftToken::kPin));
  EXPECT_EQ(module.error().code, ErrorCode::unavailable);
  EXPECT_EQ(module.error().retry, Retry::after_operator);
  gone.module = "/bin/true";  // no module
  EXPECT_EQ(open_pkcs11_key(gone, Secret(SoftToken::kPin)).error().code, ErrorCode::unavailable);
  gone = settings("body");
  gone.token_label = "another";
  EXPECT_EQ(open_pkcs11_key(gone, Secret(SoftToken::kPin)).error().code, ErrorCode::unavailable);
  gone = settings("body");
  gone.slot = 4711;
  EXPECT_EQ(open_pkcs11_key(gone, Secret(SoftToken::kPin)).error().code, ErrorCode::unavailable);
}

TEST_F(Token, UnpluggedInTheMiddleIsUnavailable) {
  token_.import(pki_.body, "body", "01");
  const auto key = open("body");
  ASSERT_TRUE(key);
  ASSERT_TRUE((*key)->sign_digest(kDigest.bytes));
  token_.unplug();
  const auto signature = (*key)->sign_digest(kDigest.bytes);
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().code, ErrorCode::unavailable) << to_string(signature.error());
  EXPECT_EQ(signature.error().retry, Retry::after_operator);
}

TEST_F(Token, KeyMustBeThereOnceAndWithItsCertificate) {
  token_.import(pki_.body, "lonely", "01", false);
  EXPECT_EQ(open("missing").error().code, ErrorCode::not_found);
  EXPECT_EQ(open("lonely").error().code, ErrorCode::not_found);
  token_.import(pki_.body, "twice", "02");
  token_.import(pki_.certifier, "twice", "03");
  EXPECT_EQ(open("twice").error().code, ErrorCode::conflict);
}

TEST_F(Token, SignsNothingButADigest) {
  token_.import(pki_.body, "body", "01");
  const auto key = open("body");
  ASSERT_TRUE(key);
  for (const std::size_t size : {0U, 20U, 31U, 33U, 64U})
    EXPECT_EQ((*key)->sign_digest(std::vector<std::uint8_t>(size)).error().code, ErrorCode::usage);
}

}  // namespace
}  // namespace sogoc
