#include "pipeline/jobs/retry_policy.hpp"

#include <algorithm>

namespace sogoc {

std::optional<std::chrono::milliseconds> pause_before_retry(const Error& error, int tries,
                                                            const RetryPolicy& policy) {
  const bool lost_worker = error.code == ErrorCode::crashed || error.code == ErrorCode::timeout ||
                           error.code == ErrorCode::out_of_memory;
  const bool may_retry =
      lost_worker || error.retry == Retry::same_step || error.retry == Retry::whole_job;
  if (!may_retry || tries >= policy.max_tries) return std::nullopt;

  auto pause = policy.first_pause;
  for (int i = 1; i < tries && pause < policy.longest_pause; ++i) pause *= policy.growth;
  return std::min(pause, policy.longest_pause);
}

}  // namespace sogoc
