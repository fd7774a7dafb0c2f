#pragma once

// A throw-away certificate authority: keys, certificates, OCSP responses, CRLs and timestamps, with
// every fault a test may wish for. What `sogoc dev-pki` and the tests make; never a real CA.
//
// Errors: internal when OpenSSL refuses what was wished for.
// Thread: every function may be called from any thread; a key is not used by two at once.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/result.hpp"
#include "workers/trust/trust.hpp"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace sogoc::dev_pki {

using Key = std::shared_ptr<evp_pkey_st>;

enum class KeyKind : std::uint8_t { ec_p256, ec_p384, ec_p224, rsa_1024, rsa_2048, rsa_3072 };
[[nodiscard]] Result<Key> make_key(KeyKind kind);

// A certificate with its private key and the certificates between it and the root (root last).
struct Credential {
  Key key;
  DerBytes certificate;
  std::vector<DerBytes> chain;
};

// Extensions are written in OpenSSL's configuration words; an empty one is left out.
struct CertificateWish {
  std::string common_name{};
  std::string organization = "Sogoc dev-pki";
  UtcTime not_before{}, not_after{};
  std::string basic_constraints = "critical,CA:FALSE";
  std::string key_usage = "critical,digitalSignature,nonRepudiation";
  std::string extended_key_usage{};
  std::string alternative_names{}, name_constraints{};
  std::vector<std::string> ocsp{}, crl{}, ca_issuers{};  // addresses
  bool ocsp_no_check = false;
  bool trial = true;            // carries kTrialOid
  std::string digest = "SHA256";  // of the issuer's signature
};
[[nodiscard]] CertificateWish ca_wish(std::string common_name, UtcTime from, UtcTime to);
[[nodiscard]] CertificateWish signer_wish(std::string common_name, UtcTime from, UtcTime to);
[[nodiscard]] CertificateWish tsa_wish(std::string common_name, UtcTime from, UtcTime to);
[[nodiscard]] CertificateWish responder_wish(std::string common_name, UtcTime from, UtcTime to);

[[nodiscard]] Result<Credential> make_root(const CertificateWish& wish, KeyKind kind);
// A new key and its certificate; the chain is the issuer's certificate and chain.
[[nodiscard]] Result<Credential> issue(const Credential& issuer, const CertificateWish& wish,
                                       KeyKind kind);
[[nodiscard]] Result<DerBytes> certify(const Credential& issuer, const CertificateWish& wish,
                                       const Key& subject_key);

struct OcspWish {
  enum class Status : std::uint8_t { good, revoked, unknown };
  Status status = Status::good;
  UtcTime revoked_at{};
  int reason = -1;  // CRLReason, -1: none
  UtcTime this_update{};
  std::optional<UtcTime> next_update{};
  std::optional<UtcTime> produced_at{};  // this_update when not said
  std::vector<std::uint8_t> nonce{};     // DER of the extension's value as in the request
  std::string digest = "SHA256";       // of the response's signature
};
// `responder` may be the issuer itself. Its certificate goes along unless it is the issuer's.
[[nodiscard]] Result<DerBytes> make_ocsp(const DerBytes& certificate, const DerBytes& issuer,
                                         const Credential& responder, const OcspWish& wish);

struct RevokedEntry {
  DerBytes certificate{};
  UtcTime at{};
  int reason = -1;
  std::optional<UtcTime> invalid_since{};  // invalidityDate
};
struct CrlWish {
  UtcTime this_update{};
  std::optional<UtcTime> next_update{};
  std::int64_t number = 1;
  std::vector<RevokedEntry> revoked{};
  std::string issuing_point{};  // OpenSSL's words for issuingDistributionPoint
  std::string digest = "SHA256";
};
[[nodiscard]] Result<DerBytes> make_crl(const Credential& issuer, const CrlWish& wish);

// PEM and PKCS#12, for files.
[[nodiscard]] Result<std::string> certificate_pem(const DerBytes& certificate);
[[nodiscard]] Result<std::string> key_pem(const Key& key);  // PKCS#8, not encrypted
[[nodiscard]] Result<Key> key_from_pem(const std::string& pem);
[[nodiscard]] Result<DerBytes> make_pkcs12(const Credential& credential, const std::string& label,
                                           const std::string& password);

}  // namespace sogoc::dev_pki
