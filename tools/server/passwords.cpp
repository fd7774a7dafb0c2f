#include "tools/server/passwords.hpp"

#include <array>
#include <cstdlib>
#include <cstring>

#include <sodium.h>

namespace sogoc::server {
namespace {

constexpr unsigned long long kPasses = 3;
constexpr std::size_t kMemory = 64u << 20;

void ready() {
  if (sodium_init() < 0) std::abort();  // the system has no source of randomness
}

Sha256 digest(std::string_view text) { return sha256_of(std::as_bytes(std::span(text))); }

}  // namespace

Result<std::string> hash_password(std::string_view password) {
  ready();
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), kPasses, kMemory, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return fail(ErrorCode::out_of_memory, Retry::same_step, "password", "there is not enough memory to keep it safely; try again in a moment");
  return std::string(hash.data());
}

bool password_fits(const std::string& hash, std::string_view password) {
  ready();
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

const std::string& hash_of_nobody() {
  static const std::string hash = hash_password(new_token()).value_or("");
  return hash;
}

std::string new_token() {
  ready();
  std::array<unsigned char, 32> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::array<char, 64> text{};
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text.data();
}

Sha256 digest_of_token(std::string_view token) { return digest(token); }

std::string csrf_of_token(std::string_view token) { return to_hex(digest("csrf:" + std::string(token))); }

bool same_secret(std::string_view a, std::string_view b) { return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0; }

}  // namespace sogoc::server
