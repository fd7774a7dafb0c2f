#pragma once

// The keys that an office publishes for its QR codes and its log: P-256, not in any certificate. A
// key that comes with what it signed proves nothing; these come from the office by another way.

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "pipeline/copies/qr_payload.hpp"
#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

struct PublishedKey {
  Octets public_key;  // SubjectPublicKeyInfo, DER
  Sha256 id;          // key_id_of(public_key)
};

// A file, or every *.pem and *.der file of a folder (an absent one holds no keys): PEM "PUBLIC KEY"
// or DER. Fails with invalid_input for anything that is no P-256 key, not_found for an absent file.
[[nodiscard]] Result<std::vector<PublishedKey>> load_published_keys(
    const std::filesystem::path& place);

}  // namespace sogoc
