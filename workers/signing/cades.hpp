#pragma once

// The CMS of a CAdES baseline signature, written out: signed attributes are content-type,
// message-digest and signing-certificate-v2, never signing-time. Private to this folder.

#include <span>
#include <vector>

#include "pipeline/core/digest.hpp"
#include "workers/signing/der.hpp"
#include "workers/signing/signing.hpp"

namespace sogoc::cades {

// DER of the SET OF attributes: what is hashed and signed.
[[nodiscard]] der::Bytes signed_attributes(const Sha256& content_digest,
                                           const DerBytes& certificate);

struct Parts {
  SignatureScheme scheme;
  const DerBytes& certificate;
  std::span<const DerBytes> others;  // further certificates to carry
  std::span<const std::uint8_t> signed_attributes;
  std::span<const std::uint8_t> signature;
  std::span<const std::uint8_t> timestamp_token;  // empty = none
};
// Fails with invalid_input when the certificate cannot be read.
[[nodiscard]] Result<der::Bytes> signed_data(const Parts& parts);

// A CMS from elsewhere with the token as its signer's unsigned attribute. Fails with invalid_input.
[[nodiscard]] Result<der::Bytes> with_timestamp(std::span<const std::uint8_t> cms,
                                                std::span<const std::uint8_t> token);

// Is this the signature of the certificate's key over the digest, in that scheme?
[[nodiscard]] bool verifies(const DerBytes& certificate, SignatureScheme scheme,
                            std::span<const std::uint8_t> digest,
                            std::span<const std::uint8_t> signature);

// The scheme a certificate's key signs with. Fails with unsupported_input: other keys than RSA from
// 2048 bits, P-256 and P-384.
[[nodiscard]] Result<SignatureScheme> scheme_for(const DerBytes& certificate, bool prefer_pss);

}  // namespace sogoc::cades
