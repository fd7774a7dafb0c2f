#pragma once

// Making signatures: hash in, CMS out. Keys stay behind SigningKey.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"
#include "workers/trust/trust.hpp"

namespace sogoc {

enum class SignatureScheme : std::uint8_t { ecdsa_sha256, ecdsa_sha384, rsa_pss_sha256, rsa_pkcs1_sha256 };

// Port: a private key that never leaves its place.
// Thread: belongs to one thread at a time.
class SigningKey {
 public:
  virtual ~SigningKey() = default;
  [[nodiscard]] virtual const DerBytes& certificate() const = 0;
  [[nodiscard]] virtual const std::vector<DerBytes>& chain() const = 0;  // helpers, without the root's need
  [[nodiscard]] virtual SignatureScheme scheme() const = 0;
  // Signs the digest (of the scheme's hash) of DER SET signed attributes. ECDSA results are DER.
  // Fails with unavailable + after_operator (token unplugged), no_permission (wrong PIN), ...
  [[nodiscard]] virtual Result<std::vector<std::uint8_t>> sign_digest(std::span<const std::uint8_t> digest) = 0;
};

// A PIN or password: wiped from memory when it goes, never printed.
class Secret;
[[nodiscard]] Result<std::unique_ptr<Secret>> secret_from_file(const std::filesystem::path& file);  // refuses group/other readable
[[nodiscard]] Result<std::unique_ptr<Secret>> secret_from_prompt(const std::string& prompt);        // terminal without echo

struct Pkcs11Settings {
  std::filesystem::path module;
  std::string token_label;          // or slot
  std::optional<unsigned long> slot;
  std::string key_label;
  bool prefer_pss = false;
};
[[nodiscard]] Result<std::unique_ptr<SigningKey>> open_pkcs11_key(const Pkcs11Settings& settings, const Secret& pin);
[[nodiscard]] Result<std::unique_ptr<SigningKey>> open_pkcs12_key(const std::filesystem::path& file, const Secret& password,
                                                                  bool prefer_pss);

// Port: a remote service that takes a hash and gives a whole CMS (SmartCA, MySign, ...). What comes
// back is checked with read_cms before anyone uses it.
class RemoteSigner {
 public:
  virtual ~RemoteSigner() = default;
  [[nodiscard]] virtual Result<std::vector<std::uint8_t>> sign_hash(const Sha256& byte_range_digest) = 0;
};

// Network: RFC 3161, OCSP, CRL over HTTP; only hosts that the trust store allows.
class ValidationClient {
 public:
  virtual ~ValidationClient() = default;
  [[nodiscard]] virtual Result<std::vector<std::uint8_t>> timestamp(std::span<const std::uint8_t> sha256_imprint) = 0;  // token (CMS)
  // Evidence for every link of the chain but the root; OCSP first, CRL if that fails.
  [[nodiscard]] virtual Result<RevocationEvidence> evidence_for(std::span<const DerBytes> chain) = 0;
};
struct ValidationClientSettings {
  std::string tsa_url;
  std::chrono::milliseconds timeout{10'000};
  int tries = 3;
};
[[nodiscard]] std::unique_ptr<ValidationClient> make_validation_client(const ValidationClientSettings& settings,
                                                                       const TrustStore& store);

struct CmsRequest {
  Sha256 byte_range_digest;
  bool timestamp = false;           // B-T and up
};
struct MadeCms {
  std::vector<std::uint8_t> cms;    // DER, CAdES baseline, no signing-time attribute
  std::vector<DerBytes> chain;      // with root
  RevocationEvidence evidence;      // of signer and TSA chains, when asked
  std::vector<DerBytes> tsa_chain;
};
// Refuses with invalid when the certificate is not good NOW (reason in words), before any signature is made.
[[nodiscard]] Result<MadeCms> make_cms(const CmsRequest& request, SigningKey& key, ValidationClient* network,
                                       const TrustStore& store, UtcTime now);

}  // namespace sogoc
