#include <cjose/cjose.h>

#include <algorithm>
#include <array>
#include <memory>

#include <nlohmann/json.hpp>

#include "tools/oidc/oidc.hpp"

namespace sogoc::oidc {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kSkewSeconds = 60;
constexpr std::int64_t kOldestSeconds = 600;
constexpr std::size_t kLongestSubject = 255;
constexpr std::size_t kLongestToken = 32 * 1024;

struct FreeJws { void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); } };
struct FreeJwk { void operator()(cjose_jwk_t* jwk) const { cjose_jwk_release(jwk); } };

tl::unexpected<Error> untrue(std::string why) { return fail(ErrorCode::invalid, Retry::never, "sign-in", std::move(why)); }

std::string text_in(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::int64_t> seconds_in(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number()) return std::nullopt;
  const double value = found->get<double>();
  return value > 0 && value < 1e12 ? std::optional(static_cast<std::int64_t>(value)) : std::nullopt;
}

bool is_known_algorithm(std::string_view name) {
  constexpr std::array<std::string_view, 9> kKnown{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"};
  return std::find(kKnown.begin(), kKnown.end(), name) != kKnown.end();
}

// An algorithm is the key's, not only the token's own word.
bool key_fits(const Json& key, const std::string& algorithm) {
  if (text_in(key, "kty") != (algorithm.starts_with("ES") ? "EC" : "RSA")) return false;
  if (const std::string use = text_in(key, "use"); !use.empty() && use != "sig") return false;
  const std::string said = text_in(key, "alg");
  return said.empty() || said == algorithm;
}

bool is_for(const Json& claims, const std::string& client) {
  const auto audience = claims.find("aud");
  if (audience == claims.end()) return false;
  if (audience->is_string()) return audience->get<std::string>() == client;
  if (!audience->is_array() || std::none_of(audience->begin(), audience->end(), [&](const Json& one) { return one.is_string() && one.get<std::string>() == client; })) return false;
  // Made for several: then for us in the first place.
  return audience->size() == 1 || text_in(claims, "azp") == client;
}

Result<Proven> check_claims(const std::string& text, const Expected& expected) {
  const Json claims = Json::parse(text, nullptr, false);
  if (!claims.is_object()) return untrue("the provider's answer cannot be read");
  if (text_in(claims, "iss") != expected.issuer) return untrue("the provider's answer comes from another provider");
  if (!is_for(claims, expected.client_id)) return untrue("the provider's answer is for another program");
  if (const std::string party = text_in(claims, "azp"); !party.empty() && party != expected.client_id) return untrue("the provider's answer is for another program");
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(expected.now.time_since_epoch()).count();
  const auto ends = seconds_in(claims, "exp"), made = seconds_in(claims, "iat"), from = seconds_in(claims, "nbf");
  if (!ends || *ends + kSkewSeconds <= now) return untrue("the provider's answer has expired; sign in again");
  if (!made || *made > now + kSkewSeconds || *made + kOldestSeconds < now || (from && *from > now + kSkewSeconds))
    return untrue("the provider's answer is of another time; check the clocks");
  if (expected.nonce.empty() || text_in(claims, "nonce") != expected.nonce) return untrue("the provider's answer belongs to another sign-in; sign in again");
  Proven proven;
  proven.issuer = expected.issuer;
  proven.subject = text_in(claims, "sub");
  if (proven.subject.empty() || proven.subject.size() > kLongestSubject) return untrue("the provider's answer names nobody");
  if (const auto methods = claims.find("amr"); methods != claims.end() && methods->is_array())
    for (const Json& one : *methods)
      if (one.is_string()) proven.methods.push_back(one.get<std::string>());
  return proven;
}

}  // namespace

bool Proven::with_second_factor() const {
  return std::any_of(methods.begin(), methods.end(), [](const std::string& one) { return one == "mfa" || one == "otp" || one == "hwk" || one == "sc"; });
}

Result<Proven> check_id_token(const std::string& token, const std::string& keys, const Expected& expected) {
  if (token.size() > kLongestToken || std::count(token.begin(), token.end(), '.') != 2) return untrue("the provider's answer cannot be read");
  cjose_err error{};
  const std::unique_ptr<cjose_jws_t, FreeJws> jws(cjose_jws_import(token.c_str(), token.size(), &error));
  if (!jws) return untrue("the provider's answer cannot be read");
  cjose_header_t* header = cjose_jws_get_protected(jws.get());
  const char* algorithm = header == nullptr ? nullptr : cjose_header_get(header, CJOSE_HDR_ALG, &error);
  if (algorithm == nullptr || !is_known_algorithm(algorithm)) return untrue("the provider's answer is signed in a way that is not accepted");
  const char* named = cjose_header_get(header, CJOSE_HDR_KID, &error);
  const Json set = Json::parse(keys, nullptr, false);
  if (!set.is_object() || !set.contains("keys") || !set["keys"].is_array()) return untrue("the provider's keys cannot be read");
  bool tried = false;
  for (const Json& key : set["keys"]) {
    if (!key.is_object() || !key_fits(key, algorithm) || (named != nullptr && text_in(key, "kid") != named)) continue;
    tried = true;
    const std::string text = key.dump();
    const std::unique_ptr<cjose_jwk_t, FreeJwk> jwk(cjose_jwk_import(text.c_str(), text.size(), &error));
    if (!jwk || !cjose_jws_verify(jws.get(), jwk.get(), &error)) continue;
    std::uint8_t* claims = nullptr;  // belongs to jws
    std::size_t size = 0;
    if (!cjose_jws_get_plaintext(jws.get(), &claims, &size, &error)) return untrue("the provider's answer cannot be read");
    return check_claims(std::string(reinterpret_cast<const char*>(claims), size), expected);
  }
  if (!tried) return fail(ErrorCode::not_found, Retry::same_step, "sign-in", "the provider's answer is signed by a key that it does not publish");
  return untrue("the provider's answer is not signed by the provider");
}

}  // namespace sogoc::oidc
