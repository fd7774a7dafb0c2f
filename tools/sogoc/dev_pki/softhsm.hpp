#pragma once

// Puts a key and its certificate into a SoftHSM2 token, over PKCS#11 itself.

#include <filesystem>
#include <string>

#include "pipeline/core/result.hpp"
#include "tools/sogoc/dev_pki/authority.hpp"

namespace sogoc::dev_pki {

struct SoftToken {
  std::filesystem::path module;  // libsofthsm2.so
  std::filesystem::path config;  // softhsm2.conf, names the folder of the tokens
  std::string token_label, key_label;
  std::string pin, so_pin;
};

// The module named, or the one of Debian's package. Fails with missing_model, which says what to install.
[[nodiscard]] Result<std::filesystem::path> find_softhsm(const std::string& named);

// Makes the token when there is none of that label, and replaces what it holds under the key's label.
// Sets SOFTHSM2_CONF in this process. Fails with unavailable, in the words of PKCS#11.
// Thread: one at a time; PKCS#11 modules keep their state in the process.
[[nodiscard]] Done store_in_token(const SoftToken& token, const Credential& credential);

}  // namespace sogoc::dev_pki
