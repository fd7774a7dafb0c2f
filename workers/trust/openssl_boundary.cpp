#include "workers/trust/openssl_boundary.hpp"

#include <ctime>

#include <openssl/err.h>

namespace sogoc::openssl {

QuietQueue::~QuietQueue() { ERR_clear_error(); }

std::string drain_errors() {
  const unsigned long code = ERR_get_error();
  std::string text;
  if (code != 0) {
    const char* reason = ERR_reason_error_string(code);
    text = reason != nullptr ? reason : "OpenSSL error " + std::to_string(ERR_GET_REASON(code));
  }
  ERR_clear_error();
  return text;
}

namespace {

// One object and nothing after it.
template <typename Pointer, typename Decode>
Pointer whole(std::span<const std::uint8_t> der, Decode decode) {
  const QuietQueue quiet;
  if (der.empty()) return nullptr;
  const unsigned char* at = der.data();
  Pointer object(decode(nullptr, &at, static_cast<long>(der.size())));
  if (object == nullptr || at != der.data() + der.size()) return nullptr;
  return object;
}

}  // namespace

CertificatePtr certificate_from(std::span<const std::uint8_t> der) {
  return whole<CertificatePtr>(der, d2i_X509);
}
CrlPtr crl_from(std::span<const std::uint8_t> der) { return whole<CrlPtr>(der, d2i_X509_CRL); }
OcspResponsePtr ocsp_from(std::span<const std::uint8_t> der) {
  return whole<OcspResponsePtr>(der, d2i_OCSP_RESPONSE);
}

DerBytes der_of(const X509* certificate) { return der_of(certificate, i2d_X509); }

std::optional<UtcTime> time_from(const ASN1_TIME* time) {
  const QuietQueue quiet;
  std::tm broken{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &broken) != 1) return std::nullopt;
  return std::chrono::time_point_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::from_time_t(timegm(&broken)));
}

std::time_t seconds_of(UtcTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

GeneralTimePtr general_time(UtcTime time) {
  return GeneralTimePtr(ASN1_GENERALIZEDTIME_set(nullptr, seconds_of(time)));
}

std::vector<std::uint8_t> bytes_of(const ASN1_STRING* text) {
  if (text == nullptr) return {};
  const unsigned char* data = ASN1_STRING_get0_data(text);
  return {data, data + ASN1_STRING_length(text)};
}

std::string hex_of(const ASN1_INTEGER* number) {
  const NumberPtr value(ASN1_INTEGER_to_BN(number, nullptr));
  if (value == nullptr) return "";
  const TextPtr text(BN_bn2hex(value.get()));
  return text != nullptr ? text.get() : "";
}

std::string dotted(const ASN1_OBJECT* object) {
  std::string text(80, '\0');
  const int size = OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
  if (size <= 0) return "";
  if (static_cast<std::size_t>(size) >= text.size()) {
    text.resize(static_cast<std::size_t>(size) + 1);
    OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
  }
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::vector<std::uint8_t> digest_of(std::span<const std::uint8_t> bytes, const char* algorithm) {
  const QuietQueue quiet;
  const EVP_MD* kind = EVP_get_digestbyname(algorithm);
  std::vector<std::uint8_t> digest(EVP_MAX_MD_SIZE);
  unsigned int size = 0;
  if (kind == nullptr ||
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, kind, nullptr) != 1)
    return {};
  digest.resize(size);
  return digest;
}

}  // namespace sogoc::openssl
