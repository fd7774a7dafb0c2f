#pragma once

// Private to the coordinator: a task in the hands of a worker. A worker opened files from
// strangers; what it may read and what it may say about the task stands in task_kinds.hpp.

#include <chrono>
#include <cstdint>
#include <set>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/digest.hpp"
#include "pipeline/jobs/job.hpp"

namespace sogoc {

struct HeldTask {
  using Steady = std::chrono::steady_clock;

  Task task;
  UtcTime lease_until;
  Steady::time_point begun;       // when the worker could begin with it
  Steady::time_point clock_from;  // moves on while the worker still fetches: a slow wire is no hang
  std::uint64_t stored_bytes = 0;
  std::set<Sha256> stored;    // blobs this worker put for this task, durable
  std::set<Sha256> readable;  // what it may read beyond the task itself; grows with what it fetches
  std::set<Sha256> expanded;  // page records whose blobs are in `readable`
};

}  // namespace sogoc
