#pragma once

#include "pipeline/flow/copy_flow.hpp"
#include "storage/archive.hpp"
#include "workers/copy_verify/offline_bundle.hpp"

namespace sogoc {

// Our own verifier in a limited worker, before a copy is released.
class WorkerChecker final : public CopyChecker {
 public:
  explicit WorkerChecker(Archive& archive) : archive_(archive) {}
  // Fails unless every signature is valid and the last one reached the level that was ordered.
  [[nodiscard]] Done check(const Sha256& file, const std::string& level,
                           const ValidationEvidence& evidence) override;

 private:
  Archive& archive_;
};

// What was kept with a copy, in the form that a verifier takes.
[[nodiscard]] OfflineBundle bundle_with(const ValidationEvidence& evidence);

}  // namespace sogoc
