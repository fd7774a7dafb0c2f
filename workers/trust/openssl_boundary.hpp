#pragma once

// Between our values and OpenSSL's: DER bytes, times, names, and what its error queue says. Private
// to folders that adapt OpenSSL.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "workers/trust/openssl_handles.hpp"
#include "workers/trust/trust.hpp"

namespace sogoc::openssl {

// Empties the error queue when the adapter's function ends, so that no failure speaks for the next.
class QuietQueue {
 public:
  QuietQueue() = default;
  QuietQueue(const QuietQueue&) = delete;
  QuietQueue& operator=(const QuietQueue&) = delete;
  ~QuietQueue();
};
// The oldest entry of the error queue in OpenSSL's words, "" when it is empty. Empties the queue.
[[nodiscard]] std::string drain_errors();

// Exactly one certificate, nothing after it; null when it is none.
[[nodiscard]] CertificatePtr certificate_from(std::span<const std::uint8_t> der);
[[nodiscard]] CrlPtr crl_from(std::span<const std::uint8_t> der);
[[nodiscard]] OcspResponsePtr ocsp_from(std::span<const std::uint8_t> der);

// DER of any object with an i2d function: der_of(certificate, i2d_X509).
template <typename T, typename Encode>
[[nodiscard]] DerBytes der_of(const T* object, Encode encode) {
  unsigned char* raw = nullptr;
  const int size = encode(object, &raw);
  const BytesPtr owner(raw);
  if (size <= 0) return {};
  return {raw, raw + size};
}
[[nodiscard]] DerBytes der_of(const X509* certificate);

[[nodiscard]] std::optional<UtcTime> time_from(const ASN1_TIME* time);
[[nodiscard]] std::time_t seconds_of(UtcTime time);
[[nodiscard]] GeneralTimePtr general_time(UtcTime time);
[[nodiscard]] std::vector<std::uint8_t> bytes_of(const ASN1_STRING* text);
[[nodiscard]] std::string hex_of(const ASN1_INTEGER* number);
[[nodiscard]] std::string dotted(const ASN1_OBJECT* object);

// Digest of bytes under an OpenSSL name ("SHA256"); empty when OpenSSL does not know it.
[[nodiscard]] std::vector<std::uint8_t> digest_of(std::span<const std::uint8_t> bytes,
                                                  const char* algorithm);

}  // namespace sogoc::openssl
