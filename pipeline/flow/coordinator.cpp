#include "pipeline/flow/coordinator.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "pipeline/flow/held_task.hpp"
#include "pipeline/flow/messages.hpp"

namespace sogoc {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr milliseconds kTurn{20};              // longest wait: a dead worker is noticed after it
constexpr int kMessagesATurn = 256;
constexpr milliseconds kStall{1'000};          // a turn this long was our own fault (slow disk)
constexpr milliseconds kLastWords{2'000};      // for workers to end by themselves
constexpr std::size_t kMaxSessions = 512;
constexpr std::size_t kMaxUploads = 4;         // at once, a worker
constexpr int kMaxStrikes = 20;                // malformed messages before a worker is dropped

class OpenBlob {
 public:
  OpenBlob() = default;
  // Takes the handle; -1 is a blob that could not be opened.
  OpenBlob(const Sha256& digest, int fd) : digest_(digest), fd_(fd) {
    const off_t end = fd < 0 ? 0 : ::lseek(fd, 0, SEEK_END);
    size_ = end < 0 ? 0 : static_cast<std::uint64_t>(end);
  }
  OpenBlob(OpenBlob&& other) noexcept
      : digest_(other.digest_), fd_(std::exchange(other.fd_, -1)), size_(other.size_) {}
  OpenBlob& operator=(OpenBlob&& other) noexcept {
    std::swap(digest_, other.digest_);
    std::swap(fd_, other.fd_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~OpenBlob() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] bool is(const Sha256& digest) const { return fd_ >= 0 && digest_ == digest; }
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  Sha256 digest_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
};

struct Upload {
  LeaseToken lease;
  std::uint64_t size = 0;
  std::uint64_t received = 0;
  std::unique_ptr<BlobStore::Writer> writer;
};

// A worker, from its hello to its end.
struct Session {
  std::string token;
  std::string worker;          // name in the job store; remote ones begin with their key's name
  std::string key_name;        // "" = local address
  std::string peer;
  bool ours = false;           // a process of the supervisor
  bool ending = false;         // killed, or told to go: gets no more tasks
  std::uint32_t credits = 1;
  std::deque<HeldTask> held;   // the first is the one it works on
  std::vector<LeaseToken> overdue;  // taken from a remote worker that still works on them
  std::map<Sha256, Upload> uploads;
  OpenBlob reading;
  Steady::time_point heard;
  int strikes = 0;

  [[nodiscard]] std::size_t in_use() const { return held.size() + overdue.size(); }
};

std::string random_token() {
  std::random_device device;  // getrandom(2) behind it
  std::string token;
  for (int i = 0; i < 4; ++i) token += fmt::format("{:08x}", device());
  return token;
}

Error plain_error(ErrorCode code, Retry retry, std::string subject, std::string message) {
  return {code, retry, std::move(subject), std::move(message), {}, std::source_location::current()};
}

// Every other page would fail for the same reason: not the page's fault.
bool is_about_the_machine(ErrorCode code) {
  return code == ErrorCode::no_space || code == ErrorCode::missing_model;
}

std::span<const std::uint8_t> octets(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

class CoordinatorRun {
 public:
  CoordinatorRun(const CoordinatorParts& parts, const CoordinatorSettings& settings,
                 const std::atomic<bool>& stop, const std::function<void(const Progress&)>& show,
                 const Log& log)
      : jobs_(parts.jobs),
        blobs_(parts.blobs),
        socket_(parts.socket),
        workers_(parts.workers),
        clock_(parts.clock),
        settings_(settings),
        stop_(stop),
        show_(show),
        log_(log) {}

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
      tell(session.peer, session.ours ? stop_message() : to_message(Bye{"the coordinator ends"}));
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

  void tell(const std::string& peer, const Message& message) {
    const Done sent = socket_.send(peer, message);
    if (!sent) log_.debug("not told: {}", sent.error().message);
  }
  void refuse(const std::string& peer, Refuse refusal) { tell(peer, to_message(refusal)); }

  Session* session_of(const std::string& peer) {
    const auto token = tokens_.find(peer);
    if (token == tokens_.end()) return nullptr;
    const auto session = sessions_.find(token->second);
    return session == sessions_.end() ? nullptr : &session->second;
  }

  Done on_message(const Received& received) {
    Session* session = session_of(received.peer);
    if (session) session->heard = Steady::now();
    if (!received.message) {
      refuse(received.peer, {RefusalReason::malformed, received.message.error().message, {}, {}});
      return session ? strike(*session, received.message.error()) : Done{};
    }
    const Message& message = *received.message;
    if (message.kind == MessageKind::hello) return on_hello(received, message);
    if (message.kind == MessageKind::beat) return on_beat(received, message);
    if (!session) {
      refuse(received.peer, {RefusalReason::hello_first, "say hello first", {}, {}});
      return {};
    }
    Done done = on_message_of(*session, message);
    // What the worker said makes no sense: its fault, and only it suffers.
    if (!done && done.error().code == ErrorCode::invalid_input) {
      refuse(received.peer, {RefusalReason::malformed, done.error().message, {}, {}});
      return strike(*session, done.error());
    }
    return done;
  }

  // Fails with invalid_input for what the worker did wrong, with anything else for the store.
  Done on_message_of(Session& session, const Message& message) {
    switch (message.kind) {
      case MessageKind::fetch:
        return on_fetch(session, message);
      case MessageKind::put_begin:
        return on_put_begin(session, message);
      case MessageKind::put_chunk:
        return on_put_chunk(session, message);
      case MessageKind::put_end:
        return on_put_end(session, message);
      case MessageKind::result:
        return on_result(session, message);
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

  Done strike(Session& session, const Error& why) {
    log_.debug("worker {}: {}", session.worker, why.message);
    if (++session.strikes < kMaxStrikes) return {};
    log_.warn("worker {} sends garbage and is dropped", session.worker);
    const Error error = plain_error(ErrorCode::crashed, Retry::same_step, session.worker,
                                    "the worker process sent garbage");
    if (session.ours) {
      end_process(session, error);
      return {};
    }
    refuse(session.peer, {RefusalReason::not_welcome, "too many malformed messages", {}, {}});
    return drop(session, error);
  }

  // ---- sessions -----------------------------------------------------------------------------

  Done on_hello(const Received& received, const Message& message) {
    const auto hello = hello_in(message);
    if (!hello) {
      refuse(received.peer, {RefusalReason::malformed, hello.error().message, {}, {}});
      return {};
    }
    if (hello->program != settings_.program) {
      refuse(received.peer,
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
      refuse(received.peer, {RefusalReason::not_welcome, "too many workers", {}, {}});
      return {};
    }
    Session session;
    session.token = random_token();
    session.worker = worker;
    session.key_name = received.key_name;
    session.peer = received.peer;
    session.ours = received.key_name.empty() && workers_.knows(hello->worker);
    session.credits = hello->credits;
    session.heard = Steady::now();
    tell(session.peer, to_message(Welcome{session.token, settings_.beat_every.count(),
                                          settings_.own_silence_limit.count()}));
    log_.info("worker {} joined: process {} on {}, {} tasks at once", worker, hello->pid,
              hello->host, hello->credits);
    if (session.ours) workers_.joined(worker);
    tokens_[session.peer] = session.token;
    sessions_.emplace(session.token, std::move(session));
    look_again_ = {};
    return {};
  }

  Done on_beat(const Received& received, const Message& message) {
    const auto beat = beat_in(message);
    const auto found = beat ? sessions_.find(beat->session) : sessions_.end();
    if (found == sessions_.end() || found->second.key_name != received.key_name) {
      refuse(received.peer, {RefusalReason::hello_first, "no such session", {}, {}});
      return {};
    }
    Session& session = found->second;
    session.heard = Steady::now();
    tell(received.peer, to_message(Beat{session.token, 0, std::nullopt}));
    return renew_leases(session);
  }

  Done renew_leases(Session& session) {
    const UtcTime now = clock_.now();
    for (auto held = session.held.begin(); held != session.held.end();) {
      if (held->lease_until - now > settings_.lease / 2) {
        ++held;
        continue;
      }
      const UtcTime until = now + settings_.lease;
      const Done renewed = jobs_.renew(held->task.lease, until);
      if (!renewed && renewed.error().code != ErrorCode::conflict) return renewed;
      if (!renewed) {
        refuse(session.peer, {RefusalReason::stale_lease, "the lease ran out", held->task.lease, {}});
        held = session.held.erase(held);
        continue;
      }
      held->lease_until = until;
      ++held;
    }
    return {};
  }

  // The worker is gone: what it held is tried again. `session` does not exist after this.
  Done drop(Session& session, const Error& why) {
    const UtcTime now = clock_.now();
    bool first = true;
    for (const HeldTask& held : session.held) {
      // Only the task in hand can be what brought the worker down.
      const Error error = first ? why
                                : plain_error(ErrorCode::unavailable, Retry::same_step,
                                              held.task.about, "its worker was lost");
      first = false;
      SOGOC_CHECK(fail_job(held.task, error, now));
    }
    socket_.forget(session.peer);
    tokens_.erase(session.peer);
    look_again_ = {};
    const std::string token = session.token;
    sessions_.erase(token);
    return {};
  }

  void end_process(Session& session, const Error& why) {
    if (session.ending) return;
    session.ending = true;
    workers_.kill(session.worker, why);
  }

  Done fail_job(const Task& task, Error error, UtcTime now) {
    if (error.subject.empty()) error.subject = task.about;
    log_.with("job", std::to_string(task.lease.job))
        .error("{} of {} failed (try {}): {} [{}]", name(task.kind), task.about, task.tries,
               error.message, name(error.code));
    Done failed = jobs_.fail_job(task.lease, error, now);
    if (!failed && failed.error().code == ErrorCode::conflict) return {};  // somebody else's now
    look_again_ = {};
    return failed;
  }

  // ---- blobs --------------------------------------------------------------------------------

  HeldTask* held_by(Session& session, const LeaseToken& lease) {
    for (HeldTask& held : session.held)
      if (held.task.lease == lease) return &held;
    refuse(session.peer, {RefusalReason::stale_lease, "this task is not yours any more", lease, {}});
    return nullptr;
  }

  // A store that fails for one blob is the worker's to report; a full disk ends the run.
  Done store_failed(const Session& session, const Error& error, const Sha256& digest) {
    const bool full = error.code == ErrorCode::no_space;
    refuse(session.peer, {full ? RefusalReason::no_space : RefusalReason::unavailable,
                          error.message, {}, digest});
    if (full) return tl::unexpected<Error>(error);
    return {};
  }

  Done on_fetch(Session& session, const Message& message) {
    SOGOC_TRY(const Fetch fetch, fetch_in(message));
    HeldTask* held = held_by(session, fetch.lease);
    if (!held) return {};
    const auto allowed = may_read(*held, fetch.digest, blobs_);
    if (!allowed) return store_failed(session, allowed.error(), fetch.digest);
    if (!*allowed) {
      refuse(session.peer,
             {RefusalReason::not_yours, "this blob does not belong to the task", {}, fetch.digest});
      return {};
    }
    if (!session.reading.is(fetch.digest)) {
      auto opened = open_blob(fetch.digest);
      if (!opened) return store_failed(session, opened.error(), fetch.digest);
      session.reading = std::move(*opened);
    }
    const std::uint64_t size = session.reading.size();
    if (fetch.offset > size)
      return fail(ErrorCode::invalid_input, Retry::never, session.worker, "the offset is too large");
    std::string piece(static_cast<std::size_t>(std::min<std::uint64_t>(fetch.length, size - fetch.offset)),
                      '\0');
    std::size_t have = 0;
    while (have < piece.size()) {
      const ssize_t got = ::pread(session.reading.fd(), piece.data() + have, piece.size() - have,
                                  static_cast<off_t>(fetch.offset + have));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0)
        return store_failed(session,
                            plain_error(ErrorCode::corrupt, Retry::after_operator,
                                        to_hex(fetch.digest), "the blob cannot be read"),
                            fetch.digest);
      have += static_cast<std::size_t>(got);
    }
    held->clock_from = Steady::now();
    tell(session.peer, to_message(Chunk{fetch.digest, fetch.offset, size}, std::move(piece)));
    return {};
  }

  Result<OpenBlob> open_blob(const Sha256& digest) {
    SOGOC_TRY(const auto path, blobs_.find(digest));
    OpenBlob blob(digest, ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!blob.is(digest))
      return fail(ErrorCode::corrupt, Retry::after_operator, to_hex(digest),
                  "the blob cannot be opened: run sogoc verify");
    return blob;
  }

  Done on_put_begin(Session& session, const Message& message) {
    SOGOC_TRY(const PutBegin put, put_begin_in(message));
    HeldTask* held = held_by(session, put.lease);
    if (!held) return {};
    if (put.size > settings_.max_bytes_a_task - held->stored_bytes) {
      refuse(session.peer, {RefusalReason::too_much,
                            "the task stores more than a task may", {}, put.digest});
      return {};
    }
    held->stored_bytes += put.size;
    if (message.body.size() == put.size) {
      const auto digest = blobs_.put(octets(message.body));
      if (!digest) return store_failed(session, digest.error(), put.digest);
      return stored(session, *held, put.digest, *digest);
    }
    if (blobs_.find(put.digest)) return stored(session, *held, put.digest, put.digest);
    if (session.uploads.size() >= kMaxUploads && !session.uploads.contains(put.digest))
      return fail(ErrorCode::invalid_input, Retry::never, session.worker, "too many blobs at once");
    auto writer = blobs_.begin();
    if (!writer) return store_failed(session, writer.error(), put.digest);
    session.uploads.insert_or_assign(put.digest,
                                     Upload{put.lease, put.size, 0, std::move(*writer)});
    tell(session.peer, to_message(Ack{put.lease, put.digest, 0}));
    return {};
  }

  Done on_put_chunk(Session& session, const Message& message) {
    SOGOC_TRY(const PutChunk put, put_chunk_in(message));
    if (!held_by(session, put.lease)) return {};
    const auto upload = session.uploads.find(put.digest);
    if (upload == session.uploads.end()) return {};  // refused before; its rest is on the way
    if (put.offset != upload->second.received ||
        message.body.size() > upload->second.size - upload->second.received) {
      session.uploads.erase(upload);
      return fail(ErrorCode::invalid_input, Retry::never, session.worker,
                  "a piece does not follow the one before");
    }
    const Done appended = upload->second.writer->append(octets(message.body));
    if (!appended) {
      session.uploads.erase(upload);
      return store_failed(session, appended.error(), put.digest);
    }
    upload->second.received += message.body.size();
    tell(session.peer, to_message(Ack{put.lease, put.digest, upload->second.received}));
    return {};
  }

  Done on_put_end(Session& session, const Message& message) {
    SOGOC_TRY(const PutEnd put, put_end_in(message));
    HeldTask* held = held_by(session, put.lease);
    const auto found = session.uploads.find(put.digest);
    if (!held || found == session.uploads.end()) return {};
    Upload upload = std::move(found->second);
    session.uploads.erase(found);
    const auto digest = upload.writer->commit(&put.digest);
    if (!digest && digest.error().code != ErrorCode::invalid_input)
      return store_failed(session, digest.error(), put.digest);
    return stored(session, *held, put.digest, digest ? *digest : Sha256{});
  }

  Done stored(Session& session, HeldTask& held, const Sha256& claimed, const Sha256& real) {
    if (claimed != real) {
      refuse(session.peer, {RefusalReason::bad_content,
                            "the bytes are not what their digest says", {}, claimed});
      return {};
    }
    held.stored.insert(claimed);
    tell(session.peer, to_message(Stored{claimed}));
    return {};
  }

  // ---- ends of tasks ------------------------------------------------------------------------

  Done on_result(Session& session, const Message& message) {
    SOGOC_TRY(const LeaseToken lease, lease_in(message));
    if (forget_overdue(session, lease)) return {};
    HeldTask* held = held_by(session, lease);
    if (!held) return {};
    const auto result = checked_result(*held, message, blobs_);
    if (!result && result.error().code == ErrorCode::invalid_input) {
      SOGOC_CHECK(fail_job(held->task, result.error(), clock_.now()));
      return task_ended(session, lease);
    }
    if (!result) return tl::unexpected<Error>(result.error());
    const Done finished = finish(lease, *result);
    if (!finished && finished.error().code == ErrorCode::conflict) {
      refuse(session.peer, {RefusalReason::stale_lease, finished.error().message, lease, {}});
      std::erase_if(session.held, [&](const HeldTask& h) { return h.task.lease == lease; });
      return {};
    }
    if (!finished && finished.error().code == ErrorCode::invalid_input) {
      SOGOC_CHECK(fail_job(held->task, finished.error(), clock_.now()));
      return task_ended(session, lease);
    }
    if (!finished) return fail_while(finished.error(), "committing " + held->task.about);
    look_again_ = {};
    return task_ended(session, lease);
  }

  Done finish(const LeaseToken& lease, const TaskResult& result) {
    if (const auto* opened = std::get_if<OpenedFile>(&result))
      return jobs_.finish_open(lease, *opened);
    if (const auto* page = std::get_if<PageOutcome>(&result)) return jobs_.finish_page(lease, *page);
    return jobs_.finish_document(lease, std::get<DocumentOutcome>(result));
  }

  Done on_failed(Session& session, const Message& message) {
    SOGOC_TRY(const LeaseToken lease, lease_in(message));
    if (forget_overdue(session, lease)) return {};
    HeldTask* held = held_by(session, lease);
    if (!held) return {};
    SOGOC_TRY(Error error, failure_in(message));
    if (is_about_the_machine(error.code)) {
      if (session.ours || session.key_name.empty()) return tl::unexpected<Error>(std::move(error));
      // A remote machine without room or models: its task goes to another.
      log_.warn("worker {} is sent away: {}", session.worker, error.message);
      refuse(session.peer, {RefusalReason::not_welcome, error.message, {}, {}});
      return drop(session, plain_error(ErrorCode::unavailable, Retry::same_step, session.worker,
                                       error.message));
    }
    SOGOC_CHECK(fail_job(held->task, std::move(error), clock_.now()));
    return task_ended(session, lease);
  }

  // The late end of a task that was taken away.
  bool forget_overdue(Session& session, const LeaseToken& lease) {
    if (std::erase(session.overdue, lease) == 0) return false;
    refuse(session.peer, {RefusalReason::stale_lease, "it took too long", lease, {}});
    start_clock(session);
    return true;
  }

  Done task_ended(Session& session, const LeaseToken& lease) {
    std::erase_if(session.held, [&](const HeldTask& h) { return h.task.lease == lease; });
    std::erase_if(session.uploads, [&](const auto& u) { return u.second.lease == lease; });
    tell(session.peer, to_message(Ack{lease, std::nullopt, 0}));
    start_clock(session);
    return {};
  }

  static void start_clock(Session& session) {
    if (session.held.empty()) return;
    session.held.front().begun = session.held.front().clock_from = Steady::now();
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
      Session& session = sessions_.at(token);
      const Error error = plain_error(ErrorCode::unavailable, Retry::same_step, session.worker,
                                      "the worker fell silent");
      if (session.ours) {
        end_process(session, error);
      } else {
        log_.warn("worker {} fell silent", session.worker);
        SOGOC_CHECK(drop(session, error));
      }
    }
    return {};
  }

  // The task in hand takes too long: a process of ours is ended, a remote worker's result will
  // be refused. Its credit stays in use until it comes back.
  Done take_away(Session& session) {
    const HeldTask& held = session.held.front();
    const Error error =
        plain_error(ErrorCode::timeout, Retry::same_step, held.task.about,
                    fmt::format("took longer than its limit of {} s", time_limit_of(held.task).count()));
    if (session.ours) {
      end_process(session, error);
      return {};
    }
    SOGOC_CHECK(fail_job(held.task, error, clock_.now()));
    session.overdue.push_back(held.task.lease);
    session.held.pop_front();
    return {};
  }

  // ---- handing out --------------------------------------------------------------------------

  Done hand_out() {
    const auto now = Steady::now();
    if (now < look_again_) return {};
    std::vector<std::string> broken;
    for (auto& [token, session] : sessions_) {
      while (!session.ending && session.in_use() < session.credits) {
        const UtcTime utc = clock_.now();
        SOGOC_TRY(auto task, jobs_.claim(session.worker, utc, utc + settings_.lease));
        if (!task) {
          look_again_ = now + settings_.look_for_jobs_every;
          return drop_broken(broken);
        }
        if (!give(session, std::move(*task), utc)) {
          broken.push_back(token);
          break;
        }
      }
    }
    return drop_broken(broken);
  }

  // False when the worker cannot be reached; it holds the task all the same.
  bool give(Session& session, Task task, UtcTime utc) {
    HeldTask held;
    const Message message = to_message(task);
    if (session.ours) workers_.assigned(session.worker, task.settings.memory_limit_mb);
    held.task = std::move(task);
    held.lease_until = utc + settings_.lease;
    held.begun = held.clock_from = Steady::now();
    session.held.push_back(std::move(held));
    const Done sent = socket_.send(session.peer, message);
    if (!sent) log_.info("worker {}: {}", session.worker, sent.error().message);
    return sent.has_value();
  }

  Done drop_broken(const std::vector<std::string>& tokens) {
    for (const std::string& token : tokens) {
      Session& session = sessions_.at(token);
      const Error error = plain_error(ErrorCode::unavailable, Retry::same_step, session.worker,
                                      "the worker cannot be reached");
      if (session.ours)
        end_process(session, error);
      else
        SOGOC_CHECK(drop(session, error));
    }
    return {};
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
    const bool perhaps_idle = nothing_held() && now < look_again_ && !seen_not_idle_;
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
  BlobStore& blobs_;
  CoordinatorSocket& socket_;
  WorkerSupervisor& workers_;
  const Clock& clock_;
  const CoordinatorSettings& settings_;
  const std::atomic<bool>& stop_;
  const std::function<void(const Progress&)>& show_;
  Log log_;

  std::map<std::string, Session> sessions_;    // by token
  std::map<std::string, std::string> tokens_;  // by peer
  Steady::time_point look_again_{};            // no job before this
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
