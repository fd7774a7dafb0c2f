#pragma once

// What an office hands to somebody who checks copies without a network: revocation data,
// certificates that help to build chains, heads of the log and proofs about copies. Nothing in it
// is believed because it is in it: anchors and published keys come by another way. Format:
// README.md.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/copies/log_leaf.hpp"
#include "workers/trust/trust.hpp"

namespace sogoc {

struct OfflineBundle {
  std::string made_at;  // ISO 8601 with offset
  std::string body;     // who made it; for people
  RevocationEvidence evidence;
  std::vector<DerBytes> certificates;
  std::vector<SignedTreeHead> heads;
  std::vector<InclusionProof> proofs;  // with openings: what the log says about copies
};

// One JSON value and a line feed.
[[nodiscard]] std::string bundle_to_json(const OfflineBundle& bundle);
// Strict: unknown, repeated and missing members are refused (invalid_input), so are more objects
// than kMost of a kind and an object larger than any real one (limit_exceeded).
[[nodiscard]] Result<OfflineBundle> bundle_from_json(std::string_view text);
[[nodiscard]] Result<OfflineBundle> read_bundle(const std::filesystem::path& file);

}  // namespace sogoc
