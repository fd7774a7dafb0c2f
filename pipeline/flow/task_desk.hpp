#pragma once

// Private to the coordinator: tasks between the job store and the workers. Claims, leases,
// results, failures; what each kind of task needs stands in task_kinds.hpp.

#include <chrono>
#include <optional>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/log.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/flow/worker_session.hpp"
#include "pipeline/jobs/job_store.hpp"

namespace sogoc {

// Owner:  the coordinator's run, as are all parts it refers to.
// Thread: the coordinator's.
//
// Every call fails with invalid_input for what the worker said wrongly, with anything else when
// the job store or the blob store fails: the run ends then.
class TaskDesk {
 public:
  struct Timing {
    std::chrono::milliseconds lease;
    std::chrono::milliseconds look_for_jobs_every;
  };
  TaskDesk(JobStore& jobs, BlobStore& blobs, const Clock& clock, Timing timing, Replies& replies,
           Log log)
      : jobs_(jobs),
        blobs_(blobs),
        clock_(clock),
        timing_(timing),
        replies_(replies),
        log_(std::move(log)) {}

  // ---- out ----

  // True until a look found nothing; then again after a while, or as soon as something changed.
  [[nodiscard]] bool worth_a_look() const;
  void look_again() { look_again_ = {}; }
  // The next job, leased to the worker; nothing when there is none.
  [[nodiscard]] Result<std::optional<Task>> claim_for(const WorkerSession& session);
  // The worker holds it from here on. Returns what to send it.
  [[nodiscard]] Message hand_to(WorkerSession& session, Task task);

  // ---- meanwhile ----

  // The task of the worker with this lease; null, and the worker is told, when it has no such.
  [[nodiscard]] HeldTask* held_by(WorkerSession& session, const LeaseToken& lease);
  // A beat came: leases that are half over are renewed.
  [[nodiscard]] Done renew_leases(WorkerSession& session);

  // ---- back ----

  [[nodiscard]] Done on_result(WorkerSession& session, const Message& message);
  // Returns the error when it is about the worker's machine (no room, no model) and not about the
  // task: every other task would fail there too. The task is still held then.
  [[nodiscard]] Result<std::optional<Error>> on_failed(WorkerSession& session,
                                                       const Message& message);
  // The task in hand of a remote worker takes too long: its result will be refused, and its
  // credit stays in use until it comes back.
  [[nodiscard]] Done take_away(WorkerSession& session, const Error& why);
  // The worker is gone: what it held is tried again. Only the task in hand can be what brought
  // the worker down.
  [[nodiscard]] Done give_back(const WorkerSession& session, const Error& why);

 private:
  [[nodiscard]] Done fail_job(const Task& task, Error error);
  [[nodiscard]] Done end_task(WorkerSession& session, const LeaseToken& lease);
  [[nodiscard]] bool forget_overdue(WorkerSession& session, const LeaseToken& lease);

  JobStore& jobs_;
  BlobStore& blobs_;
  const Clock& clock_;
  Timing timing_;
  Replies& replies_;
  Log log_;
  WorkerSession::Steady::time_point look_again_{};  // no job before this
};

}  // namespace sogoc
