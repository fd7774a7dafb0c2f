#pragma once

// Signing in at an OpenID provider: authorization code with PKCE, state and nonce; the provider's answer is believed only
// as far as its signature and its words go. No type of any library.

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc::oidc {

struct Settings {
  std::string label;          // on the button: "Đăng nhập một lần của tỉnh"
  std::string issuer;         // "https://sso.example.vn"; http on loopback only
  std::string client_id;
  std::string client_secret;  // "" = a public client
  std::string redirect;       // "https://console.example.vn/api/sign-in/return"
  std::string after_sign_out{};     // where the provider sends people who signed out, as it knows it; "" = it keeps them
  std::filesystem::path ca_file{};  // the provider's own root; "" = those of the system
};
// A JSON file of these names, readable by its owner only when it holds a secret. Fails with usage, not_found, no_permission.
[[nodiscard]] Result<Settings> load_settings(const std::filesystem::path& file);

// What a browser takes along to the provider, and what must come back with it.
struct Started {
  std::string url;
  std::string state, nonce, verifier;
};

struct Proven {
  std::string issuer, subject;
  std::vector<std::string> methods;  // amr: "pwd", "otp", "mfa" ...
  std::string token{};               // that said so; the provider knows by it whose session ends
  [[nodiscard]] bool with_second_factor() const;
};

// What an ID token must say. Separate from asking for it, so that each lie is a test.
struct Expected {
  std::string issuer, client_id, nonce;
  UtcTime now{};
};
// `keys`: the provider's JWKS. Fails with invalid; not_found: signed by a key that is not among them (they may have been
// changed). Algorithms: RS256, PS256, ES256 and their longer ones; never none, never a shared secret.
[[nodiscard]] Result<Proven> check_id_token(const std::string& token, const std::string& keys, const Expected& expected);

// base64url without padding of SHA-256: the challenge of a verifier.
[[nodiscard]] std::string challenge_of(const std::string& verifier);

// Thread: any; knows the provider's addresses and keys for an hour, and asks again when a key is not among them.
class Provider {
 public:
  Provider(Settings settings, const Clock& clock);
  ~Provider();
  [[nodiscard]] const Settings& settings() const { return settings_; }
  // Fails with network or timeout when the provider does not answer, invalid when it says what it must not.
  [[nodiscard]] Result<Started> start();
  [[nodiscard]] Result<Proven> finish(const std::string& code, const Started& started);
  // Where a browser ends the session at the provider too (RP-initiated logout); "" = it has no such place. Fails as start() does.
  [[nodiscard]] Result<std::string> farewell(const std::string& token);

 private:
  struct Addresses {
    std::string authorization, token, keys, end_session;
  };
  [[nodiscard]] Result<Addresses> addresses();
  [[nodiscard]] Result<std::string> keys(bool anew);
  [[nodiscard]] Result<std::string> ask(const std::string& url, const std::string* form);

  const Settings settings_;
  const Clock& clock_;
  std::mutex lock_;
  std::optional<Addresses> addresses_;
  std::string keys_;
  UtcTime asked_{}, keys_asked_{};
};

}  // namespace sogoc::oidc
