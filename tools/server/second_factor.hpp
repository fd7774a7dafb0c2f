#pragma once

// One-time codes for signing in (RFC 6238: 30 s, six digits). Apart from the codes that approve copies, whose secrets only
// the signer process has. Any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc::server {

struct NewFactor {
  std::vector<std::uint8_t> secret;
  std::string text;     // base32, to type into an authenticator
  std::string address;  // otpauth://..., as a QR code
};
[[nodiscard]] NewFactor new_factor(const std::string& account);

// The step of this code, one before or after the present one at most. Compared in constant time.
[[nodiscard]] std::optional<std::int64_t> step_of_code(const std::vector<std::uint8_t>& secret, std::string_view code, UtcTime now);

}  // namespace sogoc::server
