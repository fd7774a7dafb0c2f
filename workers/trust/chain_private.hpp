#pragma once

// From a certificate upwards: every step is a signature that verifies, so a certificate with a
// borrowed name cannot lead the search astray.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "workers/trust/openssl_boundary.hpp"

namespace sogoc::openssl {

// A certificate that may stand in a chain. `anchor`: index into TrustStore::anchors().
struct KnownCertificate {
  CertificatePtr parsed;
  DerBytes der;
  std::optional<std::size_t> anchor;
};

enum class ChainEnd : std::uint8_t {
  anchored,
  self_signed,    // complete, but its root is not believed
  bad_signature,  // the named issuer is known, its key did not make the signature
  no_issuer,
};

struct Chain {
  ChainEnd end = ChainEnd::no_issuer;
  std::vector<const KnownCertificate*> path;  // signer first; borrowed
};

// All anchored chains (at most kMostChains), or the longest of the others alone.
inline constexpr std::size_t kMostChains = 4;
[[nodiscard]] std::vector<Chain> chains_from(const KnownCertificate& start,
                                             std::span<const KnownCertificate> known);

}  // namespace sogoc::openssl
