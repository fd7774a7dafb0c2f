#include <array>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sodium.h>

#include "pipeline/core/digest.hpp"
#include "tools/oidc/http_private.hpp"
#include "tools/oidc/oidc.hpp"

namespace sogoc::oidc {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::hours kKnownFor{1};
constexpr std::chrono::seconds kLeastBetween{10};  // a stranger's key makes nobody ask the provider at will

std::string text_of(std::span<const unsigned char> bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();
  return text;
}

std::string random_text() {
  std::array<unsigned char, 32> bytes{};
  if (sodium_init() < 0) std::abort();
  randombytes_buf(bytes.data(), bytes.size());
  return text_of(bytes);
}

Result<std::string> word(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_string()) return fail(ErrorCode::invalid, Retry::after_operator, "the OpenID provider", "does not say where it is asked");
  return found->get<std::string>();
}

}  // namespace

std::string challenge_of(const std::string& verifier) {
  const Sha256 digest = sha256_of(std::as_bytes(std::span(verifier)));
  std::vector<unsigned char> bytes;
  for (const auto byte : digest.bytes) bytes.push_back(static_cast<unsigned char>(byte));
  return text_of(bytes);
}

Result<Settings> load_settings(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorCode::not_found, Retry::never, file.string(), "cannot be read");
  const Json json = Json::parse(std::istreambuf_iterator<char>(in), {}, nullptr, false);
  const auto wrong = [&](const char* why) { return fail(ErrorCode::usage, Retry::never, file.string(), why); };
  if (!json.is_object()) return wrong("must be a JSON object: label, issuer, client_id, client_secret, redirect, after_sign_out, ca_file");
  Settings settings;
  std::string ca;
  std::size_t taken = 0;
  for (const auto& [key, into] : {std::pair<const char*, std::string*>{"label", &settings.label}, {"issuer", &settings.issuer}, {"client_id", &settings.client_id},
                                  {"client_secret", &settings.client_secret}, {"redirect", &settings.redirect}, {"after_sign_out", &settings.after_sign_out}, {"ca_file", &ca}}) {
    const auto found = json.find(key);
    if (found == json.end()) continue;
    if (!found->is_string()) return wrong("holds a member that is no text");
    *into = found->get<std::string>();
    ++taken;
  }
  if (taken != json.size()) return wrong("must be a JSON object: label, issuer, client_id, client_secret, redirect, ca_file");
  settings.ca_file = ca;
  if (settings.label.empty() || settings.client_id.empty()) return wrong("needs label, issuer, client_id and redirect");
  if (!may_be_asked(settings.issuer) || !may_be_asked(settings.redirect) || (!settings.after_sign_out.empty() && !may_be_asked(settings.after_sign_out))) return wrong("issuer and redirect must be https, or http on this machine");
  std::error_code error;
  const auto mode = std::filesystem::status(file, error).permissions();
  using std::filesystem::perms;
  if (!settings.client_secret.empty() && (mode & (perms::group_all | perms::others_all)) != perms::none)
    return fail(ErrorCode::no_permission, Retry::after_operator, file.string(), "holds a secret that others may read: chmod 600");
  return settings;
}

Provider::Provider(Settings settings, const Clock& clock) : settings_(std::move(settings)), clock_(clock) {}
Provider::~Provider() = default;

Result<std::string> Provider::ask(const std::string& url, const std::string* form) {
  Question question;
  question.url = url;
  question.ca_file = settings_.ca_file.string();
  if (form != nullptr) {
    question.form = *form;
    // Basic, with both parts encoded as RFC 6749 says.
    if (!settings_.client_secret.empty()) {
      question.user = url_encoded(settings_.client_id);
      question.password = url_encoded(settings_.client_secret);
    }
  }
  return ask_provider(question);
}

