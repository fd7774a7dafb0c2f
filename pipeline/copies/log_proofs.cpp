// What the commands need of the log, in terms of the store's port.

#include <fmt/format.h>

#include "pipeline/copies/copy_store.hpp"

namespace sogoc {
namespace {

constexpr std::uint64_t kDayMs = 24ull * 60 * 60 * 1000;

auto no_head() {
  return fail(ErrorCode::not_found, Retry::after_operator, "log",
              "no signed head covers this yet: sogoc log head --sign");
}

}  // namespace

Result<SignedTreeHead> publish_head(CopyStore& store, HeadSigner& signer) {
  SOGOC_TRY(const TreeHead head, store.current_head());
  if (head.tree_size == 0) return fail(ErrorCode::not_found, Retry::never, "log", "the log is empty: there is nothing to sign");
  // The signer is asked first: an archive that was put back has heads of its own, and they look fresh.
  HeadToSign to_sign{head, 0, {}};
  SOGOC_TRY(const auto last, signer.last_head());
  if (last) {
    if (last->tree_size > head.tree_size)
      return fail(ErrorCode::invalid, Retry::after_operator, "log",
                  fmt::format("the signer knows a head over {} leaves and the log has {}: it was cut; restore the "
                              "archive from a backup",
                              last->tree_size, head.tree_size));
  }
  SOGOC_TRY(const auto latest, store.latest_head());
  if (latest && latest->head.tree_size == head.tree_size && latest->head.root == head.root &&
      head.timestamp < latest->head.timestamp + kDayMs)
    return *latest;
  if (last) {
    to_sign.first_size = last->tree_size;
    SOGOC_TRY(to_sign.consistency, store.log_consistency(last->tree_size, head.tree_size));
  }
  SOGOC_TRY(SignedTreeHead signed_head, signer.sign_head(to_sign));
  if (signed_head.head.tree_size != head.tree_size || signed_head.head.root != head.root)
    return fail(ErrorCode::internal, Retry::never, "signer", "signed another head than it was given");
  SOGOC_CHECK(store.add_head(signed_head));
  return signed_head;
}

Result<InclusionProof> prove_copy(CopyStore& store, CopyId id) {
  SOGOC_TRY(const auto entries, store.log_entries(LogSubject::copy, id));
  if (entries.empty()) return fail(ErrorCode::not_found, Retry::never, fmt::format("copy {}", id), "does not exist");
  const LogEntry& last = entries.back();
  SOGOC_TRY(const auto head, store.latest_head());
  if (!head || head->head.tree_size <= last.index) return no_head();
  InclusionProof proof{leaf_text(last.leaf), last.index, {}, *head, last.opening};
  SOGOC_TRY(proof.path, store.log_inclusion(last.index, head->head.tree_size));
  return proof;
}

Result<ConsistencyProof> prove_consistency(CopyStore& store, const TreeHead& remembered) {
  SOGOC_TRY(const auto head, store.latest_head());
  if (!head) return no_head();
  if (head->head.tree_size < remembered.tree_size)
    return fail(ErrorCode::invalid, Retry::after_operator, "log",
                fmt::format("the remembered head covers {} leaves, the latest head of this archive {}: the log was cut "
                            "or set back",
                            remembered.tree_size, head->head.tree_size));
  ConsistencyProof proof{remembered.tree_size, remembered.root, {}, *head};
  SOGOC_TRY(proof.path, store.log_consistency(remembered.tree_size, head->head.tree_size));
  return proof;
}

}  // namespace sogoc
