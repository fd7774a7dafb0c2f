#pragma once

// Whether a failed try is followed by another, and when. Pure: no clock, no disk.

#include <chrono>
#include <optional>

#include "pipeline/core/result.hpp"

namespace sogoc {

struct RetryPolicy {
  int max_tries = 3;
  std::chrono::milliseconds first_pause{2'000};
  int growth = 4;  // each pause is so many times the one before
  std::chrono::milliseconds longest_pause{300'000};
};

// The pause before the next try, or nothing: the job goes to quarantine. `tries` counts the
// tries begun, the failed one included.
//
// The failure itself says whether it may be tried again. A worker that died, hung or outgrew its
// memory is tried again whatever it says: the page may have been the victim, not the cause.
[[nodiscard]] std::optional<std::chrono::milliseconds> pause_before_retry(
    const Error& error, int tries, const RetryPolicy& policy = {});

}  // namespace sogoc
