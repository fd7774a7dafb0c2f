#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sogoc {

// SHA-256 (FIPS 180-4) of a blob: its name in the store and in every message.
struct Sha256 {
  std::array<std::uint8_t, 32> bytes{};
  friend auto operator<=>(const Sha256&, const Sha256&) = default;
};

[[nodiscard]] std::string to_hex(const Sha256& digest);                     // 64 lower-case digits
[[nodiscard]] std::optional<Sha256> sha256_from_hex(std::string_view hex);  // nothing else parses
[[nodiscard]] Sha256 sha256_of(std::span<const std::byte> bytes);

// For content that arrives in pieces. Thread: belongs to one thread at a time.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;
  void add(std::span<const std::byte> bytes);
  [[nodiscard]] Sha256 finish();  // call once

 private:
  void* context_;  // EVP_MD_CTX: no OpenSSL type in a header outside its adapter
};

}  // namespace sogoc
