#include "pipeline/flow/task_desk.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "pipeline/flow/task_kinds.hpp"

namespace sogoc {
namespace {

using Steady = WorkerSession::Steady;

// Every other page would fail for the same reason: not the page's fault.
bool is_about_the_machine(ErrorCode code) {
  return code == ErrorCode::no_space || code == ErrorCode::missing_model;
}

void start_clock(WorkerSession& session) {
  if (session.held.empty()) return;
  session.held.front().begun = session.held.front().clock_from = Steady::now();
}

void let_go(WorkerSession& session, const LeaseToken& lease) {
  std::erase_if(session.held, [&](const HeldTask& h) { return h.task.lease == lease; });
}

}  // namespace

// ---- out ---------------------------------------------------------------------------------------

bool TaskDesk::worth_a_look() const { return Steady::now() >= look_again_; }

Result<std::optional<Task>> TaskDesk::claim_for(const WorkerSession& session) {
  const UtcTime now = clock_.now();
  SOGOC_TRY(auto task, jobs_.claim(session.worker, now, now + timing_.lease));
  if (!task) look_again_ = Steady::now() + timing_.look_for_jobs_every;
  return task;
}

Message TaskDesk::hand_to(WorkerSession& session, Task task) {
  Message message = to_message(task);
  HeldTask held;
  held.task = std::move(task);
  held.lease_until = clock_.now() + timing_.lease;
  held.begun = held.clock_from = Steady::now();
  session.held.push_back(std::move(held));
  return message;
}

// ---- meanwhile ---------------------------------------------------------------------------------

HeldTask* TaskDesk::held_by(WorkerSession& session, const LeaseToken& lease) {
  for (HeldTask& held : session.held)
    if (held.task.lease == lease) return &held;
  replies_.refuse(session.peer,
                  {RefusalReason::stale_lease, "this task is not yours any more", lease, {}});
  return nullptr;
}

Done TaskDesk::renew_leases(WorkerSession& session) {
  const UtcTime now = clock_.now();
  for (auto held = session.held.begin(); held != session.held.end();) {
    if (held->lease_until - now > timing_.lease / 2) {
      ++held;
      continue;
    }
    const UtcTime until = now + timing_.lease;
    const Done renewed = jobs_.renew(held->task.lease, until);
    if (!renewed && renewed.error().code != ErrorCode::conflict) return renewed;
    if (!renewed) {
      replies_.refuse(session.peer, {RefusalReason::stale_lease, "the lease ran out",
                                     held->task.lease, {}});
      held = session.held.erase(held);
      continue;
    }
    held->lease_until = until;
    ++held;
  }
  return {};
}

// ---- back --------------------------------------------------------------------------------------

Done TaskDesk::on_result(WorkerSession& session, const Message& message) {
  SOGOC_TRY(const LeaseToken lease, lease_in(message));
  if (forget_overdue(session, lease)) return {};
  HeldTask* held = held_by(session, lease);
  if (!held) return {};
  const auto result = checked_result(*held, message, blobs_);
  if (!result && result.error().code == ErrorCode::invalid_input) {
    SOGOC_CHECK(fail_job(held->task, result.error()));
    return end_task(session, lease);
  }
  if (!result) return tl::unexpected<Error>(result.error());
  const Done committed = commit(jobs_, lease, *result);
  if (!committed && committed.error().code == ErrorCode::conflict) {
    replies_.refuse(session.peer,
                    {RefusalReason::stale_lease, committed.error().message, lease, {}});
    let_go(session, lease);
    return {};
  }
  if (!committed && committed.error().code == ErrorCode::invalid_input) {
    SOGOC_CHECK(fail_job(held->task, committed.error()));
    return end_task(session, lease);
  }
  if (!committed) return fail_while(committed.error(), "committing " + held->task.about);
  look_again();
  return end_task(session, lease);
}

Result<std::optional<Error>> TaskDesk::on_failed(WorkerSession& session, const Message& message) {
  SOGOC_TRY(const LeaseToken lease, lease_in(message));
  if (forget_overdue(session, lease)) return std::nullopt;
  HeldTask* held = held_by(session, lease);
  if (!held) return std::nullopt;
  SOGOC_TRY(Error error, failure_in(message));
  if (is_about_the_machine(error.code)) return error;
  SOGOC_CHECK(fail_job(held->task, std::move(error)));
  SOGOC_CHECK(end_task(session, lease));
  return std::nullopt;
}

Done TaskDesk::take_away(WorkerSession& session, const Error& why) {
  const HeldTask& held = session.held.front();
  SOGOC_CHECK(fail_job(held.task, why));
  session.overdue.push_back(held.task.lease);
  session.held.pop_front();
  return {};
}

Done TaskDesk::give_back(const WorkerSession& session, const Error& why) {
  bool first = true;
  for (const HeldTask& held : session.held) {
    const Error error = first ? why
                              : fail(ErrorCode::unavailable, Retry::same_step, held.task.about,
                                     "its worker was lost")
                                    .value();
    first = false;
    SOGOC_CHECK(fail_job(held.task, error));
  }
  look_again();
  return {};
}

Done TaskDesk::fail_job(const Task& task, Error error) {
  if (error.subject.empty()) error.subject = task.about;
  log_.with("job", std::to_string(task.lease.job))
      .error("{} of {} failed (try {}): {} [{}]", name(task.kind), task.about, task.tries,
             error.message, name(error.code));
  Done failed = jobs_.fail_job(task.lease, error, clock_.now());
  if (!failed && failed.error().code == ErrorCode::conflict) return {};  // somebody else's now
  look_again();
  return failed;
}

// The late end of a task that was taken away.
bool TaskDesk::forget_overdue(WorkerSession& session, const LeaseToken& lease) {
  if (std::erase(session.overdue, lease) == 0) return false;
  replies_.refuse(session.peer, {RefusalReason::stale_lease, "it took too long", lease, {}});
  start_clock(session);
  return true;
}

Done TaskDesk::end_task(WorkerSession& session, const LeaseToken& lease) {
  let_go(session, lease);
  std::erase_if(session.uploads, [&](const auto& upload) { return upload.second.lease == lease; });
  replies_.tell(session.peer, to_message(Ack{lease, std::nullopt, 0}));
  start_clock(session);
  return {};
}

}  // namespace sogoc
