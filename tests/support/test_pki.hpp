#pragma once

// A PKI in memory for tests: authorities, certificates with any fault, OCSP responses, CRLs, CMS
// signatures and timestamp tokens. Nothing here touches disk or network. Bugs throw.
//
//   const test::Pki pki = test::make_pki(now);
//   const auto cms = test::made_cms(pki.body, {.message_digest = digest_of_byte_range});
//   judge_certificate(pki.body.certificate, pki.body.chain, CertificateUse::document_signing, now,
//                     test::evidence(pki, now), test::store(pki));

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tools/sogoc/dev_pki/authority.hpp"
#include "workers/trust/trust.hpp"

namespace sogoc::test {

using dev_pki::CertificateWish;
using dev_pki::Credential;
using dev_pki::CrlWish;
using dev_pki::KeyKind;
using dev_pki::OcspWish;

// "2026-11-25T08:30:00Z"
[[nodiscard]] UtcTime utc(const std::string& iso);

struct Pki {
  UtcTime now{};
  Credential root, ca;          // root -> issuing CA -> all below
  Credential body, certifier;   // document signing, P-256
  Credential tsa, responder;    // delegated OCSP responder with ocsp-nocheck
};
// Authorities from ten years before to ten years after `now`; leaves one year each way.
[[nodiscard]] Pki make_pki(UtcTime now, KeyKind leaf_keys = KeyKind::ec_p256);

// A certificate of the issuing CA with a fault: start from dev_pki::signer_wish(...) and change it.
[[nodiscard]] Credential issued(const Credential& issuer, const CertificateWish& wish,
                                KeyKind kind = KeyKind::ec_p256);
[[nodiscard]] Credential self_signed(const CertificateWish& wish, KeyKind kind = KeyKind::ec_p256);

[[nodiscard]] DerBytes ocsp(const DerBytes& certificate, const DerBytes& issuer,
                            const Credential& responder, const OcspWish& wish);
[[nodiscard]] DerBytes crl(const Credential& issuer, const CrlWish& wish);

// Says "good" of every certificate below the root, made at `time`, for one day: OCSP by the
// responder for the leaves, a CRL by the root for the issuing CA.
[[nodiscard]] RevocationEvidence evidence(const Pki& pki, UtcTime time);
// The same for a certificate that is not in `pki`; of the issuing CA.
[[nodiscard]] RevocationEvidence evidence_for(const Pki& pki, const DerBytes& certificate, UtcTime time);
// Trusts the root of `pki` as a trial anchor, in a trial archive.
[[nodiscard]] TrustStore store(const Pki& pki);

struct CmsWish {
  std::vector<std::uint8_t> message_digest{};   // of the detached content
  std::string digest = "SHA256";              // SHA1, SHA256, SHA384, SHA512
  bool pss = false;                           // for RSA keys
  bool signed_attributes = true;
  bool ess_certificate_v2 = true;             // CAdES signing-certificate-v2
  std::optional<DerBytes> ess_certificate{};    // names another certificate than the signer's
  std::string content_type_attribute = "1.2.840.113549.1.7.1";
  std::optional<UtcTime> signing_time{};        // PAdES has none
  std::optional<std::vector<std::uint8_t>> content{};  // inside the CMS (adbe.pkcs7.sha1, TSTInfo)
  std::string content_type = "1.2.840.113549.1.7.1";
  bool certificates = true;                   // signer's and its chain
  std::vector<DerBytes> more_certificates{};
  std::optional<RevocationEvidence> adbe_revocation{};  // adbe-revocationInfoArchival
  // Gets the signature value, gives the timestamp token for the unsigned attribute.
  std::function<DerBytes(const std::vector<std::uint8_t>& signature)> timestamp{};
  bool wrong_signature = false;
  int signers = 1;                            // 0, or the same signer several times
};
[[nodiscard]] DerBytes made_cms(const Credential& signer, const CmsWish& wish);

struct StampWish {
  std::vector<std::uint8_t> imprint{};
  std::string imprint_digest = "SHA256";
  UtcTime time{};
  std::uint64_t serial = 1;
  std::string policy = "2.25.1";
  CmsWish cms{};  // faults of the token's own CMS; digest and content are filled in
};
[[nodiscard]] DerBytes made_stamp(const Credential& tsa, const StampWish& wish);
// For CmsWish::timestamp: stamps the SHA-256 of the signature value.
[[nodiscard]] std::function<DerBytes(const std::vector<std::uint8_t>&)> stamped_by(
    const Credential& tsa, UtcTime time);

[[nodiscard]] std::vector<std::uint8_t> digest(const std::vector<std::uint8_t>& bytes,
                                               const std::string& algorithm = "SHA256");
// A DigestOf over content that the test holds.
[[nodiscard]] DigestOf digests_of(std::vector<std::uint8_t> content);

}  // namespace sogoc::test
