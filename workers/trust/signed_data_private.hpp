#pragma once

// One parsed CMS SignedData with exactly one signer: what signatures and timestamp tokens share.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "workers/trust/openssl_boundary.hpp"

namespace sogoc::openssl {

struct SignedData {
  CmsPtr cms;
  CertificatesPtr certificates;
  CMS_SignerInfo* signer = nullptr;       // of cms
  X509* signer_certificate = nullptr;     // of certificates
  const X509_ALGOR* digest_algorithm = nullptr;
  const X509_ALGOR* signature_algorithm = nullptr;
  std::string digest;                     // OpenSSL's name: "SHA256"
  std::optional<std::vector<std::uint8_t>> content;  // when it is inside

  [[nodiscard]] bool has_signed_attributes() const;
  // The value of a signed attribute that stands there once, with one value of that ASN.1 type.
  [[nodiscard]] const ASN1_STRING* signed_octets(const char* oid) const;
  [[nodiscard]] std::string content_type_attribute() const;  // dotted, "" when not there once
  [[nodiscard]] std::vector<std::uint8_t> signature() const;
  [[nodiscard]] bool names_its_certificate(bool v1_too) const;  // ESS signing-certificate(-v2)
  [[nodiscard]] bool weak() const;  // digest, signature algorithm or key
  // Over the signed attributes, or over the content's digest where there are none.
  [[nodiscard]] bool signature_verifies(const std::vector<std::uint8_t>& content_digest) const;
};

// `subject` names the thing in errors: "signature", "timestamp".
[[nodiscard]] Result<SignedData> parse_signed_data(std::span<const std::uint8_t> bytes,
                                                   const char* subject, const char* content_type);
[[nodiscard]] std::vector<DerBytes> ders_of(const STACK_OF(X509) * certificates);
// "SHA256" -> "SHA-256"
[[nodiscard]] std::string digest_for_people(const std::string& name);

}  // namespace sogoc::openssl
