#pragma once

// Is this PDF what it claims? Any signed PDF, ours or foreign. No network, no private key; runs in
// a limited worker because the file comes from outside.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"
#include "workers/trust/trust.hpp"

namespace sogoc {

enum class Verdict : std::uint8_t { valid, invalid, undecidable };
[[nodiscard]] std::string_view name(Verdict verdict);

// One thing that was checked. `code` is stable ("digest_mismatch", "unsigned_update", "sha1",
// "untrusted_root", ...); `text` is English and a key of the message catalogue.
struct Finding {
  std::string code;
  Verdict weight = Verdict::valid;  // what it means for the whole
  std::string text;
  std::string subject;  // signature field, certificate, object
};

struct SignatureReport {
  std::string field;
  bool document_timestamp = false;
  Verdict verdict = Verdict::undecidable;
  bool intact = false;             // the covered bytes and the signature over them are unchanged
  bool covers_whole_file = false;  // else: later revisions exist; see findings
  std::uint64_t covered_bytes =
      0;  // length of the signed revision, hole included; 0 when it is not known
  std::string signer, issuer;  // RFC 4514 and common names
  std::string signer_name;
  std::optional<UtcTime> claimed_time;  // /M or signing-time attribute
  std::optional<UtcTime> stamped_time;  // signature timestamp or later document timestamp
  CertificateStatus certificate = CertificateStatus::unknown;  // at signing time
  std::string certificate_reason;                              // one clause in English, for logs
  std::optional<AnchorKind> anchor;                            // of the root that is believed
  std::string timestamp_authority;  // common name of who gave stamped_time
  std::string digest_algorithm, signature_algorithm;
  std::string level;  // "B-B", "B-T", "B-LT", "B-LTA", "" when it is no PAdES
  std::vector<Finding> findings;
};

struct FileReport {
  Verdict verdict = Verdict::undecidable;
  Sha256 digest;
  std::uint64_t bytes = 0;
  std::vector<SignatureReport> signatures;
  std::vector<Finding> findings;  // about the file as a whole
  // As the copy's own XMP states it (copy_write writes it), "" for foreign files. Claims: they hold
  // when the file is valid.
  std::string copy_number, body, kind;
  std::string issue_record;  // hex SHA-256 of the canonical issue record
  std::string lookup_address;
};

struct VerifySettings {
  RevocationEvidence extra;  // --offline BUNDLE
  std::vector<DerBytes>
      helpers;  // certificates that help to build chains, believed by themselves never
  UtcTime now;
  std::uint64_t max_bytes = 512ull << 20;  // larger files are refused
};
// Fails, with nothing decided, when the file cannot be read as a PDF: not_found, invalid_input
// (empty, truncated, no PDF), password_required (encrypted), limit_exceeded (larger or more nested
// than any real document). Damage that lets the signatures be found is a finding, not a failure.
[[nodiscard]] Result<FileReport> verify_file(const std::filesystem::path& file,
                                             const TrustStore& store,
                                             const VerifySettings& settings);

}  // namespace sogoc
