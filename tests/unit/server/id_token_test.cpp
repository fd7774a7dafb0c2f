// What an OpenID provider must not say: each lie in a token that is signed rightly, and right words under a wrong signature.

#include <cjose/cjose.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tools/oidc/oidc.hpp"

namespace sogoc::oidc {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kNow = 1'790'000'000;

class IdToken : public testing::Test {
 protected:
  void SetUp() override {
    key_ = cjose_jwk_create_RSA_random(2048, reinterpret_cast<const std::uint8_t*>("\x01\x00\x01"), 3, &error_);
    ASSERT_NE(key_, nullptr);
    cjose_jwk_set_kid(key_, "one", 3, &error_);
  }
  void TearDown() override { cjose_jwk_release(key_); }

  static Json claims() {
    return {{"iss", "https://sso.example"}, {"aud", "sogoc"}, {"sub", "4711"}, {"nonce", "n"}, {"iat", kNow - 5}, {"exp", kNow + 300}};
  }
  std::string keys() {
    char* text = cjose_jwk_to_json(key_, false, &error_);
    Json key = Json::parse(text);
    std::free(text);
    return Json{{"keys", Json::array({key})}}.dump();
  }
  std::string sign(const Json& says, const char* algorithm = "RS256", const char* kid = "one", cjose_jwk_t* with = nullptr) {
    cjose_header_t* header = cjose_header_new(&error_);
    cjose_header_set(header, CJOSE_HDR_ALG, algorithm, &error_);
    if (kid != nullptr) cjose_header_set(header, CJOSE_HDR_KID, kid, &error_);
    const std::string text = says.dump();
    cjose_jws_t* jws = cjose_jws_sign(with == nullptr ? key_ : with, header, reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), &error_);
    cjose_header_release(header);
    if (jws == nullptr) return "";
    const char* serial = nullptr;
    cjose_jws_export(jws, &serial, &error_);
    std::string token = serial == nullptr ? "" : serial;
    cjose_jws_release(jws);
    return token;
  }
  Result<Proven> check(const std::string& token) { return check_id_token(token, keys(), expected_); }
  bool refused(Json says) {
    const auto proven = check(sign(says));
    return !proven && proven.error().code == ErrorCode::invalid;
  }
  static Json with(const char* key, Json value) {
    Json says = claims();
    says[key] = std::move(value);
    return says;
  }

  cjose_err error_{};
  cjose_jwk_t* key_ = nullptr;
  const Expected expected_{"https://sso.example", "sogoc", "n", UtcTime(std::chrono::seconds(kNow))};
};

TEST_F(IdToken, IsBelievedWhenItIsTrue) {
  const auto proven = check(sign(claims()));
  ASSERT_TRUE(proven) << proven.error().message;
  EXPECT_EQ(proven->subject, "4711");
  EXPECT_FALSE(proven->with_second_factor());
  EXPECT_TRUE(check(sign(with("amr", {"pwd", "otp"})))->with_second_factor());
  EXPECT_TRUE(check(sign(with("aud", {"sogoc"}))));
  EXPECT_TRUE(check(sign(claims(), "PS256")));
  EXPECT_TRUE(check(sign(claims(), "RS256", nullptr)));  // a provider with one key may leave its name out
}

TEST_F(IdToken, OfAnotherProviderProgramTimeOrSignInIsNot) {
  EXPECT_TRUE(refused(with("iss", "https://sso.example/")));
  EXPECT_TRUE(refused(with("iss", 1)));
  EXPECT_TRUE(refused(with("aud", "another")));
  EXPECT_TRUE(refused(with("aud", {"another", "sogoc"})));  // made for several, and not for us in the first place
  EXPECT_TRUE(refused(with("azp", "another")));
  EXPECT_TRUE(refused(with("exp", kNow - 61)));
  EXPECT_TRUE(refused(with("exp", "never")));
  EXPECT_TRUE(refused(with("iat", kNow + 120)));
  EXPECT_TRUE(refused(with("iat", kNow - 4000)));
  EXPECT_TRUE(refused(with("nbf", kNow + 120)));
  EXPECT_TRUE(refused(with("nonce", "another")));
  EXPECT_TRUE(refused(with("sub", "")));
  for (const char* key : {"iss", "aud", "sub", "nonce", "iat", "exp"}) {
    Json says = claims();
    says.erase(key);
    EXPECT_TRUE(refused(says)) << key;
  }
}

TEST_F(IdToken, WithoutTheProvidersSignatureIsNot) {
  const std::string token = sign(claims());
  std::string changed = token;
  changed[token.find('.') + 10] = changed[token.find('.') + 10] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(check(changed));
  EXPECT_FALSE(check(token.substr(0, token.rfind('.') + 1)));
  EXPECT_FALSE(check(sign(claims(), "none")));
  // {"alg":"none"} and no signature at all
  EXPECT_FALSE(check("eyJhbGciOiJub25lIn0." + token.substr(token.find('.') + 1, token.rfind('.') - token.find('.')) + ""));
  cjose_jwk_t* secret = cjose_jwk_create_oct_spec(reinterpret_cast<const std::uint8_t*>("a secret that everybody knows it"), 32, &error_);
  EXPECT_FALSE(check(sign(claims(), "HS256", "one", secret)));
  cjose_jwk_release(secret);
  cjose_jwk_t* other = cjose_jwk_create_RSA_random(2048, reinterpret_cast<const std::uint8_t*>("\x01\x00\x01"), 3, &error_);
  EXPECT_FALSE(check(sign(claims(), "RS256", "one", other)));
  const auto unknown = check(sign(claims(), "RS256", "two", other));
  EXPECT_EQ(unknown.error().code, ErrorCode::not_found);  // its keys may have been changed
  cjose_jwk_release(other);
  for (const char* text : {"", ".", "..", "a.b.c", "a.b", "a.b.c.d", "\xff.\xff.\xff"}) EXPECT_FALSE(check(text)) << text;
  EXPECT_FALSE(check(std::string(100'000, 'a')));
}

TEST_F(IdToken, TheChallengeIsTheOneOfTheStandard) {
  EXPECT_EQ(challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");  // RFC 7636
}

}  // namespace
}  // namespace sogoc::oidc
