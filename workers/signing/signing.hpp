#pragma once

// Making signatures: hash in, CMS out. Keys stay behind SigningKey.
//
// Every digest is SHA-256: the copy's ByteRange digest is (an approval names it), and CMS wants the
// same hash for the signed attributes. A P-384 key signs it too.

#include <atomic>
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
#include "workers/signing/secret.hpp"
#include "workers/trust/trust.hpp"

namespace sogoc {

enum class SignatureScheme : std::uint8_t { ecdsa_sha256, rsa_pss_sha256, rsa_pkcs1_sha256 };

// Port: a private key that never leaves its place.
// Thread: belongs to one thread at a time.
class SigningKey {
 public:
  virtual ~SigningKey() = default;
  [[nodiscard]] virtual const DerBytes& certificate() const = 0;
  // Other certificates that lie beside the key; helpers, may be empty.
  [[nodiscard]] virtual const std::vector<DerBytes>& chain() const = 0;
  [[nodiscard]] virtual SignatureScheme scheme() const = 0;
  // Signs a SHA-256 digest. ECDSA results are DER.
  // Fails with unavailable + after_operator (token unplugged), no_permission (rights of the key).
  [[nodiscard]] virtual Result<std::vector<std::uint8_t>> sign_digest(
      std::span<const std::uint8_t> digest) = 0;
};

struct Pkcs11Settings {
  std::filesystem::path module;  // the maker's library, libsofthsm2.so
  std::string token_label;       // "" when the slot says which
  std::optional<unsigned long> slot;
  std::string key_label;
  bool prefer_pss = false;  // for RSA keys
};
// Logs in once with this PIN and keeps the session open. Never tries a PIN twice, nor when the
// token says that one more wrong PIN locks it. Fails with no_permission (PIN wrong, locked),
// unavailable + after_operator (module or token not there), not_found (no such key or certificate),
// conflict (several), unsupported_input (kind of key).
[[nodiscard]] Result<std::unique_ptr<SigningKey>> open_pkcs11_key(const Pkcs11Settings& settings,
                                                                  const Secret& pin);
// For trials: a key in a file. Fails with no_permission (wrong password), not_found, invalid_input,
// unsupported_input.
[[nodiscard]] Result<std::unique_ptr<SigningKey>> open_pkcs12_key(const std::filesystem::path& file,
                                                                  const Secret& password,
                                                                  bool prefer_pss);

// Port: a remote service that takes a hash and gives a whole CMS (SmartCA, MySign, ...). What comes
// back is checked by make_cms_remotely before anyone uses it.
class RemoteSigner {
 public:
  virtual ~RemoteSigner() = default;
  [[nodiscard]] virtual Result<std::vector<std::uint8_t>> sign_hash(
      const Sha256& byte_range_digest) = 0;
};

// Port to the network: RFC 3161, OCSP, CRL over HTTP; only hosts that the trust store allows.
// Fails with network or timeout + same_step when nobody answers (try later), network +
// after_operator when the request is refused or the answer is none, no_permission for other hosts.
// Thread: belongs to one thread at a time.
class ValidationClient {
 public:
  virtual ~ValidationClient() = default;
  // An RFC 3161 token (CMS) for this imprint; its signer is not judged here.
  [[nodiscard]] virtual Result<std::vector<std::uint8_t>> timestamp(
      std::span<const std::uint8_t> sha256_imprint) = 0;
  // Evidence for every link of the chain (signer first) but the root: OCSP first, CRL if that
  // fails. A certificate that names neither has none: judge_certificate then says unknown.
  [[nodiscard]] virtual Result<RevocationEvidence> evidence_for(
      std::span<const DerBytes> chain) = 0;
};
struct ValidationClientSettings {
  std::string tsa_url;                        // "" = no timestamps
  std::chrono::milliseconds timeout{10'000};  // of one try
  int tries = 3;                              // with pauses between them
  // Evidence is asked anew when it is older, or near its nextUpdate. 0 = for each signature.
  std::chrono::milliseconds evidence_max_age{60'000};
  const std::atomic<bool>* stop = nullptr;  // set: whoever waits gives up at once; outlives the client
};
[[nodiscard]] std::unique_ptr<ValidationClient> make_validation_client(
    const ValidationClientSettings& settings, const TrustStore& store);

struct CmsRequest {
  Sha256 byte_range_digest;
  bool timestamp = false;  // B-T and up
};
struct MadeCms {
  std::vector<std::uint8_t> cms;  // DER, CAdES baseline, no signing-time attribute
  std::vector<DerBytes> chain;    // of the signer, with root
  RevocationEvidence evidence;  // of the signer's chain, and of the TSA's when there is a timestamp
  std::vector<DerBytes> tsa_chain;  // with root; empty without timestamp
};
// Refuses before any signature is made: invalid when the certificate is not good NOW, undecidable
// when nobody can say whether it was revoked (reason in words). `network` may be null only when no
// timestamp is asked and the store needs no evidence for the certificate.
[[nodiscard]] Result<MadeCms> make_cms(const CmsRequest& request, SigningKey& key,
                                       ValidationClient* network, const TrustStore& store,
                                       UtcTime now);
// The same by a remote service, for the certificate that was agreed with it. Fails with invalid
// when what comes back is not that certificate's CAdES signature over this digest.
[[nodiscard]] Result<MadeCms> make_cms_remotely(const CmsRequest& request, RemoteSigner& service,
                                                const DerBytes& certificate,
                                                std::span<const DerBytes> helpers,
                                                ValidationClient* network, const TrustStore& store,
                                                UtcTime now);

struct MadeTimestamp {
  std::vector<std::uint8_t> token;  // RFC 3161, DER
  UtcTime time{};
  std::vector<DerBytes> tsa_chain;  // with root
  RevocationEvidence evidence;      // of that chain
};
// A timestamp whose authority was judged: for DocTimeStamps (imprint = ByteRange digest) and log
// heads.
[[nodiscard]] Result<MadeTimestamp> make_timestamp(const Sha256& imprint, ValidationClient& network,
                                                   const TrustStore& store, UtcTime now);

}  // namespace sogoc
