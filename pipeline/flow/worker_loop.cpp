#include "pipeline/flow/worker_loop.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "pipeline/flow/worker_link.hpp"
#include "pipeline/jobs/guarded.hpp"

namespace sogoc {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr milliseconds kIdleSlice{200};
constexpr milliseconds kStopPatience{3'000};
constexpr int kExitEnvironment = 5;

std::uint64_t rss_bytes_of_this_process() {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/proc/self/statm", "r"),
                                                       &std::fclose);
  unsigned long size = 0;
  unsigned long resident = 0;
  if (!file || std::fscanf(file.get(), "%lu %lu", &size, &resident) != 2) return 0;
  return std::uint64_t{resident} * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

// Says "I live" over a socket of its own while the main thread computes, and notices when the
// coordinator is silent.
//
// Thread: the constructor and note_*() may be called from the main thread; the rest is the
// beat thread's.
class Beats {
 public:
  Beats(std::shared_ptr<TransportContext> context, ConnectSettings connection, Welcome welcome,
        std::function<void()> silent_while_working)
      : context_(std::move(context)),
        connection_(std::move(connection)),
        welcome_(std::move(welcome)),
        silent_while_working_(std::move(silent_while_working)) {
    note_heard();
    thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
  }

  void note_heard() { heard_.store(Steady::now().time_since_epoch().count()); }
  void note_lease(std::optional<LeaseToken> lease) {
    const std::lock_guard lock(mutex_);
    lease_ = lease;
  }
  // The coordinator is silent, or does not know this session.
  [[nodiscard]] bool lost() const { return lost_.load(); }

 private:
  [[nodiscard]] std::optional<LeaseToken> lease() {
    const std::lock_guard lock(mutex_);
    return lease_;
  }

  void run(const std::stop_token& stop) {
    auto socket = connect_worker(context_, connection_);
    if (!socket) {
      lost_.store(true);
      return;
    }
    const milliseconds every(welcome_.beat_every_ms);
    const auto limit = milliseconds(welcome_.silence_limit_ms);
    while (!stop.stop_requested()) {
      const Done sent = (*socket)->send(
          to_message(Beat{welcome_.session, rss_bytes_of_this_process(), lease()}),
          milliseconds(0));
      (void)sent;  // silence is what counts
      const auto next = Steady::now() + every;
      while (!stop.stop_requested() && Steady::now() < next) listen(**socket, next);
      const Steady::time_point heard{Steady::duration(heard_.load())};
      if (Steady::now() - heard < limit) continue;
      if (silent_while_working_ && lease()) silent_while_working_();
      lost_.store(true);
    }
  }

  void listen(WorkerSocket& socket, Steady::time_point until) {
    // In slices, so that the end of a session does not wait for the next beat.
    const auto left = std::chrono::duration_cast<milliseconds>(until - Steady::now());
    const auto answer = socket.receive(std::clamp(left, milliseconds(1), milliseconds(50)));
    if (!answer || !*answer) return;
    if ((*answer)->kind == MessageKind::beat) note_heard();
    if ((*answer)->kind == MessageKind::refuse || (*answer)->kind == MessageKind::bye)
      lost_.store(true);
  }

  std::shared_ptr<TransportContext> context_;
  ConnectSettings connection_;
  Welcome welcome_;
  std::function<void()> silent_while_working_;
  std::atomic<Steady::rep> heard_{0};
  std::atomic<bool> lost_{false};
  std::mutex mutex_;
  std::optional<LeaseToken> lease_;
  std::jthread thread_;  // last: ends first
};

enum class Ending : std::uint8_t { told_to_stop, connection_lost };

class WorkerProcess {
 public:
  WorkerProcess(std::shared_ptr<TransportContext> context, const WorkerSettings& settings,
                TaskRunner& runner, const Log& log)
      : context_(std::move(context)),
        settings_(settings),
        runner_(runner),
        log_(log),
        cache_(settings.scratch / "blobs") {}

  Done run() {
    SOGOC_CHECK(cache_.clear());
    milliseconds pause = settings_.first_pause;
    while (!told_to_stop()) {
      worked_ = false;
      auto ending = session();
      if (ending && *ending == Ending::told_to_stop) return {};
      if (!ending && ending.error().code == ErrorCode::no_permission)
        return tl::unexpected<Error>(std::move(ending).error());
      if (!ending && ending.error().code == ErrorCode::usage)
        return tl::unexpected<Error>(std::move(ending).error());
      if (settings_.local && silent_)
        return fail(ErrorCode::unavailable, Retry::after_operator, settings_.connection.endpoint,
                    "the coordinator is gone");
      if (worked_) pause = settings_.first_pause;
      log_.info("no session ({}); connecting again in {} ms",
                ending ? std::string("connection lost") : ending.error().message, pause.count());
      wait(pause);
      pause = std::min(pause * 2, settings_.longest_pause);
    }
    return {};
  }

 private:
  [[nodiscard]] bool told_to_stop() const { return settings_.stop && settings_.stop->load(); }

  // Told to stop, and the coordinator does not answer for what is in hand.
  [[nodiscard]] bool stop_has_waited() {
    if (!told_to_stop()) return false;
    if (!stop_seen_) stop_seen_ = Steady::now();
    return Steady::now() - *stop_seen_ > kStopPatience;
  }

  void wait(milliseconds pause) const {
    const auto until = Steady::now() + pause;
    while (!told_to_stop() && Steady::now() < until)
      std::this_thread::sleep_for(std::min(pause, milliseconds(50)));
  }

  Result<Ending> session() {
    // New sockets for every session: what lay unsent in the old ones is stale.
    SOGOC_TRY(const auto socket, connect_worker(context_, settings_.connection));
    WorkerLink link(*socket, cache_, settings_.answer_limit);
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    static const std::atomic<bool> never{false};
    auto welcome = link.introduce({settings_.id, std::string(host.data()).substr(0, 190), ::getpid(),
                                   settings_.credits, settings_.program},
                                  settings_.stop ? *settings_.stop : never);
    if (!welcome) {
      silent_ = link.state() == LinkState::lost;
      return tl::unexpected<Error>(std::move(welcome).error());
    }
    silent_ = false;
    Beats beats(context_, settings_.connection, *welcome, orphaned());
    link.on_heard([&] { beats.note_heard(); });
    link.ask_if_over([&] { return beats.lost() || stop_has_waited(); });
    log_.info("joined the coordinator");

    while (true) {
      if (told_to_stop()) {
        link.say_bye("told to stop");
        return Ending::told_to_stop;
      }
      SOGOC_TRY(auto task, next_task(link));
      if (task) {
        work_on(*task, link, beats);
        worked_ = true;
      }
      if (link.state() == LinkState::dismissed)
        return fail(ErrorCode::no_permission, Retry::after_operator, "coordinator", link.why());
      if (link.state() == LinkState::lost || beats.lost()) {
        silent_ = true;
        return Ending::connection_lost;
      }
      if (link.told_to_stop() && !task) {
        link.say_bye("as told");
        return Ending::told_to_stop;
      }
    }
  }

  // A lost link is no failure of next_task: the caller looks at the link's state.
  static Result<std::optional<Task>> next_task(WorkerLink& link) {
    auto task = link.next_task(kIdleSlice);
    if (!task && link.state() == LinkState::lost) return std::nullopt;
    return task;
  }

  void work_on(const Task& task, WorkerLink& link, Beats& beats) {
    const Log task_log = log_.with("job", std::to_string(task.lease.job));
    const auto begun = Steady::now();
    const fs::path folder = settings_.scratch / "task";
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    link.begin_task(task.lease);
    beats.note_lease(task.lease);
    Result<TaskResult> result = guarded(task.about, [&]() -> Result<TaskResult> {
      std::error_code failed;
      if (!fs::create_directories(folder, failed) && failed)
        return fail(ErrorCode::no_space, Retry::after_operator, folder.string(),
                    "the worker's scratch folder cannot be used: " + failed.message());
      return runner_.run(task, link, link, folder);
    });
    const Done taken = link.finish_task(result);
    beats.note_lease(std::nullopt);
    const auto took = std::chrono::duration_cast<milliseconds>(Steady::now() - begun).count();
    if (!taken)
      task_log.info("dropped after {} ms: {}", took, taken.error().message);
    else
      task_log.info("{} {} in {} ms", name(task.kind), result ? "done" : "failed", took);
    fs::remove_all(folder, ignored);
    cache_.task_over(task.kind == JobKind::document ? std::nullopt : std::optional(task.file));
  }

  std::function<void()> orphaned() const {
    if (!settings_.local) return {};
    if (settings_.orphaned) return settings_.orphaned;
    return [] { std::_Exit(kExitEnvironment); };
  }

  std::shared_ptr<TransportContext> context_;
  const WorkerSettings& settings_;
  TaskRunner& runner_;
  Log log_;
  BlobCache cache_;
  std::optional<Steady::time_point> stop_seen_;
  bool worked_ = false;
  bool silent_ = false;
};

}  // namespace

Done run_worker(const std::shared_ptr<TransportContext>& context, const WorkerSettings& settings,
                TaskRunner& runner, const Log& log) {
  return WorkerProcess(context, settings, runner, log.with("worker", settings.id)).run();
}

}  // namespace sogoc
