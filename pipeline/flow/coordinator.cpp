#include "pipeline/flow/coordinator.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "pipeline/flow/blob_desk.hpp"
#include "pipeline/flow/messages.hpp"
#include "pipeline/flow/task_desk.hpp"
#include "pipeline/flow/task_kinds.hpp"
#include "pipeline/flow/worker_session.hpp"

namespace sogoc {
namespace {

using std::chrono::milliseconds;
using Steady = WorkerSession::Steady;

constexpr milliseconds kTurn{20};              // longest wait: a dead worker is noticed after it
constexpr int kMessagesATurn = 256;
constexpr milliseconds kStall{1'000};          // a turn this long was our own fault (slow disk)
constexpr milliseconds kLastWords{2'000};      // for workers to end by themselves
constexpr std::size_t kMaxSessions = 512;
constexpr int kMaxStrikes = 20;                // malformed messages before a worker is dropped

std::string random_token() {
  std::random_device device;  // getrandom(2) behind it
  std::string token;
  for (int i = 0; i < 4; ++i) token += fmt::format("{:08x}", device());
  return token;
}

Error plain_error(ErrorCode code, Retry retry, std::string subject, std::string message) {
  return {code, retry, std::move(subject), std::move(message), {}, std::source_location::current()};
}

class CoordinatorRun {
 public:
  CoordinatorRun(const CoordinatorParts& parts, const CoordinatorSettings& settings,
                 const std::atomic<bool>& stop, const std::function<void(const Progress&)>& show,
                 const Log& log)
      : jobs_(parts.jobs),
        socket_(parts.socket),
        workers_(parts.workers),
        settings_(settings),
        stop_(stop),
        show_(show),
        log_(log),
        replies_(parts.socket, log),
        tasks_(parts.jobs, parts.blobs, parts.clock,
               {settings.lease, settings.look_for_jobs_every}, replies_, log),
        blob_desk_(parts.blobs, tasks_, replies_, settings.max_bytes_a_task) {}

  // START HERE: one turn of the loop.
  Result<Progress> run() {
    // We are the only coordinator: what a dead one had handed out is free again.
    SOGOC_TRY(const int orphans, jobs_.release_all_leases());
    if (orphans > 0) log_.info("{} jobs of an earlier run are free again", orphans);
    while (true) {
      // Everything that waits is heard before anyone is judged silent.
      SOGOC_CHECK(hear());
      SOGOC_CHECK(bury_the_dead());
      SOGOC_CHECK(watch_clocks());
      if (stopping()) {
        if (nothing_held() || Steady::now() > stop_until_) break;
      } else {
        SOGOC_CHECK(hand_out());
      }
      SOGOC_TRY(const bool idle, show_progress());
      if (idle && settings_.stop_when_idle) break;
    }
    return jobs_.progress(settings_.batch);
  }

  // Good-bye to the workers; leases of those that would not end are given back.
  void leave() {
    for (const auto& [token, session] : sessions_)
      replies_.tell(session.peer, session.ours ? stop_message() : to_message(Bye{"the coordinator ends"}));
    workers_.stop_all(kLastWords);
    const auto last_words = socket_.receive(milliseconds(20));  // lets the good-byes go out
    (void)last_words;
    sessions_.clear();
    const auto released = jobs_.release_all_leases();
    if (!released) log_.warn("leases are given back at the next start: {}", released.error().message);
  }

 private:
  // ---- hearing ------------------------------------------------------------------------------

  Done hear() {
    const auto turn = Steady::now();
    milliseconds wait = kTurn;
    for (int i = 0; i < kMessagesATurn; ++i) {
      SOGOC_TRY(auto received, socket_.receive(wait));
      if (!received) break;
      SOGOC_CHECK(on_message(*received));
      wait = milliseconds(0);
    }
    forgive_stall(turn);
    return {};
  }

  // While we were stuck (a slow disk), nobody could be heard.
  void forgive_stall(Steady::time_point turn) {
    const auto now = Steady::now();
    const auto since = now - (last_turn_ == Steady::time_point{} ? turn : last_turn_);
    last_turn_ = now;
    if (since < kStall) return;
    for (auto& [token, session] : sessions_) {
      session.heard = std::min(now, session.heard + since);
      for (HeldTask& held : session.held) {
        held.begun = std::min(now, held.begun + since);
        held.clock_from = std::min(now, held.clock_from + since);
      }
    }
  }

  WorkerSession* session_of(const std::string& peer) {
    const auto token = tokens_.find(peer);
    if (token == tokens_.end()) return nullptr;
    const auto session = sessions_.find(token->second);
    return session == sessions_.end() ? nullptr : &session->second;
  }

  Done on_message(const Received& received) {
    WorkerSession* session = session_of(received.peer);
    if (session) session->heard = Steady::now();
    if (!received.message) {
      replies_.refuse(received.peer, {RefusalReason::malformed, received.message.error().message, {}, {}});
      return session ? strike(*session, received.message.error()) : Done{};
    }
    const Message& message = *received.message;
    if (message.kind == MessageKind::hello) return on_hello(received, message);
    if (message.kind == MessageKind::beat) return on_beat(received, message);
    if (!session) {
      replies_.refuse(received.peer, {RefusalReason::hello_first, "say hello first", {}, {}});
      return {};
    }
    Done done = on_message_of(*session, message);
    // What the worker said makes no sense: its fault, and only it suffers.
    if (!done && done.error().code == ErrorCode::invalid_input) {
      replies_.refuse(received.peer, {RefusalReason::malformed, done.error().message, {}, {}});
      return strike(*session, done.error());
    }
    return done;
  }

  // Fails with invalid_input for what the worker did wrong, with anything else for the store.
  Done on_message_of(WorkerSession& session, const Message& message) {
    switch (message.kind) {
      case MessageKind::fetch:
        return blob_desk_.on_fetch(session, message);
      case MessageKind::put_begin:
        return blob_desk_.on_put_begin(session, message);
      case MessageKind::put_chunk:
        return blob_desk_.on_put_chunk(session, message);
      case MessageKind::put_end:
        return blob_desk_.on_put_end(session, message);
      case MessageKind::result:
        return tasks_.on_result(session, message);
      case MessageKind::failed:
        return on_failed(session, message);
      case MessageKind::bye:
        return drop(session, plain_error(ErrorCode::unavailable, Retry::same_step, session.worker,
                                         "the worker left before it was done"));
      default:
        return fail(ErrorCode::invalid_input, Retry::never, session.worker,
                    "a worker does not send this kind of message");
    }
  }

  Done on_failed(WorkerSession& session, const Message& message) {
    SOGOC_TRY(const auto unfit, tasks_.on_failed(session, message));
    if (!unfit) return {};
    if (session.ours || session.key_name.empty()) return tl::unexpected<Error>(*unfit);
    // A remote machine without room or models: its task goes to another.
    log_.warn("worker {} is sent away: {}", session.worker, unfit->message);
    replies_.refuse(session.peer, {RefusalReason::not_welcome, unfit->message, {}, {}});
    return drop(session, plain_error(ErrorCode::unavailable, Retry::same_step, session.worker,
                                     unfit->message));
  }

  Done strike(WorkerSession& session, const Error& why) {
    log_.debug("worker {}: {}", session.worker, why.message);
    if (++session.strikes < kMaxStrikes) return {};
    log_.warn("worker {} sends garbage and is dropped", session.worker);
    if (!session.ours)
      replies_.refuse(session.peer,
                      {RefusalReason::not_welcome, "too many malformed messages", {}, {}});
    return part_with(session, plain_error(ErrorCode::crashed, Retry::same_step, session.worker,
                                          "the worker process sent garbage"));
  }

  // ---- sessions -----------------------------------------------------------------------------

  Done on_hello(const Received& received, const Message& message) {
    const auto hello = hello_in(message);
    if (!hello) {
      replies_.refuse(received.peer, {RefusalReason::malformed, hello.error().message, {}, {}});
      return {};
    }
    if (hello->program != settings_.program) {
      replies_.refuse(received.peer,
             {RefusalReason::not_welcome,
              fmt::format("the worker runs {}, the coordinator {}: install the same version",
                          hello->program, settings_.program),
              {},
              {}});
      return {};
    }
    const std::string worker =
        received.key_name.empty() ? hello->worker : received.key_name + "/" + hello->worker;
    // The same name again: the worker lost its connection, and its tasks with it.
    for (auto& [token, old] : sessions_)
      if (old.worker == worker || old.peer == received.peer) {
        SOGOC_CHECK(drop(old, plain_error(ErrorCode::unavailable, Retry::same_step, worker,
                                          "the worker lost its connection")));
        break;
      }
    if (sessions_.size() >= kMaxSessions) {
      replies_.refuse(received.peer, {RefusalReason::not_welcome, "too many workers", {}, {}});
      return {};
    }
    WorkerSession session;
    session.token = random_token();
    session.worker = worker;
    session.key_name = received.key_name;
    session.peer = received.peer;
    session.ours = received.key_name.empty() && workers_.knows(hello->worker);
    session.credits = hello->credits;
    session.heard = Steady::now();
    replies_.tell(session.peer, to_message(Welcome{session.token, settings_.beat_every.count(),
                                          settings_.own_silence_limit.count()}));
    log_.info("worker {} joined: process {} on {}, {} tasks at once", worker, hello->pid,
              hello->host, hello->credits);
    if (session.ours) workers_.joined(worker);
    tokens_[session.peer] = session.token;
    sessions_.emplace(session.token, std::move(session));
    tasks_.look_again();
    return {};
  }

  Done on_beat(const Received& received, const Message& message) {
    const auto beat = beat_in(message);
    const auto found = beat ? sessions_.find(beat->session) : sessions_.end();
    if (found == sessions_.end() || found->second.key_name != received.key_name) {
      replies_.refuse(received.peer, {RefusalReason::hello_first, "no such session", {}, {}});
      return {};
    }
    WorkerSession& session = found->second;
    session.heard = Steady::now();
    replies_.tell(received.peer, to_message(Beat{session.token, 0, std::nullopt}));
    return tasks_.renew_leases(session);
  }

  // The worker is gone. `session` does not exist after this.
  Done drop(WorkerSession& session, const Error& why) {
    SOGOC_CHECK(tasks_.give_back(session, why));
    socket_.forget(session.peer);
    tokens_.erase(session.peer);
    const std::string token = session.token;
    sessions_.erase(token);
    return {};
  }

  // It cannot go on; a process of ours is ended, and dropped when it is dead.
  Done part_with(WorkerSession& session, const Error& why) {
    if (!session.ours) return drop(session, why);
    end_process(session, why);
    return {};
  }

  void end_process(WorkerSession& session, const Error& why) {
    if (session.ending) return;
    session.ending = true;
    workers_.kill(session.worker, why);
  }

  // ---- clocks and processes -----------------------------------------------------------------

  Done bury_the_dead() {
    SOGOC_TRY(const auto deaths, workers_.tend());
    for (const WorkerSupervisor::Death& death : deaths) {
      log_.warn("worker {} died: {} [{}]", death.worker, death.why.message, name(death.why.code));
      for (auto& [token, session] : sessions_)
        if (session.ours && session.worker == death.worker) {
          SOGOC_CHECK(drop(session, death.why));
          break;
        }
    }
    return {};
  }

  Done watch_clocks() {
    const auto now = Steady::now();
    std::vector<std::string> silent;
    for (auto& [token, session] : sessions_) {
      if (now - session.heard > settings_.silence_limit) silent.push_back(token);
      if (session.held.empty() || session.ending || !is_overdue(session.held.front(), now)) continue;
      SOGOC_CHECK(take_away(session));
    }
    for (const std::string& token : silent) {
      WorkerSession& session = sessions_.at(token);
      if (!session.ours) log_.warn("worker {} fell silent", session.worker);
      SOGOC_CHECK(part_with(session, plain_error(ErrorCode::unavailable, Retry::same_step,
                                                 session.worker, "the worker fell silent")));
    }
    return {};
  }

  // The task in hand takes too long: a process of ours is ended with it.
  Done take_away(WorkerSession& session) {
    const HeldTask& held = session.held.front();
    const Error error =
        plain_error(ErrorCode::timeout, Retry::same_step, held.task.about,
                    fmt::format("took longer than its limit of {} s", time_limit_of(held.task).count()));
    if (!session.ours) return tasks_.take_away(session, error);
    end_process(session, error);
    return {};
  }

  // ---- handing out --------------------------------------------------------------------------

  Done hand_out() {
    if (!tasks_.worth_a_look()) return {};
    std::vector<std::string> broken;
    bool queue_empty = false;
    for (auto session = sessions_.begin(); session != sessions_.end() && !queue_empty; ++session) {
      while (session->second.has_credit()) {
        SOGOC_TRY(auto task, tasks_.claim_for(session->second));
        queue_empty = !task;
        if (queue_empty) break;
        if (!give(session->second, std::move(*task))) {
          broken.push_back(session->first);
          break;
        }
      }
    }
    for (const std::string& token : broken) {
      WorkerSession& session = sessions_.at(token);
      SOGOC_CHECK(part_with(session, plain_error(ErrorCode::unavailable, Retry::same_step,
                                                 session.worker, "the worker cannot be reached")));
    }
    return {};
  }

  // False when the worker cannot be reached; it holds the task all the same.
  bool give(WorkerSession& session, Task task) {
    if (session.ours) workers_.assigned(session.worker, task.settings.memory_limit_mb);
    const Done sent = socket_.send(session.peer, tasks_.hand_to(session, std::move(task)));
    if (!sent) log_.info("worker {}: {}", session.worker, sent.error().message);
    return sent.has_value();
  }

  // ---- progress and end ---------------------------------------------------------------------

  [[nodiscard]] bool nothing_held() const {
    return std::all_of(sessions_.begin(), sessions_.end(),
                       [](const auto& entry) { return entry.second.held.empty(); });
  }

  bool stopping() {
    if (stopping_) return true;
    if (!stop_.load()) return false;
    stopping_ = true;
    stop_until_ = Steady::now() + settings_.stop_grace;
    log_.info("told to stop: tasks in hand have {} ms", settings_.stop_grace.count());
    return true;
  }

  // True when nothing is left to do without a person.
  Result<bool> show_progress() {
    const auto now = Steady::now();
    // Nothing held and nothing claimed just now: perhaps the end; do not wait to find out.
    const bool perhaps_idle = nothing_held() && !tasks_.worth_a_look() && !seen_not_idle_;
    if (now < next_progress_ && !perhaps_idle) return false;
    next_progress_ = now + settings_.progress_every;
    SOGOC_TRY(const Progress progress, jobs_.progress(settings_.batch));
    if (show_) show_(progress);
    if (!nothing_held()) return false;
    bool idle = progress.idle();
    if (idle && settings_.batch) {  // another batch may have work
      SOGOC_TRY(const Progress all, jobs_.progress(std::nullopt));
      idle = all.idle();
    }
    seen_not_idle_ = !idle;
    return idle;
  }

  JobStore& jobs_;
  CoordinatorSocket& socket_;
  WorkerSupervisor& workers_;
  const CoordinatorSettings& settings_;
  const std::atomic<bool>& stop_;
  const std::function<void(const Progress&)>& show_;
  Log log_;
  Replies replies_;
  TaskDesk tasks_;
  BlobDesk blob_desk_;

  std::map<std::string, WorkerSession> sessions_;    // by token
  std::map<std::string, std::string> tokens_;  // by peer
  Steady::time_point next_progress_{};
  Steady::time_point last_turn_{};
  Steady::time_point stop_until_{};
  bool stopping_ = false;
  bool seen_not_idle_ = false;
};

}  // namespace

Result<Progress> run_coordinator(const CoordinatorParts& parts, const CoordinatorSettings& settings,
                                 const std::atomic<bool>& stop,
                                 const std::function<void(const Progress&)>& show, const Log& log) {
  CoordinatorRun run(parts, settings, stop, show, log);
  auto result = run.run();
  run.leave();
  return result;
}

}  // namespace sogoc
