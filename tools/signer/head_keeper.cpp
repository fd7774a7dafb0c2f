#include "tools/signer/head_keeper.hpp"

#include <fmt/format.h>

#include "pipeline/copies/log_leaf.hpp"

namespace sogoc {
namespace {

using nlohmann::json;

constexpr auto kStampEvery = std::chrono::hours(24);

tl::unexpected<Error> malformed(const char* what) {
  return fail(ErrorCode::invalid_input, Retry::never, "signer", fmt::format("the head lacks {}", what));
}

std::optional<std::uint64_t> number_in(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

std::optional<Sha256> digest_in(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return sha256_from_hex(found->get<std::string>());
}

}  // namespace

Result<HeadToKeep> HeadKeeper::next(const json& ask) const {
  const auto timestamp = number_in(ask, "timestamp");
  const auto size = number_in(ask, "tree_size");
  const auto root = digest_in(ask, "root");
  if (!timestamp) return malformed("timestamp");
  if (!size) return malformed("tree_size");
  if (!root) return malformed("root");
  std::vector<Sha256> path;
  for (const json& entry : ask.value("consistency", json::array())) {
    const auto hash = entry.is_string() ? sha256_from_hex(entry.get<std::string>()) : std::nullopt;
    if (!hash) return malformed("a consistency path of SHA-256 digests");
    path.push_back(*hash);
  }
  if (last_ && last_->tree_size > 0) {
    if (*size < last_->tree_size || *timestamp < last_->timestamp)
      return fail(ErrorCode::invalid, Retry::after_operator, "log",
                  fmt::format("the log shrank: its last signed head has {} entries, this one {}; "
                              "somebody took entries away or put back an old database",
                              last_->tree_size, *size));
    if (!consistency_holds(last_->tree_size, *size, last_->root, *root, path))
      return fail(ErrorCode::invalid, Retry::after_operator, "log",
                  "the log does not continue its last signed head: somebody rewrote it; stop and "
                  "compare it with an exported head");
  }
  HeadToKeep next;
  next.head.timestamp = *timestamp;
  next.head.tree_size = *size;
  next.head.root = *root;
  next.signed_bytes = tree_head_bytes(next.head);
  next.record = {{"what", "head"},
                 {"timestamp", *timestamp},
                 {"tree_size", *size},
                 {"root", to_hex(*root)}};
  return next;
}

void HeadKeeper::remember(const json& line) {
  const auto timestamp = number_in(line, "timestamp");
  const auto size = number_in(line, "tree_size");
  const auto root = digest_in(line, "root");
  if (!timestamp || !size || !root) return;
  last_.emplace();
  last_->timestamp = *timestamp;
  last_->tree_size = *size;
  last_->root = *root;
  if (line.value("stamped", false))
    stamped_ = UtcTime(std::chrono::milliseconds(line.value("at", std::int64_t{0})));
}

bool HeadKeeper::stamp_is_due(UtcTime now, bool wanted) const {
  return wanted || !stamped_ || now - *stamped_ >= kStampEvery;
}

}  // namespace sogoc
