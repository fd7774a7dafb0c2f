#pragma once

// The payload of the QR symbol on a copy: enough to compare a paper print with what was issued,
// without a network, under the published key. Layout: LOG.md.

#include <array>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "pipeline/copies/copy_kind.hpp"
#include "pipeline/copies/text_codes.hpp"
#include "pipeline/core/digest.hpp"

namespace sogoc {

inline constexpr std::size_t kQrKeyIdBytes = 8;
inline constexpr std::size_t kQrRecordBytes = 16;    // 128 bits
inline constexpr std::size_t kQrSignatureBytes = 64;  // r and s of P-256, 32 bytes each
inline constexpr std::size_t kQrMostBytes = 600;     // a symbol that paper still carries

struct QrPayload {
  std::array<std::uint8_t, kQrKeyIdBytes> key_id{};  // first bytes of key_id_of(public key)
  CopyKind kind = CopyKind::register_copy;
  std::string body;
  std::string copy_number;      // "05/2026-SCT/BS"
  std::string date;             // of issue, YYYY-MM-DD
  std::string register_number;  // with its year as written: "125/2008"
  std::string name;             // as on the copy
  std::string birth_date;       // as on the copy
  std::array<std::uint8_t, kQrRecordBytes> record{};  // first bytes of issue_record_digest
  friend bool operator==(const QrPayload&, const QrPayload&) = default;
};

[[nodiscard]] std::array<std::uint8_t, kQrKeyIdBytes> qr_key_id(const Sha256& key_id);
[[nodiscard]] std::array<std::uint8_t, kQrRecordBytes> qr_record_prefix(const Sha256& record);

// Signs SHA-256 of the bytes with P-256; gives r || s (64 bytes). The key lives in the signer.
using QrSigner = std::function<Result<Octets>(std::span<const std::uint8_t> bytes)>;
// True when r || s is the signature of the bytes by the key with this id; not_found: unknown key.
using QrVerifier = std::function<Result<bool>(std::span<const std::uint8_t> bytes,
                                              std::span<const std::uint8_t> signature,
                                              const std::array<std::uint8_t, kQrKeyIdBytes>& key_id)>;

// The bytes that are signed. Fails with invalid_input when a text is longer than 255 bytes, the
// date is none, or the whole is larger than a symbol on paper can be.
[[nodiscard]] Result<Octets> qr_signed_bytes(const QrPayload& payload);

// What the symbol says, in the alphanumeric mode of QR (but for the one #):
//   no address: "SG1:" and base45 of payload and signature
//   address:    "HTTPS://HOST/T/<TOKEN>#" and base32 of both. A telephone opens the lookup page;
//               what stands behind # is not sent to any server.
[[nodiscard]] Result<std::string> make_qr_text(const QrPayload& payload, const QrSigner& sign,
                                               const std::string& lookup_address);

struct ReadQr {
  QrPayload payload;
  Octets signed_bytes;
  Octets signature;
  std::string lookup_address;  // "" = none
};
// Strict: what make_qr_text writes, and nothing else. Does not check the signature.
[[nodiscard]] Result<ReadQr> read_qr_text(std::string_view text);
// Reads and checks: invalid when the signature does not hold, undecidable for an unknown key.
[[nodiscard]] Result<QrPayload> verify_qr_text(std::string_view text, const QrVerifier& verify);

// The lookup token: 128 random bits, never the number. Text of 26 digits of base32.
using LookupToken = std::array<std::uint8_t, 16>;
[[nodiscard]] std::string token_text(const LookupToken& token);
[[nodiscard]] std::optional<LookupToken> token_from_text(std::string_view text);
// "https://tracuu.example.vn" and a token: the address of make_qr_text, in upper case as far as
// an address may be. Fails with invalid_input unless it is http(s)://HOST[:PORT][/PATH], where
// the path is in upper case already.
[[nodiscard]] Result<std::string> lookup_address(std::string_view base, const LookupToken& token);

}  // namespace sogoc
