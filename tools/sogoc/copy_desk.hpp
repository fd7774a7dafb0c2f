#pragma once

// Everything that issuing a copy needs, opened for one command.

#include <filesystem>
#include <memory>

#include "pipeline/core/clock.hpp"
#include "pipeline/flow/copy_flow.hpp"
#include "storage/archive.hpp"
#include "tools/sogoc/copy_bench.hpp"
#include "tools/sogoc/copy_signer.hpp"
#include "tools/sogoc/copy_sources.hpp"

namespace sogoc {

// Owner:  the command; parts() is good as long as the desk lives.
// Thread: belongs to one thread; threads of a batch open one each.
class CopyDesk {
 public:
  // Fails when there is no archive, or no signer was set up for it. Does not ask the signer yet.
  [[nodiscard]] static Result<std::unique_ptr<CopyDesk>> open(const std::filesystem::path& archive);

  [[nodiscard]] Archive& archive() { return *archive_; }
  [[nodiscard]] CopyParts parts();
  [[nodiscard]] ProcessSigner& signer() { return *signer_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }

  // A head of the log is signed and timestamped at least on every day on which something is issued. What keeps
  // that from being done is said on standard error; it stops no copy, and the next one tries again.
  void sign_log_daily(bool json);

  // Writes the file of an issued copy to `out`, whole or not at all.
  [[nodiscard]] Done hand_out(const CopyDetails& copy, const std::filesystem::path& out);

 private:
  SystemClock clock_;
  std::unique_ptr<Archive> archive_;
  std::unique_ptr<ProcessSigner> signer_;
  std::unique_ptr<CopySources> sources_;
  std::unique_ptr<CopyBench> bench_;
  std::unique_ptr<CopyChecker> checker_;
};

}  // namespace sogoc
