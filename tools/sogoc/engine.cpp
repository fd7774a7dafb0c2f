#include "tools/sogoc/engine.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <memory>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "pipeline/flow/coordinator.hpp"
#include "pipeline/transport/keys.hpp"
#include "pipeline/transport/sockets.hpp"
#include "tools/sogoc/book_desk.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/progress_bar.hpp"
#include "tools/sogoc/temporary_folder.hpp"
#include "tools/sogoc/worker_pool.hpp"

namespace sogoc {
namespace {

std::atomic<bool> stop_requested{false};

// The first signal asks for an orderly stop; a second one ends the process at once, which loses
// nothing either.
extern "C" void ask_to_stop(int signal_number) {
  if (stop_requested.exchange(true)) {
    std::signal(signal_number, SIG_DFL);
    std::raise(signal_number);
  }
}

class StopSignals {
 public:
  StopSignals() {
    stop_requested = false;
    struct sigaction action {};
    action.sa_handler = ask_to_stop;
    for (std::size_t i = 0; i < 2; ++i) sigaction(kSignals[i], &action, &old_[i]);
  }
  ~StopSignals() {
    for (std::size_t i = 0; i < 2; ++i) sigaction(kSignals[i], &old_[i], nullptr);
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

 private:
  static constexpr int kSignals[] = {SIGINT, SIGTERM};
  struct sigaction old_[2];
};

Result<std::optional<CurveServer>> keys_for_remote_workers(const Archive& archive,
                                                           const RunSettings& settings) {
  if (settings.listen.empty()) return std::optional<CurveServer>{};
  const auto in_archive = [&](const std::string& given, const char* name) {
    return given.empty() ? archive.folder() / "keys" / name : std::filesystem::path(given);
  };
  CurveServer server;
  const auto key_file = in_archive(settings.server_key_file, "server.key");
  std::error_code error;
  std::filesystem::create_directories(key_file.parent_path(), error);
  SOGOC_TRY(server.keys, load_or_make_keys(key_file));
  SOGOC_TRY(server.allowed,
            load_allowed_workers(in_archive(settings.allowed_workers_file, "workers.txt")));
  return std::optional<CurveServer>(std::move(server));
}

}  // namespace

Result<RunOutcome> run_until_idle(Archive& archive, const RunSettings& settings,
                                  const ShowProgress& show) {
  const auto started = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  };

  // One coordinator at a time: from here on every lease in the store is an orphan of a dead one.
  SOGOC_TRY(const RunLock lock, archive.lock_for_run());
  Log log;
  SOGOC_TRY(const Swept before, archive.sweep(true));
  log.info("swept {} orphans, {} work blobs", before.orphans, before.work_blobs);
  if (settings.retry_quarantined) {
    SOGOC_TRY(const int again, archive.jobs().requeue_quarantined(settings.only));
    (void)again;
  }

  SOGOC_TRY(const TemporaryFolder scratch, TemporaryFolder::create());
  const std::string endpoint = "ipc://" + (scratch.path() / "work").string();
  BindSettings bind;
  bind.endpoints.push_back(endpoint);
  if (!settings.listen.empty()) bind.endpoints.push_back(settings.listen);
  SOGOC_TRY(bind.curve, keys_for_remote_workers(archive, settings));
  const auto context = make_transport_context();
  SOGOC_TRY(const auto socket, bind_coordinator(context, bind));

  std::unique_ptr<WorkerSupervisor> workers = std::make_unique<NoLocalWorkers>();
  if (settings.jobs > 0) {
    WorkerPoolSettings pool;
    pool.workers = settings.jobs;
    pool.endpoint = endpoint;
    pool.scratch_root = scratch.path();
    pool.arguments = {"worker", "--local", "--hide", archive.folder().string()};
    pool.memory_limit_mb = settings.memory_limit_mb;
    workers = make_worker_pool(pool, log);
  }

  CoordinatorSettings coordinator;
  coordinator.stop_when_idle = !settings.until_stopped;
  coordinator.batch = settings.only;
  coordinator.program = "sogoc " SOGOC_VERSION;
  const StopSignals signals;
  const SystemClock clock;
  SOGOC_TRY(const Progress progress,
            run_coordinator({archive.jobs(), archive.blobs(), *socket, *workers, clock}, coordinator,
                            stop_requested, [&](const Progress& now) { show(now, seconds()); }, log));

  // Pages of register books are done together: an entry may go on over several.
  SOGOC_CHECK(bring_books_up_to_date(archive));
  // From here on nothing runs; what was only needed on the way goes.
  SOGOC_TRY(const Swept after, archive.sweep(false));
  log.info("swept {} work blobs, {} bytes", after.work_blobs, after.bytes);
  return RunOutcome{progress, seconds(), stop_requested.load()};
}

ExitCode exit_code_for(const Progress& progress) {
  if (progress.files_failed > 0 || progress.pages_failed > 0) return ExitCode::input_refused;
  if (progress.pages_need_person > 0 || progress.documents_waiting > 0) return ExitCode::needs_person;
  if (progress.documents_failed > 0) return ExitCode::our_fault;
  return ExitCode::done;
}

Result<ExitCode> wait_for_batch(Archive& archive, BatchId batch, bool json) {
  const auto started = std::chrono::steady_clock::now();
  ProgressBar bar(json);
  const StopSignals signals;
  while (!stop_requested) {
    SOGOC_TRY(const Progress progress, archive.jobs().progress(batch));
    if (progress.idle()) return exit_code_for(progress);
    bar.show(progress, std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
  return fail(ErrorCode::cancelled, Retry::whole_job, "", "stopped waiting; the batch goes on");
}

}  // namespace sogoc
