#pragma once

// What the proofs of an offline bundle say about one copy.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "workers/copy_verify/copy_verify.hpp"
#include "workers/copy_verify/offline_bundle.hpp"
#include "workers/copy_verify/published_keys.hpp"

namespace sogoc {

// As the log stood at `head_time`; later events are not in the bundle.
struct CopyLogReport {
  std::string state;  // of the copy's last leaf in the bundle; "" when there is none
  std::optional<UtcTime> state_at, head_time;
  std::vector<Finding> findings;
  [[nodiscard]] Verdict verdict() const;
};

// Proofs count when their path holds and their head is signed by a published key. The copy is found
// by its file's digest, else by its issue record. A proof that does not hold is a finding even when
// it is about another copy: the bundle was changed.
[[nodiscard]] CopyLogReport check_log(const OfflineBundle& bundle, const FileReport& file,
                                      std::span<const PublishedKey> keys);

}  // namespace sogoc
