#pragma once

#include <cstdint>
#include <span>

#include "pipeline/core/result.hpp"

namespace sogoc {

// ECDSA on P-256 with SHA-256: the signatures of log heads and QR payloads. Checking only; making
// one is the signer's. `public_key` is a DER SubjectPublicKeyInfo; fails with invalid_input when it
// is no P-256 key. A signature that is malformed does not hold.
[[nodiscard]] Result<bool> p256_signature_holds(std::span<const std::uint8_t> public_key,
                                                std::span<const std::uint8_t> message,
                                                std::span<const std::uint8_t> der_signature);
// The same for r || s, 32 bytes each.
[[nodiscard]] Result<bool> p256_raw_signature_holds(std::span<const std::uint8_t> public_key,
                                                    std::span<const std::uint8_t> message,
                                                    std::span<const std::uint8_t> raw_signature);

}  // namespace sogoc
