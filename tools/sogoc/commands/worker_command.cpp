// A worker process: of a coordinator on this machine (started by it), or of one elsewhere.

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

#include "models/model_catalog.hpp"
#include "pipeline/flow/worker_loop.hpp"
#include "pipeline/transport/keys.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/composition.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/register_lines.hpp"
#include "tools/sogoc/sandbox.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string endpoint;
  std::string id;
  std::string scratch;
  std::string hide;
  std::string server_key;
  std::string key_file;
  std::string make_key;
  bool local = false;
  bool verbose = false;
  int memory_limit_mb = 4000;
};

std::atomic<bool> stop_requested{false};
extern "C" void ask_worker_to_stop(int) { stop_requested = true; }

std::string host_name() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return name;
}

Result<std::optional<CurveClient>> keys_of(const Options& options) {
  if (options.local) return std::optional<CurveClient>{};
  if (options.server_key.empty() || options.key_file.empty())
    return fail(ErrorCode::usage, Retry::never, options.endpoint,
                "a worker on another machine needs --server-key and --key; `sogoc worker --make-key FILE` makes one");
  CurveClient client;
  SOGOC_TRY(client.keys, load_keys(options.key_file));
  SOGOC_TRY(client.server_key, public_key_of(options.server_key));
  return std::optional<CurveClient>(std::move(client));
}

Result<ExitCode> make_key(const Options& options) {
  SOGOC_TRY(const CurveKeys keys, load_or_make_keys(options.make_key));
  print_line(say("add this line to the coordinator's list of workers:"));
  print_line(host_name() + " " + keys.public_key);
  return ExitCode::done;
}

Result<ExitCode> work(const Options& options) {
  if (!options.make_key.empty()) return make_key(options);
  if (options.endpoint.empty())
    return fail(ErrorCode::usage, Retry::never, "", "say where the coordinator is: --connect tcp://HOST:PORT");
  if (options.verbose) set_log_level(LogLevel::info);

  // Everything secret or outside the sandbox is read before its door closes.
  SOGOC_TRY(auto keys, keys_of(options));
  TemporaryFolder own_scratch;
  std::filesystem::path scratch = options.scratch;
  if (scratch.empty()) {
    SOGOC_TRY(own_scratch, TemporaryFolder::create());
    scratch = own_scratch.path();
  }
  SOGOC_TRY(auto runner, make_task_runner());
  SandboxSettings sandbox;
  sandbox.scratch = scratch;
  sandbox.readable = ModelCatalog::open().folders();
  for (const std::filesystem::path& folder : reading_folders()) sandbox.readable.push_back(folder);
  if (!options.hide.empty()) sandbox.hidden.emplace_back(options.hide);
  sandbox.allow_tcp = !options.local;
  sandbox.dies_with_parent = options.local;
  sandbox.memory_limit_mb = options.memory_limit_mb;
  const Log log;
  SOGOC_TRY(const SandboxReport report, enter_worker_sandbox(sandbox, log));

  // From here on this process can read models and its scratch folder, and nothing else of value.
  if (!options.local) {
    std::signal(SIGTERM, ask_worker_to_stop);
    std::signal(SIGINT, ask_worker_to_stop);
  }
  WorkerSettings settings;
  settings.connection = {options.endpoint, std::move(keys)};
  settings.id = options.id.empty() ? host_name() + "-" + std::to_string(getpid()) : options.id;
  settings.local = options.local;
  settings.credits = options.local ? 1 : 2;
  settings.scratch = scratch;
  settings.program = "sogoc " SOGOC_VERSION;
  settings.stop = &stop_requested;
  SOGOC_CHECK(run_worker(make_transport_context(), settings, *runner, log));
  return ExitCode::done;
}

}  // namespace

void add_worker_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("worker", tr("a worker for a coordinator on another machine"));
  command->footer(tr(
      "Examples: sogoc worker --make-key worker.key        once; its public line goes to the coordinator\n"
      "          sogoc worker --connect tcp://10.0.0.5:5570 --server-key server.pub --key worker.key"));
  command->add_option("--connect", options->endpoint, tr("the coordinator, tcp://HOST:PORT"));
  command->add_option("--server-key", options->server_key, tr("the coordinator's public key, or a file with it"));
  command->add_option("--key", options->key_file, tr("our CURVE key pair"));
  command->add_option("--make-key", options->make_key, tr("make a key pair there and print its public line"));
  command->add_option("--scratch", options->scratch, tr("folder for work in hand; a temporary one unless given"));
  command->add_option("--memory-mb", options->memory_limit_mb, tr("memory it may take"));
  command->add_flag("--verbose", options->verbose, tr("log a line for each step"));
  command->add_flag("--local", options->local)->group("");
  command->add_option("--id", options->id)->group("");
  command->add_option("--hide", options->hide)->group("");
  command->callback([options, &chosen] { chosen = [options] { return work(*options); }; });
}

}  // namespace sogoc
