#pragma once

// What an approver says yes to, and the proof that it was the approver who said it. A statement is
// over digests of bytes that already exist, so that an approval cannot be moved to other bytes.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

struct ApprovalStatement {
  std::string approver;          // as the signer's configuration knows him
  std::string role;              // "body" or "certifier"
  std::string level;             // "B-B", "B-T", "B-LT" or "B-LTA"
  UtcTime at{};
  std::vector<Sha256> digests;   // of ByteRanges, sorted, each once; at most kMaxApprovedDigests
  friend bool operator==(const ApprovalStatement&, const ApprovalStatement&) = default;
};
inline constexpr std::size_t kMaxApprovedDigests = 1000;

// The bytes that are proven: canonical JSON (RFC 8785).
[[nodiscard]] std::string statement_text(const ApprovalStatement& statement);
// Only what statement_text() writes, byte for byte; anything else is invalid_input.
[[nodiscard]] Result<ApprovalStatement> statement_in(std::string_view text);

// totp: HMAC-SHA256 of the statement under the one-time code of the moment; the code itself is
// neither sent nor stored. token: signature of the statement by the approver's own certificate.
enum class ProofKind : std::uint8_t { totp, token };
struct ApprovalProof {
  ProofKind kind = ProofKind::totp;
  std::string value;             // totp: 64 hex digits; token: base64 of the signature (SHA-256)
};
[[nodiscard]] std::string_view name(ProofKind kind);
[[nodiscard]] std::optional<ProofKind> proof_kind_named(std::string_view text);

[[nodiscard]] ApprovalProof totp_proof(std::string_view statement, std::string_view code);

// The step of the code under which this proof was made, within `window` steps around `now`.
// `secret` are the raw bytes shared with the approver's authenticator (30 s, 6 digits, RFC 6238).
[[nodiscard]] std::optional<std::int64_t> totp_step(std::string_view statement,
                                                    const ApprovalProof& proof,
                                                    std::span<const std::uint8_t> secret,
                                                    UtcTime now, int window = 1);

// The certificate's key made the signature: ECDSA or RSA over SHA-256 of the statement.
[[nodiscard]] bool token_proof_holds(std::string_view statement, const ApprovalProof& proof,
                                     std::span<const std::uint8_t> certificate_der);

// The code of the moment, for tests and for enrolling.
[[nodiscard]] Result<std::string> totp_code(std::span<const std::uint8_t> secret, UtcTime at);

}  // namespace sogoc
