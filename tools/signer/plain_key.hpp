#pragma once

// An ECDSA P-256 key in a file of the signer's home: for heads of the log and QR payloads, which are
// signed all day without a person and are worth nothing outside the log.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

// Owner:  owns the key; wiped by OpenSSL when it goes.
// Thread: belongs to one thread at a time.
class PlainKey {
 public:
  PlainKey();
  // Made with mode 0600 when it is absent. Fails with no_permission when others may read it.
  [[nodiscard]] static Result<PlainKey> load_or_make(const std::filesystem::path& file);
  PlainKey(PlainKey&&) noexcept;
  PlainKey& operator=(PlainKey&&) noexcept;
  ~PlainKey();

  // ECDSA over SHA-256 of the bytes: DER, or 64 bytes r || s (shorter, for a QR symbol).
  [[nodiscard]] Result<std::vector<std::uint8_t>> sign(std::span<const std::uint8_t> bytes) const;
  [[nodiscard]] Result<std::vector<std::uint8_t>> sign_raw(std::span<const std::uint8_t> bytes) const;
  [[nodiscard]] std::string public_pem() const;                   // SubjectPublicKeyInfo
  [[nodiscard]] std::vector<std::uint8_t> public_der() const;
  [[nodiscard]] std::string id() const;   // first 16 hex digits of SHA-256 of public_der()

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace sogoc
