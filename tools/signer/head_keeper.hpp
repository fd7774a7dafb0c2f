#pragma once

// The signer's memory of the log's heads: it signs a head only when that continues the one it signed
// last, so that whoever holds the database cannot have a rewritten log signed.

#include <cstdint>
#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipeline/copies/log_leaf.hpp"
#include "pipeline/core/clock.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

struct HeadToKeep {
  TreeHead head;
  Octets signed_bytes;     // tree_head_bytes
  nlohmann::json record;  // what the signer writes down
};

class HeadKeeper {
 public:
  // `ask`: timestamp (ms), tree_size, root (hex), consistency (hex digests from the last signed head
  // to this one; empty when there is none or the size is the same).
  // Fails with invalid when the log does not continue the last head, invalid_input otherwise.
  [[nodiscard]] Result<HeadToKeep> next(const nlohmann::json& ask) const;
  // A line of the record with what = head.
  void remember(const nlohmann::json& line);
  // Daily, or when it is wanted.
  [[nodiscard]] bool stamp_is_due(UtcTime now, bool wanted) const;
  [[nodiscard]] const std::optional<TreeHead>& last() const { return last_; }

 private:
  std::optional<TreeHead> last_;
  std::optional<UtcTime> stamped_;
};

}  // namespace sogoc
