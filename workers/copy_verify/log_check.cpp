#include "workers/copy_verify/log_check.hpp"

#include <algorithm>
#include <chrono>

#include <nlohmann/json.hpp>

#include "pipeline/copies/canonical_json.hpp"
#include "pipeline/core/p256.hpp"
#include "workers/copy_verify/finding_table.hpp"

namespace sogoc {
namespace {

enum class HeadStanding : std::uint8_t { good, unknown_key, bad_signature };

HeadStanding standing_of(const SignedTreeHead& head, std::span<const PublishedKey> keys) {
  const Sha256 id = key_id_of(head.public_key);
  const auto key =
      std::find_if(keys.begin(), keys.end(), [&](const PublishedKey& one) { return one.id == id; });
  if (key == keys.end()) return HeadStanding::unknown_key;
  return p256_signature_holds(key->public_key, tree_head_bytes(head.head), head.signature).value_or(false)
             ? HeadStanding::good
             : HeadStanding::bad_signature;
}

std::string member(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The opening fits the leaf's commitment: the private part is what was logged.
std::optional<nlohmann::json> opened(const InclusionProof& proof, const LogLeaf& leaf) {
  if (!proof.opening ||
      log_commitment(proof.opening->salt, proof.opening->private_part) != leaf.commitment)
    return std::nullopt;
  auto json = strict_json(proof.opening->private_part);
  if (!json || !json->is_object()) return std::nullopt;
  return std::move(*json);
}

}  // namespace

Verdict CopyLogReport::verdict() const {
  Verdict worst = Verdict::valid;
  for (const Finding& one : findings) {
    if (one.weight == Verdict::invalid) return Verdict::invalid;
    if (one.weight == Verdict::undecidable) worst = Verdict::undecidable;
  }
  return worst;
}

CopyLogReport check_log(const OfflineBundle& bundle, const FileReport& file,
                        std::span<const PublishedKey> keys) {
  CopyLogReport report;
  const auto add = [&report](std::string_view code) {
    const bool said = std::any_of(report.findings.begin(), report.findings.end(),
                                  [&](const Finding& one) { return one.code == code; });
    if (!said) report.findings.push_back(finding(code));
  };
  const std::string digest = to_hex(file.digest);
  std::int64_t copy = -1;
  // First which copy this is, then the last leaf about it.
  struct Known {
    LogLeaf leaf;
    std::uint64_t index;
    std::uint64_t head_time;
    std::string file;
  };
  std::vector<Known> known;
  for (const InclusionProof& proof : bundle.proofs) {
    const auto leaf = leaf_from_text(proof.leaf);
    if (!leaf || !check_inclusion(proof)) {
      add("log_proof_fails");
      continue;
    }
    switch (standing_of(proof.head, keys)) {
      case HeadStanding::bad_signature: add("log_proof_fails"); continue;
      case HeadStanding::unknown_key: add("log_key_unknown"); continue;
      case HeadStanding::good: break;
    }
    if (leaf->subject != LogSubject::copy) continue;
    const auto said = opened(proof, *leaf);
    if (!said) continue;
    const std::string logged_file = member(*said, "file"), record = member(*said, "record");
    known.push_back({*leaf, proof.index, proof.head.head.timestamp, logged_file});
    const bool same_file = logged_file == digest;
    const bool same_record = !file.issue_record.empty() && record == file.issue_record;
    if (same_file || (same_record && copy < 0)) copy = leaf->id;
  }
  const Known* last = nullptr;
  bool file_seen = false, other_file = false;
  for (const Known& one : known) {
    if (one.leaf.id != copy) continue;
    if (!one.file.empty()) (one.file == digest ? file_seen : other_file) = true;
    if (last == nullptr || one.index > last->index) last = &one;
  }
  if (last == nullptr) {
    if (report.findings.empty()) add("log_says_nothing");
    return report;
  }
  report.state = last->leaf.state;
  report.state_at = last->leaf.at;
  report.head_time = UtcTime(std::chrono::milliseconds(last->head_time));
  if (other_file && !file_seen) add("log_file_differs");
  if (report.state == "issued")
    add("log_says_issued");
  else if (report.state == "replaced")
    add("log_says_replaced");
  else if (report.state == "revoked")
    add("log_says_revoked");
  else if (report.state == "voided")
    add("log_says_voided");
  else
    add("log_says_nothing");
  return report;
}

}  // namespace sogoc
