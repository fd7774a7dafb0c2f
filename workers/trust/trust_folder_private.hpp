#pragma once

// The files of a trust store, before any judgement about them.

#include <filesystem>
#include <string>
#include <vector>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "workers/trust/trust.hpp"

namespace sogoc::trust_folder {

struct Contents {
  std::vector<TrustAnchor> anchors;
  std::vector<DerBytes> intermediates;
  std::vector<std::string> hosts;
};
[[nodiscard]] Result<Contents> read(const std::filesystem::path& folder);
// All certificates of a PEM or DER file, as DER. Fails with invalid_input when there is none.
[[nodiscard]] Result<std::vector<DerBytes>> certificates_in(const std::filesystem::path& file);

}  // namespace sogoc::trust_folder
