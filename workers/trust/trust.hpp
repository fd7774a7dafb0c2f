#pragma once

// Certificates and what may be believed about them: one place for the signer (before it signs)
// and the verifier (afterwards). No network here: evidence (OCSP responses, CRLs) is handed in.
//
// Thread: TrustStore is immutable after loading and safe to share.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

using DerBytes = std::vector<std::uint8_t>;  // one DER object, nothing after it

enum class AnchorKind : std::uint8_t { national, government, foreign, trial };
[[nodiscard]] std::string_view name(AnchorKind kind);

struct TrustAnchor {
  DerBytes certificate;
  AnchorKind kind = AnchorKind::national;
  std::string label;     // for people
  UtcTime trusted_from{}, trusted_to = UtcTime::max();
};

// Roots, and intermediates that help to build chains but are not believed by themselves. Ships
// empty; `import` adds. Hosts for OCSP, CRL and TSA are allowed only when a CA of the store (or the
// configuration file of the store) names them.
class TrustStore {
 public:
  // A folder with anchors/*.der|*.pem + anchors.toml, intermediates/, hosts.toml. An absent folder is an empty store.
  // A trial anchor (certificate carrying the dev-pki OID) is refused unless `trial_archive`.
  [[nodiscard]] static Result<TrustStore> load(const std::filesystem::path& folder, bool trial_archive);
  [[nodiscard]] const std::vector<TrustAnchor>& anchors() const { return anchors_; }
  [[nodiscard]] const std::vector<DerBytes>& intermediates() const { return intermediates_; }
  [[nodiscard]] const std::vector<std::string>& hosts() const { return hosts_; }

 private:
  std::vector<TrustAnchor> anchors_;
  std::vector<DerBytes> intermediates_;
  std::vector<std::string> hosts_;
};

// Marks certificates of `sogoc dev-pki`: believed only by archives made with --trial.
inline constexpr const char* kTrialOid = "2.25.252137264904416316498829243352846";

struct RevocationEvidence {
  std::vector<DerBytes> ocsp;   // OCSPResponse
  std::vector<DerBytes> crls;   // CertificateList
};

enum class CertificateUse : std::uint8_t { document_signing, timestamping, ocsp_signing };

enum class CertificateStatus : std::uint8_t {
  good,
  revoked,          // at that time
  unknown,          // no fresh evidence
  not_yet_valid,
  expired,
  wrong_usage,
  weak_algorithm,   // SHA-1, MD5, RSA < 2048, EC < 256
  bad_chain,        // a signature in the chain does not verify
  untrusted_root,   // complete, but its root is not in the store
  incomplete_chain,
};
[[nodiscard]] std::string_view name(CertificateStatus status);

struct CertificateFacts {
  std::string subject, issuer;          // RFC 4514
  std::string common_name, organization;
  std::string serial_hex;
  UtcTime not_before, not_after;
  std::string key;                      // "EC P-256", "RSA 3072"
};

struct CertificateVerdict {
  CertificateStatus status = CertificateStatus::incomplete_chain;
  std::string reason;                   // one clause in English, for logs and translation by key
  std::vector<DerBytes> chain;          // signer first, root last, as far as it could be built
  std::optional<AnchorKind> anchor;
  std::optional<UtcTime> revoked_at;
  RevocationEvidence used;              // what decided each link
};

// Was this certificate good for that use at that time, by what is known? `now` decides whether
// evidence produced after `at` may count (it may: revocation dates are compared with `at`).
[[nodiscard]] CertificateVerdict judge_certificate(const DerBytes& certificate,
                                                   std::span<const DerBytes> helpers, CertificateUse use,
                                                   UtcTime at, const RevocationEvidence& evidence,
                                                   const TrustStore& store);

[[nodiscard]] Result<CertificateFacts> facts_of(const DerBytes& certificate);
// Addresses in the certificate; the caller must still ask whether their hosts are allowed.
struct CertificateAddresses {
  std::vector<std::string> ocsp, crl, ca_issuers;
};
[[nodiscard]] CertificateAddresses addresses_of(const DerBytes& certificate);

// A CMS SignedData over detached content whose digests are already known.
struct CmsFacts {
  bool signature_valid = false;         // the signer's signature over the signed attributes
  bool digest_matches = false;          // messageDigest equals the given digest
  std::string digest_algorithm;         // "SHA-256", "SHA-1"
  std::string signature_algorithm;      // "ECDSA", "RSA-PSS", "RSA-PKCS1"
  bool weak = false;                    // SHA-1/MD5 or a short key
  bool signing_certificate_v2_ok = false;  // ESS attribute names the signer's certificate
  bool has_signing_time_attribute = false;
  std::optional<UtcTime> claimed_time;
  DerBytes signer;                      // certificate
  std::vector<DerBytes> certificates;
  RevocationEvidence embedded;          // adbe-revocationInfoArchival, if any
  std::optional<DerBytes> timestamp_token;  // signature timestamp (unsigned attribute)
  std::vector<std::uint8_t> signature;  // the signature value itself: what a signature timestamp stamps
};
// `digest_of(algorithm)` gives the digest of the detached content under that algorithm's OpenSSL name.
using DigestOf = std::function<std::optional<std::vector<std::uint8_t>>(const std::string& algorithm)>;
[[nodiscard]] Result<CmsFacts> read_cms(std::span<const std::uint8_t> cms, const DigestOf& digest_of);

struct TimestampFacts {
  bool signature_valid = false, imprint_matches = false, weak = false;
  UtcTime time;
  std::string policy, serial_hex;
  DerBytes signer;
  std::vector<DerBytes> certificates;
};
// `imprint_of(algorithm)`: digest that must have been stamped (of the signature value, or of the byte range).
[[nodiscard]] Result<TimestampFacts> read_timestamp(std::span<const std::uint8_t> token, const DigestOf& imprint_of);

}  // namespace sogoc
