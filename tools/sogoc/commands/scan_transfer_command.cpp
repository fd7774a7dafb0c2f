// sogoc scan receive, send: stations on other machines.

#include <atomic>
#include <csignal>

#include "pipeline/flow/capture_desk.hpp"
#include "pipeline/transport/keys.hpp"
#include "tools/sogoc/commands/scan_commands.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/scan_run.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive, listen, server_key, allowed;
  std::string connect, key_file, spool = default_spool();
  std::string by;
  bool json = false;
};

std::atomic<bool> stop_requested{false};
extern "C" void stop_receiving(int) { stop_requested = true; }

Result<ExitCode> receive(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  const auto in_archive = [&](const std::string& given, const char* name) {
    return given.empty() ? archive->folder() / "keys" / name : std::filesystem::path(given);
  };
  BindSettings bind;
  bind.endpoints.push_back(options.listen);
  CurveServer server;
  const auto key_file = in_archive(options.server_key, "server.key");
  std::error_code error;
  std::filesystem::create_directories(key_file.parent_path(), error);
  SOGOC_TRY(server.keys, load_or_make_keys(key_file));
  SOGOC_TRY(server.allowed, load_allowed_workers(in_archive(options.allowed, "stations.txt")));
  bind.curve = std::move(server);
  const auto context = make_transport_context();
  SOGOC_TRY(const auto socket, bind_coordinator(context, bind));
  for (const std::string& address : socket->addresses()) print_line(say("listening at {}; public key {}", address, bind.curve->keys.public_key));
  std::fflush(stdout);

  stop_requested = false;
  struct sigaction action {};
  action.sa_handler = stop_receiving;
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
  CaptureDeskSettings desk;
  desk.program = "sogoc " SOGOC_VERSION;
  desk.over = [] { return stop_requested.load(); };
  desk.ended = [&](const std::string& order) {
    // What needs no person becomes pages at once; the rest waits for `sogoc scan finish`.
    const auto sessions = archive->captures().sessions();
    if (!sessions) return;
    for (const CaptureSessionRow& session : *sessions) {
      if (session.name != order || session.turned_later) continue;
      const auto assembly = archive->captures().assembly(session.id);
      if (assembly && assembly->problems.empty() && assembly->differences.empty())
        (void)archive->captures().finish(session.id, ReadingSettings{}, session.operator_name, "").has_value();
    }
  };
  SOGOC_CHECK(run_capture_desk(*socket, archive->blobs(), archive->captures(), desk, Log()));
  return ExitCode::done;
}

Result<ExitCode> send(const Options& options) {
  if (options.archive.empty() == options.connect.empty())
    return fail(ErrorCode::usage, Retry::never, "", "say where the pages go: --archive FOLDER, or --connect tcp://HOST:PORT for one on another machine");
  ScanPlan plan;
  plan.only_send = true;
  plan.spool = options.spool;
  plan.endpoint = options.connect;
  plan.server_key = options.server_key;
  plan.key_file = options.key_file;
  plan.json = options.json;
  std::unique_ptr<Archive> archive;
  if (!options.archive.empty()) {
    SOGOC_TRY(archive, Archive::open(options.archive));
  }
  SOGOC_TRY(const auto scratch, TemporaryFolder::create());
  SOGOC_TRY(const ScanRun run, run_scan(archive.get(), plan, scratch.path()));
  return static_cast<ExitCode>(run.exit_code);
}

}  // namespace

void add_scan_transfer_commands(CLI::App& scan, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* take = scan.add_subcommand("receive", tr("take sheets from stations on other machines, until stopped"));
  take->footer(tr("Example: sogoc scan receive -A ARCHIVE --listen tcp://0.0.0.0:5580      stations' keys stand in keys/stations.txt"));
  add_archive_option(*take, options->archive);
  take->add_option("--listen", options->listen, tr("tcp://ADDR:PORT"))->required();
  take->add_option("--server-key", options->server_key, tr("our CURVE key pair; made when absent"));
  take->add_option("--stations", options->allowed, tr("public keys of stations that may connect, \"NAME KEY\" a line"));
  take->callback([options, &chosen] { chosen = [options] { return receive(*options); }; });

  auto* bring = scan.add_subcommand("send", tr("bring over what was scanned while the archive was away"));
  bring->add_option("--archive,-A", options->archive, tr("the archive folder"));
  bring->add_option("--connect", options->connect, tr("an archive on another machine, tcp://HOST:PORT"));
  bring->add_option("--server-key", options->server_key, tr("its public key, or a file with it"));
  bring->add_option("--key", options->key_file, tr("our CURVE key pair"));
  bring->add_option("--spool", options->spool, tr("folder of this station for pages that are not in the archive yet"))->envname("SOGOC_SPOOL");
  bring->add_flag("--json", options->json, tr("answer in JSON"));
  bring->callback([options, &chosen] { chosen = [options] { return send(*options); }; });
}

}  // namespace sogoc
