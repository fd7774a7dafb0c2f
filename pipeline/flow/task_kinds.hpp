#pragma once

// Private to the coordinator: what it must know of each kind of task: one row a kind in
// task_kinds.cpp. Everything else about a task is carried without being understood.
// How to add a kind: pipeline/flow/README.md.

#include <chrono>

#include "pipeline/core/result.hpp"
#include "pipeline/flow/held_task.hpp"
#include "pipeline/flow/messages.hpp"
#include "pipeline/jobs/blob_store.hpp"
#include "pipeline/jobs/job_store.hpp"

namespace sogoc {

// May this worker see this blob for this task? A document may read its page records, and after
// fetching a record the blobs that it names. Fails when a record cannot be read.
[[nodiscard]] Result<bool> may_read(HeldTask& held, const Sha256& digest, BlobStore& blobs);

// The result as the job store takes it. Fails with invalid_input when it does not belong to the
// task, names blobs that were not stored for it, or would let a secrecy mark slip.
[[nodiscard]] Result<TaskResult> checked_result(const HeldTask& held, const Message& message,
                                                BlobStore& blobs);

// Into the job store, with the lease it was made under.
[[nodiscard]] Done commit(JobStore& jobs, const LeaseToken& lease, const TaskResult& result);

// 0 = no limit.
[[nodiscard]] std::chrono::seconds time_limit_of(const Task& task);
[[nodiscard]] bool is_overdue(const HeldTask& held, HeldTask::Steady::time_point now);

}  // namespace sogoc
