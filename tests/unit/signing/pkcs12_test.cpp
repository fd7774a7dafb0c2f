// Keys in files, for trials.

#include <gtest/gtest.h>

#include "tests/support/signable_pdf.hpp"
#include "tests/unit/signing/signing_world.hpp"
#include "workers/signing/cades.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

class KeyFile : public ::testing::Test {
 protected:
  void write(const Credential& credential, const std::string& password) {
    write_bytes(file_, as_text(dev_pki::make_pkcs12(credential, "body", password).value()));
  }
  TestFolder folder_;
  std::filesystem::path file_ = folder_.path() / "key.p12";
};

TEST_F(KeyFile, SignsInEveryScheme) {
  const Sha256 digest = sha256_of(std::as_bytes(std::span("text", 4)));
  for (const KeyKind kind :
       {KeyKind::ec_p256, KeyKind::ec_p384, KeyKind::rsa_2048, KeyKind::rsa_3072})
    for (const bool pss : {false, true}) {
      const Pki pki = make_pki(SystemClock().now(), kind);
      write(pki.body, "mật khẩu");
      const auto key = open_pkcs12_key(file_, Secret("mật khẩu"), pss);
      ASSERT_TRUE(key) << to_string(key.error());
      EXPECT_EQ((*key)->certificate(), pki.body.certificate);
      EXPECT_EQ((*key)->chain().size(), pki.body.chain.size());
      const auto signature = (*key)->sign_digest(digest.bytes);
      ASSERT_TRUE(signature);
      EXPECT_TRUE(
          cades::verifies(pki.body.certificate, (*key)->scheme(), digest.bytes, *signature));
      EXPECT_EQ((*key)->scheme() == SignatureScheme::rsa_pss_sha256,
                pss && (kind == KeyKind::rsa_2048 || kind == KeyKind::rsa_3072));
    }
}

TEST_F(KeyFile, WithAnotherPasswordStaysClosed) {
  write(make_pki(SystemClock().now()).body, "right");
  for (const char* wrong : {"wrong", "", "right "}) {
    const auto key = open_pkcs12_key(file_, Secret(wrong), false);
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, ErrorCode::no_permission);
    EXPECT_EQ(sentence(key.error()), "key.p12: the password is wrong");
  }
}

TEST_F(KeyFile, OfAKindThatIsTooWeakIsRefused) {
  const UtcTime now = SystemClock().now();
  for (const KeyKind kind : {KeyKind::rsa_1024, KeyKind::ec_p224}) {
    write(self_signed(dev_pki::signer_wish("Weak", now - std::chrono::hours(1),
                                           now + std::chrono::hours(1)),
                      kind),
          "x");
    EXPECT_EQ(open_pkcs12_key(file_, Secret("x"), false).error().code,
              ErrorCode::unsupported_input);
  }
}

TEST_F(KeyFile, ThatIsNoneIsRefused) {
  EXPECT_EQ(open_pkcs12_key(file_, Secret("x"), false).error().code, ErrorCode::not_found);
  for (const std::string& content :
       {std::string(), std::string("text"), std::string(5000, '\x30')}) {
    write_bytes(file_, content);
    EXPECT_EQ(open_pkcs12_key(file_, Secret("x"), false).error().code, ErrorCode::invalid_input);
  }
  write_bytes(file_, std::string((1 << 20) + 1, '\x30'));
  EXPECT_FALSE(open_pkcs12_key(file_, Secret("x"), false));
}

}  // namespace
}  // namespace sogoc