Result<Provider::Addresses> Provider::addresses() {
  const UtcTime now = clock_.now();
  {
    const std::lock_guard lock(lock_);
    if (addresses_ && now - asked_ < kKnownFor) return *addresses_;
  }
  std::string base = settings_.issuer;
  while (base.ends_with('/')) base.pop_back();
  SOGOC_TRY(const std::string text, ask(base + "/.well-known/openid-configuration", nullptr));
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return fail(ErrorCode::invalid, Retry::after_operator, "the OpenID provider", "does not say where it is asked");
  SOGOC_TRY(const std::string issuer, word(json, "issuer"));
  if (issuer != settings_.issuer) return fail(ErrorCode::invalid, Retry::after_operator, "the OpenID provider", "calls itself otherwise than the settings do");
  Addresses found;
  SOGOC_TRY(found.authorization, word(json, "authorization_endpoint"));
  SOGOC_TRY(found.token, word(json, "token_endpoint"));
  SOGOC_TRY(found.keys, word(json, "jwks_uri"));
  if (json.contains("end_session_endpoint")) {
    SOGOC_TRY(found.end_session, word(json, "end_session_endpoint"));
    if (!may_be_asked(found.end_session)) found.end_session.clear();
  }
  for (const std::string& url : {found.authorization, found.token, found.keys})
    if (!may_be_asked(url)) return fail(ErrorCode::invalid, Retry::after_operator, "the OpenID provider", "must be reached by https");
  const std::lock_guard lock(lock_);
  addresses_ = found;
  asked_ = now;
  return found;
}

Result<std::string> Provider::keys(bool anew) {
  const UtcTime now = clock_.now();
  {
    const std::lock_guard lock(lock_);
    const auto age = now - keys_asked_;
    if (!keys_.empty() && (anew ? age < kLeastBetween : age < kKnownFor)) return keys_;
  }
  SOGOC_TRY(const Addresses where, addresses());
  SOGOC_TRY(std::string text, ask(where.keys, nullptr));
  const std::lock_guard lock(lock_);
  keys_ = std::move(text);
  keys_asked_ = now;
  return keys_;
}

Result<Started> Provider::start() {
  SOGOC_TRY(const Addresses where, addresses());
  Started started;
  started.state = random_text();
  started.nonce = random_text();
  started.verifier = random_text();
  started.url = fmt::format("{}{}response_type=code&scope=openid&client_id={}&redirect_uri={}&state={}&nonce={}&code_challenge={}&code_challenge_method=S256", where.authorization,
                            where.authorization.find('?') == std::string::npos ? "?" : "&", url_encoded(settings_.client_id), url_encoded(settings_.redirect), started.state, started.nonce,
                            challenge_of(started.verifier));
  return started;
}

Result<std::string> Provider::farewell(const std::string& token) {
  SOGOC_TRY(const Addresses where, addresses());
  if (where.end_session.empty()) return std::string();
  std::string url = fmt::format("{}{}client_id={}&id_token_hint={}", where.end_session, where.end_session.find('?') == std::string::npos ? "?" : "&", url_encoded(settings_.client_id), url_encoded(token));
  if (!settings_.after_sign_out.empty()) url += "&post_logout_redirect_uri=" + url_encoded(settings_.after_sign_out);
  return url;
}

Result<Proven> Provider::finish(const std::string& code, const Started& started) {
  SOGOC_TRY(const Addresses where, addresses());
  std::string form = fmt::format("grant_type=authorization_code&code={}&redirect_uri={}&code_verifier={}", url_encoded(code), url_encoded(settings_.redirect), started.verifier);
  if (settings_.client_secret.empty()) form += "&client_id=" + url_encoded(settings_.client_id);
  SOGOC_TRY(const std::string text, ask(where.token, &form));
  const Json json = Json::parse(text, nullptr, false);
  const auto token = json.is_object() ? json.find("id_token") : json.end();
  if (!json.is_object() || token == json.end() || !token->is_string()) return fail(ErrorCode::invalid, Retry::never, "sign-in", "the provider's answer cannot be read");
  const Expected expected{settings_.issuer, settings_.client_id, started.nonce, clock_.now()};
  SOGOC_TRY(const std::string known, keys(false));
  auto proven = check_id_token(token->get<std::string>(), known, expected);
  if (proven) proven->token = token->get<std::string>();
  if (proven || proven.error().code != ErrorCode::not_found) return proven;
  // The provider changed its keys since.
  SOGOC_TRY(const std::string fresh, keys(true));
  proven = check_id_token(token->get<std::string>(), fresh, expected);
  if (proven) proven->token = token->get<std::string>();
  if (!proven && proven.error().code == ErrorCode::not_found) return fail(ErrorCode::invalid, Retry::never, "sign-in", proven.error().message);
  return proven;
}

}  // namespace sogoc::oidc
