#pragma once

// Private to the coordinator: a task in the hands of a worker, and whether what it says about it
// may be believed. A worker opened files from strangers; it is not trusted.

#include <chrono>
#include <cstdint>
#include <set>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/flow/messages.hpp"
#include "pipeline/jobs/blob_store.hpp"
#include "pipeline/jobs/job.hpp"

namespace sogoc {

struct HeldTask {
  using Steady = std::chrono::steady_clock;

  Task task;
  UtcTime lease_until;
  Steady::time_point begun;       // when the worker could begin with it
  Steady::time_point clock_from;  // moves on while the worker still fetches: a slow wire is no hang
  std::uint64_t stored_bytes = 0;
  std::set<Sha256> stored;        // blobs this worker put for this task, durable
  std::set<Sha256> readable;      // a document's blobs; grows with the page records it fetches
  std::set<Sha256> expanded;      // page records whose blobs are in `readable`
};

// May this worker see this blob for this task? A document may read its page records, and after
// fetching a record the blobs that it names. Fails when a record cannot be read.
[[nodiscard]] Result<bool> may_read(HeldTask& held, const Sha256& digest, BlobStore& blobs);

// The result as the job store takes it. Fails with invalid_input when it does not belong to the
// task, names blobs that were not stored for it, or would let a secrecy mark slip.
[[nodiscard]] Result<TaskResult> checked_result(const HeldTask& held, const Message& message,
                                                BlobStore& blobs);

// 0 = no limit.
[[nodiscard]] std::chrono::seconds time_limit_of(const Task& task);
[[nodiscard]] bool is_overdue(const HeldTask& held, HeldTask::Steady::time_point now);

}  // namespace sogoc
