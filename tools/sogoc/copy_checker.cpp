#include "tools/sogoc/copy_checker.hpp"

#include <fmt/format.h>

#include "storage/durable_file.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/copy_answer.hpp"
#include "tools/sogoc/copy_check.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc {

OfflineBundle bundle_with(const ValidationEvidence& evidence) {
  OfflineBundle bundle;
  bundle.made_at = now_text();
  bundle.evidence = {evidence.ocsp, evidence.crls};
  bundle.certificates = evidence.certificates;
  return bundle;
}

Done WorkerChecker::check(const Sha256& file, const std::string& level, const ValidationEvidence& evidence) {
  SOGOC_TRY(const TemporaryFolder folder, TemporaryFolder::create());
  CheckTask task;
  SOGOC_TRY(task.file, archive_.blobs().find(file));
  task.bundle = folder.path() / "evidence.json";
  SOGOC_CHECK(write_file_durably(task.bundle, bundle_to_json(bundle_with(evidence))));
  task.trust = archive_.folder() / "trust";
  task.trial_archive = archive_.identity().trial;
  task.now = SystemClock().now();
  SOGOC_TRY(const CheckAnswer answer, check_in_worker(task));
  if (answer.verdict() != Verdict::valid) {
    const auto reason = reason_of(answer);
    return fail(answer.verdict() == Verdict::invalid ? ErrorCode::invalid : ErrorCode::undecidable,
                Retry::after_operator, reason ? reason->signature : "",
                reason ? reason->finding.text : "the finished copy does not verify");
  }
  const bool reached = answer.file && !answer.file->signatures.empty() &&
                       answer.file->signatures.front().level == level;
  if (!reached)
    return fail(ErrorCode::invalid, Retry::after_operator, "", fmt::format("its signature did not reach level {}", level));
  return {};
}

}  // namespace sogoc
