#pragma once

// One leaf of the log, version 1, and the tree heads over it. The format is a promise to strangers:
// LOG.md describes it so that a verifier can be written from that page alone.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/copies/merkle.hpp"
#include "pipeline/copies/text_codes.hpp"
#include "pipeline/core/clock.hpp"
#include "pipeline/core/names.hpp"

namespace sogoc {

// What a leaf is about. Stored by name, append only.
enum class LogSubject : std::uint8_t { event, request, copy, approval, book, reply };
inline constexpr NameTable<LogSubject, 6> kLogSubjectNames{{{LogSubject::event, "event"},
                                                            {LogSubject::request, "request"},
                                                            {LogSubject::copy, "copy"},
                                                            {LogSubject::approval, "approval"},
                                                            {LogSubject::book, "book"},
                                                            {LogSubject::reply, "reply"}}};
[[nodiscard]] constexpr std::string_view name(LogSubject subject) { return name_in(kLogSubjectNames, subject); }

using LogSalt = std::array<std::uint8_t, 32>;

// Says that something happened, when, and to which row; what exactly is in the commitment, which
// only who has salt and private part can open. No names.
struct LogLeaf {
  LogSubject subject = LogSubject::event;
  std::int64_t id = 0;
  std::string state;  // "issued", "voided"; for an event "recorded"
  UtcTime at;
  Sha256 commitment;
  friend bool operator==(const LogLeaf&, const LogLeaf&) = default;
};

// SHA-256(salt || private_part); the private part is canonical JSON.
[[nodiscard]] Sha256 log_commitment(const LogSalt& salt, std::string_view private_part);

// The bytes that are hashed into the tree: canonical JSON.
[[nodiscard]] std::string leaf_text(const LogLeaf& leaf);
// Strict: what leaf_text writes, and nothing else.
[[nodiscard]] Result<LogLeaf> leaf_from_text(std::string_view text);

// RFC 9162, 4.9: what a log's key signs.
struct TreeHead {
  std::uint64_t timestamp = 0;  // milliseconds since 1970 UTC
  std::uint64_t tree_size = 0;
  Sha256 root;
  Octets extensions;
  friend bool operator==(const TreeHead&, const TreeHead&) = default;
};
// TreeHeadDataV2 in the TLS presentation language: the bytes under the signature.
[[nodiscard]] Octets tree_head_bytes(const TreeHead& head);

struct SignedTreeHead {
  TreeHead head;
  Octets public_key;       // SubjectPublicKeyInfo, DER: P-256
  Octets signature;        // ECDSA with SHA-256 over tree_head_bytes, DER
  Octets timestamp_token;  // RFC 3161 over SHA-256 of the signature; empty: not timestamped
  friend bool operator==(const SignedTreeHead&, const SignedTreeHead&) = default;
};
// The name of a key: the SHA-256 of its SubjectPublicKeyInfo.
[[nodiscard]] Sha256 key_id_of(std::span<const std::uint8_t> public_key);

// The export file of a head, and of proofs: JSON, LOG.md says what each member means.
[[nodiscard]] std::string head_to_json(const SignedTreeHead& head);
[[nodiscard]] Result<SignedTreeHead> head_from_json(std::string_view text);

struct LogOpening {  // shows to its reader what a leaf commits to
  LogSalt salt{};
  std::string private_part;
  friend bool operator==(const LogOpening&, const LogOpening&) = default;
};
struct InclusionProof {
  std::string leaf;  // leaf_text
  std::uint64_t index = 0;
  std::vector<Sha256> path;
  SignedTreeHead head;
  std::optional<LogOpening> opening;
  friend bool operator==(const InclusionProof&, const InclusionProof&) = default;
};
struct ConsistencyProof {
  std::uint64_t first_size = 0;
  Sha256 first_root;
  std::vector<Sha256> path;
  SignedTreeHead head;
  friend bool operator==(const ConsistencyProof&, const ConsistencyProof&) = default;
};
[[nodiscard]] std::string proof_to_json(const InclusionProof& proof);
[[nodiscard]] std::string proof_to_json(const ConsistencyProof& proof);
[[nodiscard]] Result<InclusionProof> inclusion_proof_from_json(std::string_view text);
[[nodiscard]] Result<ConsistencyProof> consistency_proof_from_json(std::string_view text);

// Hashes only; whether the head's signature holds, and whose key it is, the caller decides. A
// failure (invalid) says what does not fit.
[[nodiscard]] Done check_inclusion(const InclusionProof& proof);
[[nodiscard]] Done check_consistency(const ConsistencyProof& proof, const TreeHead& remembered);

}  // namespace sogoc
