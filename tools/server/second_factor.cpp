#include "tools/server/second_factor.hpp"

#include <sodium.h>

#include <fmt/format.h>

#include "tools/server/passwords.hpp"
#include "tools/signer/approval.hpp"

namespace sogoc::server {
namespace {

constexpr std::int64_t kStepSeconds = 30;
constexpr std::size_t kSecretBytes = 20;  // as long as SHA-1's state: all authenticators take it

std::string base32(const std::vector<std::uint8_t>& bytes) {
  constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  std::uint32_t held = 0;
  int bits = 0;
  for (const std::uint8_t byte : bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += kLetters[(held >> (bits - 5)) & 31];
  }
  return text;  // 20 bytes are 32 letters: nothing is left over
}

}  // namespace

NewFactor new_factor(const std::string& account) {
  NewFactor factor;
  factor.secret.resize(kSecretBytes);
  if (sodium_init() < 0) std::abort();
  randombytes_buf(factor.secret.data(), factor.secret.size());
  factor.text = base32(factor.secret);
  factor.address = fmt::format("otpauth://totp/S%E1%BB%95%20G%E1%BB%91c:{}?secret={}&issuer=S%E1%BB%95%20G%E1%BB%91c", account, factor.text);
  return factor;
}

std::optional<std::int64_t> step_of_code(const std::vector<std::uint8_t>& secret, std::string_view code, UtcTime now) {
  const std::int64_t present = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count() / kStepSeconds;
  std::optional<std::int64_t> found;
  for (const std::int64_t step : {present - 1, present, present + 1}) {
    const auto right = totp_code(secret, UtcTime(std::chrono::seconds(step * kStepSeconds)));
    if (right && same_secret(*right, code)) found = step;
  }
  return found;
}

}  // namespace sogoc::server
