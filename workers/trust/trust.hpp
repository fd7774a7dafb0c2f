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
#include <string_view>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

using DerBytes = std::vector<std::uint8_t>;  // one DER object, nothing after it

enum class AnchorKind : std::uint8_t { national, government, foreign, trial };
[[nodiscard]] std::string_view name(AnchorKind kind);

struct TrustAnchor {
  DerBytes certificate{};
  AnchorKind kind = AnchorKind::national;
  std::string label{};     // for people
  UtcTime trusted_from{}, trusted_to = UtcTime::max();
};

// Roots, and intermediates that help to build chains but are not believed by themselves. Ships
// empty; `import` adds. Hosts for OCSP, CRL and TSA are allowed only when a CA of the store (or the
// configuration file of the store) names them.
class TrustStore {
 public:
  // The folder is described in README.md; an absent folder is an empty store. Fails with invalid_input
  // (a file that is no certificate, digest or name not as listed), no_permission, or conflict when
  // it holds a certificate with the dev-pki OID and `trial_archive` is false.
  [[nodiscard]] static Result<TrustStore> load(const std::filesystem::path& folder, bool trial_archive);
  // In memory, for callers that have their certificates already (tests, --trust FILE). Drops, with
  // nothing said, what load() would refuse: trial certificates unless `trial_archive`.
  [[nodiscard]] static TrustStore of(std::vector<TrustAnchor> anchors, std::vector<DerBytes> intermediates,
                                     std::vector<std::string> hosts, bool trial_archive);
  [[nodiscard]] bool trial() const { return trial_; }  // of a trial archive: believes dev-pki
  [[nodiscard]] const std::vector<TrustAnchor>& anchors() const { return anchors_; }
  [[nodiscard]] const std::vector<DerBytes>& intermediates() const { return intermediates_; }
  [[nodiscard]] const std::vector<std::string>& hosts() const { return hosts_; }

 private:
  std::vector<TrustAnchor> anchors_;
  std::vector<DerBytes> intermediates_;
  std::vector<std::string> hosts_;
  bool trial_ = false;
};

// Marks certificates of `sogoc dev-pki`: believed only by archives made with --trial.
inline constexpr const char* kTrialOid = "2.25.252137264904416316498829243352846";

[[nodiscard]] bool carries_trial_mark(const DerBytes& certificate);

// What an import did with each certificate of a file.
struct ImportedCertificate {
  std::string subject, sha256_hex;
  bool anchor = false;    // believed; else it only helps to build chains
  bool known = false;     // was there already: nothing changed
  bool expired = false;   // taken, but only good for the past: say so
};
// Takes the CA certificates of a PEM or DER file (several in one file are fine) into the store at
// `folder`. Self-signed ones become anchors of that kind, others intermediates, unless the file
// holds one certificate only: what a person names alone is meant as an anchor. Importing again
// changes nothing. All or nothing: fails with invalid_input (no certificate, not a CA), conflict
// (trial certificate and archive do not match; known under another kind), no_permission, no_space.
[[nodiscard]] Result<std::vector<ImportedCertificate>> import_certificates(
    const std::filesystem::path& folder, const std::filesystem::path& file, AnchorKind kind,
    bool trial_archive, UtcTime now);
[[nodiscard]] std::optional<AnchorKind> anchor_kind_named(std::string_view text);

struct RevocationEvidence {
  std::vector<DerBytes> ocsp{};   // OCSPResponse
  std::vector<DerBytes> crls{};   // CertificateList
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

// Was this certificate good for that use at that time, by what is known? Evidence counts when it was
// fresh at `at` (thisUpdate <= at <= nextUpdate) or made later (revocation dates are compared with
// `at`), but not when it was made after the certificate expired: a CA may have forgotten it then.
// Every link below the anchor needs evidence, or the status is unknown.
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
// "http://Ocsp.example.vn:8080/x" -> "ocsp.example.vn:8080"; "" when it is no such address or hides a
// user name. What TrustStore::hosts() holds and an address is compared by.
[[nodiscard]] std::string host_of(const std::string& address);

// A CMS SignedData over detached content whose digests are already known. Also reads
// adbe.pkcs7.sha1, whose content is the SHA-1 of the byte range (always weak). Zero bytes after the
// DER are the rest of a hole; anything else after it is refused.
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
  std::vector<DerBytes> certificates;   // all in the CMS, the signer's too
  std::vector<std::uint8_t> signature;  // the value; a signature timestamp stamps its digest
  RevocationEvidence embedded;          // of adbe-revocationInfoArchival and SignedData.crls
  std::optional<DerBytes> timestamp_token;  // signature timestamp (unsigned attribute)
};
// `digest_of(algorithm)` gives the digest of the detached content under that algorithm's OpenSSL name
// ("SHA256", "SHA1"), nothing when the caller does not know it.
using DigestOf = std::function<std::optional<std::vector<std::uint8_t>>(const std::string& algorithm)>;
// Fails with invalid_input: no SignedData, not exactly one signer, the signer's certificate is not
// inside, a digest algorithm nobody knows; limit_exceeded: more than kMostCmsBytes.
inline constexpr std::size_t kMostCmsBytes = 32u << 20;
[[nodiscard]] Result<CmsFacts> read_cms(std::span<const std::uint8_t> cms, const DigestOf& digest_of);

struct TimestampFacts {
  bool signature_valid = false;         // with the attributes that RFC 3161 asks for
  bool imprint_matches = false, weak = false;
  UtcTime time{};
  std::string policy, serial_hex;
  std::string digest_algorithm;         // of the imprint, "SHA-256"
  DerBytes signer;
  std::vector<DerBytes> certificates;
};
// `imprint_of(algorithm)`: digest that must have been stamped (of the signature value, or of the byte range).
// The token is the CMS, not the TSA's whole response. Fails as read_cms does.
[[nodiscard]] Result<TimestampFacts> read_timestamp(std::span<const std::uint8_t> token, const DigestOf& imprint_of);

}  // namespace sogoc
