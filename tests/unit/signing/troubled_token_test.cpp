// Tokens in trouble: near their lock, gone in the middle, or lying.

#include <gtest/gtest.h>

#include <dlfcn.h>

#include <cstdlib>

#include "tests/support/signable_pdf.hpp"
#include "tests/unit/signing/signing_world.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

class TroubledToken : public ::testing::Test {
 protected:
  TroubledToken() {
    write_bytes(certificate_, as_text(pki_.body.certificate));
    ::setenv("SOGOC_FAKE_CERTIFICATE", certificate_.c_str(), 1);
    logins();
  }
  ~TroubledToken() override { ::unsetenv("SOGOC_FAKE_TOKEN"); }
  static void trouble(const char* what) { ::setenv("SOGOC_FAKE_TOKEN", what, 1); }
  static Result<std::unique_ptr<SigningKey>> open(const char* pin = "1234") {
    return open_pkcs11_key({SOGOC_FAKE_TOKEN_MODULE, "fake", std::nullopt, "key", false},
                           Secret(pin));
  }
  // How often a PIN was tried since the last question.
  static int logins() {
    void* module = ::dlopen(SOGOC_FAKE_TOKEN_MODULE, RTLD_NOW);
    EXPECT_NE(module, nullptr);
    return reinterpret_cast<int (*)()>(::dlsym(module, "fake_token_logins"))();
  }
  Error signing_error() {
    auto key = open();
    EXPECT_TRUE(key);
    const auto signature = (*key)->sign_digest(std::vector<std::uint8_t>(32));
    EXPECT_FALSE(signature);
    return signature ? Error{} : signature.error();
  }
  TestFolder folder_;
  std::filesystem::path certificate_ = folder_.path() / "certificate";
  Pki pki_ = make_pki(SystemClock().now());
};

TEST_F(TroubledToken, NearItsLockIsNotTriedAtAll) {
  trouble("final try");
  const auto refused = open();
  EXPECT_EQ(refused.error().code, ErrorCode::no_permission);
  EXPECT_NE(refused.error().message.find("one more wrong PIN would lock"), std::string::npos);
  EXPECT_EQ(logins(), 0);
}

TEST_F(TroubledToken, ThatIsLockedIsNotTried) {
  trouble("locked");
  EXPECT_NE(open().error().message.find("locked"), std::string::npos);
  EXPECT_EQ(logins(), 0);
}

TEST_F(TroubledToken, WrongPinIsTriedOnceAndTheTokensHintPassedOn) {
  for (const auto& [what, words] : {std::pair("", "how many tries are left is unknown"),
                                    {"few tries", "getting few"},
                                    {"locks itself", "the token is locked now"}}) {
    trouble(what);
    const auto refused = open("9999");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::no_permission);
    EXPECT_NE(refused.error().message.find(words), std::string::npos) << refused.error().message;
    EXPECT_EQ(logins(), 1);
  }
}

TEST_F(TroubledToken, WhosePinMustBeChangedSaysSo) {
  trouble("expired");
  EXPECT_NE(open().error().message.find("must be changed"), std::string::npos);
}

TEST_F(TroubledToken, TwoKeysOfOneTokenLogInOnce) {
  const auto first = open(), second = open();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(logins(), 1);
}

TEST_F(TroubledToken, ThatIsGoneIsUnavailableUntilAPersonActs) {
  trouble("absent");
  EXPECT_EQ(open().error().code, ErrorCode::unavailable);
  for (const char* what : {"removed", "removed while signing", "fails"}) {
    trouble(what);
    const Error error = signing_error();
    EXPECT_EQ(error.code, ErrorCode::unavailable) << what;
    EXPECT_EQ(error.retry, Retry::after_operator) << what;
  }
}

TEST_F(TroubledToken, ThatCannotSignThisWayIsUnsupported) {
  trouble("unknown mechanism");
  EXPECT_EQ(signing_error().code, ErrorCode::unsupported_input);
  trouble("asks each time");
  EXPECT_EQ(open().error().code, ErrorCode::unsupported_input);
}

TEST_F(TroubledToken, ThatAnswersNonsenseIsRefused) {
  for (const char* what : {"empty signature", "odd signature", "never heard of"}) {
    trouble(what);
    EXPECT_FALSE(signing_error().message.empty()) << what;
  }
  trouble("huge attribute");
  EXPECT_FALSE(open());
}

TEST_F(TroubledToken, WhoseSignatureDoesNotVerifyGivesNone) {
  World world;
  write_bytes(certificate_, as_text(world.body.certificate));
  trouble("");
  auto key = open();
  ASSERT_TRUE(key);
  const auto network = world.network();
  std::vector<DerBytes> helpers{world.ca.certificate};
  const TrustStore store = TrustStore::of({{world.root.certificate, AnchorKind::trial, ""}},
                                          helpers, {world.server.host()}, true);
  const auto made = make_cms({sha256_of({}), true}, **key, network.get(), store, world.now);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::invalid) << to_string(made.error());
  EXPECT_NE(made.error().message.find("does not belong to the key"), std::string::npos);
}

}  // namespace
}  // namespace sogoc
