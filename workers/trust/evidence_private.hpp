#pragma once

// What OCSP responses and CRLs say about one certificate at one time.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "workers/trust/openssl_boundary.hpp"

namespace sogoc::openssl {

struct Revocation {
  enum class State : std::uint8_t { silent, good, revoked };
  State state = State::silent;
  UtcTime revoked_at{};  // the earliest time from which it may not be believed
  std::string why;       // of silence, one clause, "" when nothing was even about it
};

// The certificate asked about and the one that issued it, at the time asked about.
struct Question {
  X509* certificate;
  X509* issuer;
  UtcTime at;
};

// Does evidence of that age speak about `at`? "good" and "revoked" differ: revoked stays revoked.
struct EvidenceAge {
  UtcTime this_update{};
  std::optional<UtcTime> next_update;
  std::optional<UtcTime> keeps_expired_since;  // archiveCutoff, expiredCertsOnCRL
};
[[nodiscard]] bool good_counts(const EvidenceAge& age, const Question& question);
// revoked_at <= at, or good because it was revoked only later.
[[nodiscard]] Revocation revoked_from(UtcTime revoked_at, const Question& question);

[[nodiscard]] Revocation ask_crl(X509_CRL* crl, const Question& question);
// `crls` may speak about a responder that is not marked ocsp-nocheck.
[[nodiscard]] Revocation ask_ocsp(OCSP_RESPONSE* response, const Question& question,
                                  std::span<const CrlPtr> crls);

}  // namespace sogoc::openssl
