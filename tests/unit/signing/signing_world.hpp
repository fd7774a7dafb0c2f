#pragma once

// A small world to sign in: authorities whose certificates name a server on loopback, which gives
// timestamps (by OpenSSL's own implementation), OCSP responses and CRLs, or fails as told.

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/loopback_server.hpp"
#include "tests/support/test_pki.hpp"
#include "workers/signing/signing.hpp"

namespace sogoc::test {

class World {
 public:
  explicit World(KeyKind leaf_keys = KeyKind::ec_p256);

  UtcTime now;
  // Told before the question is asked: they are read by the server's thread.
  std::optional<HttpAnswer> tsa_says, ocsp_says, crl_says;
  std::map<DerBytes, OcspWish::Status> status;  // of leaves; good when not said
  bool crl_revokes_body = false;
  std::optional<Credential> tsa_signer;  // instead of `tsa`
  bool tsa_forgets_nonce = false, tsa_stamps_something_else = false;

  LoopbackServer server;
  Credential root, ca, body, certifier, tsa, responder;

  // Of the issuing CA, with the server's addresses.
  [[nodiscard]] Credential leaf(CertificateWish wish, KeyKind kind = KeyKind::ec_p256) const;
  [[nodiscard]] TrustStore store() const;
  [[nodiscard]] ValidationClientSettings settings() const;
  [[nodiscard]] std::unique_ptr<ValidationClient> network() const;

 private:
  HttpAnswer answer(const HttpQuestion& question);
  HttpAnswer stamp(const std::string& request);
  HttpAnswer ocsp_answer(const std::string& request);
};

// A key of a credential in memory that counts how often it signed.
class MemoryKey final : public SigningKey {
 public:
  MemoryKey(const Credential& credential, SignatureScheme scheme)
      : credential_(credential), scheme_(scheme) {}
  const DerBytes& certificate() const override { return credential_.certificate; }
  const std::vector<DerBytes>& chain() const override { return credential_.chain; }
  SignatureScheme scheme() const override { return scheme_; }
  Result<std::vector<std::uint8_t>> sign_digest(std::span<const std::uint8_t> digest) override;
  int signatures = 0;

 private:
  Credential credential_;
  SignatureScheme scheme_;
};

[[nodiscard]] std::string as_text(const std::vector<std::uint8_t>& bytes);

}  // namespace sogoc::test
