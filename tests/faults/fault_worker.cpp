// A coordinator, or a worker, with HashRunner's work instead of reading pages: real processes,
// real sockets, a real archive. For tests and for measuring what a page costs beside its reading.
//
//   sogoc_fault_worker run ARCHIVE WORKERS [--endpoint E] [--listen tcp://H:P --key F --allowed F]
//                      [--until-stopped] [--bad-workers] [--patient]
//   sogoc_fault_worker fill ARCHIVE SCRIPT       makes an archive with one document
//   sogoc_fault_worker worker --local|--remote --connect E --id I --scratch S
//                      [--key F --server-key K] [--hide FOLDER] [--no-sandbox]

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "pipeline/flow/coordinator.hpp"
#include "pipeline/flow/worker_loop.hpp"
#include "storage/archive.hpp"
#include "tests/faults/hash_runner.hpp"
#include "tools/sogoc/sandbox.hpp"
#include "tools/sogoc/temporary_folder.hpp"
#include "tools/sogoc/worker_pool.hpp"

namespace sogoc {
namespace {

using Options = std::map<std::string, std::string>;

std::atomic<bool> stop_requested{false};
extern "C" void ask_to_stop(int) { stop_requested = true; }

Options options_in(const std::vector<std::string>& arguments, std::size_t from) {
  Options options;
  for (std::size_t i = from; i < arguments.size(); ++i) {
    const bool has_value = i + 1 < arguments.size() && !arguments[i + 1].starts_with("--");
    options[arguments[i]] = has_value ? arguments[i + 1] : "yes";
    if (has_value) ++i;
  }
  return options;
}

std::string value(const Options& options, const std::string& key) {
  const auto found = options.find(key);
  return found == options.end() ? std::string() : found->second;
}

Done run(const std::vector<std::string>& arguments) {
  const Options options = options_in(arguments, 3);
  ArchiveOptions how;
  how.durable = false;  // processes are killed here, not machines
  SOGOC_TRY(const auto archive, Archive::open(arguments[1], how));
  SOGOC_TRY(const RunLock lock, archive->lock_for_run());
  SOGOC_CHECK(archive->sweep(true).map([](const Swept&) {}));
  SOGOC_TRY(const TemporaryFolder scratch, TemporaryFolder::create());
  BindSettings bind;
  bind.endpoints = {options.contains("--endpoint") ? value(options, "--endpoint")
                                                   : "ipc://" + (scratch.path() / "c").string()};
  if (options.contains("--listen")) {
    CurveServer curve;
    SOGOC_TRY(curve.keys, load_or_make_keys(value(options, "--key")));
    SOGOC_TRY(curve.allowed, load_allowed_workers(value(options, "--allowed")));
    bind.curve = std::move(curve);
    bind.endpoints.push_back(value(options, "--listen"));
  }
  SOGOC_TRY(const auto socket, bind_coordinator(make_transport_context(), bind));
  for (const std::string& address : socket->addresses()) std::printf("%s\n", address.c_str());
  std::fflush(stdout);

  const int workers = std::stoi(arguments[2]);
  WorkerPoolSettings settings;
  settings.workers = workers;
  settings.endpoint = bind.endpoints.front();
  settings.scratch_root = scratch.path();
  settings.arguments = {"worker", "--local", "--hide", archive->folder().string()};
  if (options.contains("--bad-workers"))
    settings.arguments.insert(settings.arguments.end(), {"--key", "/nowhere/worker.key"});
  settings.most_deaths = 1'000'000;  // the tests kill them by the hundred
  settings.most_early_deaths = options.contains("--patient") ? 1'000'000 : 6;
  Log log;
  const auto pool = make_worker_pool(settings, log);
  CoordinatorSettings coordinator;
  coordinator.stop_when_idle = !options.contains("--until-stopped");
  coordinator.silence_limit = std::chrono::milliseconds(5000);
  coordinator.look_for_jobs_every = std::chrono::milliseconds(50);
  const SystemClock clock;
  SOGOC_CHECK(run_coordinator({archive->jobs(), archive->blobs(), *socket, *pool, clock},
                              coordinator, stop_requested, nullptr, log)
                  .map([](const Progress&) {}));
  return archive->sweep(false).map([](const Swept&) {});
}

Done fill(const std::vector<std::string>& arguments) {
  ArchiveOptions how;
  how.durable = false;
  SOGOC_TRY(const auto archive, Archive::create(arguments[1], {"", "fault tests", true}, how));
  const std::string& script = arguments[2];
  SOGOC_TRY(const Sha256 digest,
            archive->blobs().put({reinterpret_cast<const std::uint8_t*>(script.data()), script.size()}));
  NewBatch batch;
  batch.operator_name = "test";
  batch.documents.push_back({{{digest, "script.txt", script.size()}}});
  return archive->jobs().add_batch(batch).map([](BatchId) {});
}

Done worker(const std::vector<std::string>& arguments) {
  const Options options = options_in(arguments, 1);
  WorkerSettings settings;
  settings.connection.endpoint = value(options, "--connect");
  settings.id = value(options, "--id");
  settings.local = options.contains("--local");
  settings.credits = settings.local ? 1 : 2;
  settings.scratch = value(options, "--scratch");
  settings.answer_limit = std::chrono::milliseconds(5000);
  settings.first_pause = std::chrono::milliseconds(50);
  settings.longest_pause = std::chrono::milliseconds(500);
  settings.stop = &stop_requested;
  if (options.contains("--key")) {
    CurveClient curve;
    SOGOC_TRY(curve.keys, load_keys(value(options, "--key")));
    SOGOC_TRY(curve.server_key, public_key_of(value(options, "--server-key")));
    settings.connection.curve = std::move(curve);
  }
  const Log log;
  if (!options.contains("--no-sandbox")) {
    SandboxSettings sandbox;
    sandbox.scratch = settings.scratch;
    if (options.contains("--hide")) sandbox.hidden.emplace_back(value(options, "--hide"));
    sandbox.allow_tcp = !settings.local;
    sandbox.dies_with_parent = settings.local;
    SOGOC_CHECK(enter_worker_sandbox(sandbox, log).map([](const SandboxReport&) {}));
  }
  HashRunner runner;
  return run_worker(make_transport_context(), settings, runner, log);
}

int run_main(const std::vector<std::string>& arguments) {
  std::signal(SIGTERM, ask_to_stop);
  set_log_level(::getenv("SOGOC_FAULT_LOG") ? LogLevel::debug : LogLevel::off);
  const std::string mode = arguments.size() < 3 ? "" : arguments[0];
  if (mode != "worker" && mode != "run" && mode != "fill") return 2;
  const Done done = mode == "worker" ? worker(arguments)
                    : mode == "run"  ? run(arguments)
                                     : fill(arguments);
  if (done) return 0;
  std::fprintf(stderr, "%s\n", to_string(done.error()).c_str());
  return 5;
}

}  // namespace
}  // namespace sogoc

int main(int argc, char** argv) {
  return sogoc::run_main(std::vector<std::string>(argv + 1, argv + argc));
}
