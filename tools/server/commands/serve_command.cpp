// sogoc serve: pages, API, and in a process of its own the coordinator with its workers.

#include <fmt/format.h>

#include "tools/http/http_server.hpp"
#include "tools/server/commands/server_commands.hpp"
#include "tools/server/capture_runs.hpp"
#include "tools/server/console.hpp"
#include "tools/server/coordinator_child.hpp"
#include "tools/server/idle_tiles.hpp"
#include "tools/server/phone_pictures.hpp"
#include "tools/server/single_sign_on.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive, listen = "127.0.0.1:8080";
  std::string certificate, key;
  bool behind_proxy = false;
  int jobs = 0;
  int session_minutes = 60;
  std::vector<std::string> viewers, scanners;
  std::string cache;
  std::uint64_t cache_mb = 4000;
  server::ConsoleSettings console;
  server::CopySettings copies;
  std::string openid;
};

Result<web::ServerSettings> server_settings(const Options& options) {
  SOGOC_TRY(const web::Address address, web::address_in(options.listen));
  web::ServerSettings settings;
  settings.address = address.host;
  settings.port = address.port;
  settings.tls_certificate = options.certificate;
  settings.tls_key = options.key;
  if (options.certificate.empty() != options.key.empty())
    return fail(ErrorCode::usage, Retry::never, "serve", "TLS needs both: --tls-cert and --tls-key");
  // Passwords and records in the clear are for nobody else's ears.
  if (options.certificate.empty() && !options.behind_proxy && !web::is_loopback(address.host))
    return fail(ErrorCode::usage, Retry::never, options.listen,
                "other machines get in by TLS only: give --tls-cert and --tls-key, or listen on 127.0.0.1 behind a proxy (--behind-proxy)");
  return settings;
}

Result<ExitCode> serve(const Options& options) {
  SOGOC_TRY(web::ServerSettings settings, server_settings(options));
  SOGOC_TRY(const TemporaryFolder scratch, TemporaryFolder::create());
  settings.scratch = scratch.path();
  SOGOC_TRY(server::Assets assets, server::Assets::load());
  server::Office office;
  office.archive = options.archive;
  SOGOC_TRY(office.forms, EntryForms::load());
  SOGOC_TRY(office.vietnamese, MessageCatalogue::load("vi"));
  office.secure_cookies = !options.certificate.empty() || options.behind_proxy;
  office.behind_proxy = options.behind_proxy;
  office.viewers = options.viewers;
  office.session.idle = std::chrono::minutes(options.session_minutes);
  {
    SOGOC_TRY(const auto archive, Archive::open(options.archive));  // what cannot be opened is said at once
    office.identity = archive->identity();
    SOGOC_TRY(const bool ready, archive->people().has_admin());
    if (!ready) print_line(tr("nobody may sign in yet: make the first account with `sogoc user create NAME --role admin -A ARCHIVE`"));
  }
  std::filesystem::path cache = scratch.path() / "pictures";
  if (!options.cache.empty()) cache = options.cache;
  std::error_code error;
  std::filesystem::create_directories(cache, error);
  if (error) return fail(ErrorCode::no_permission, Retry::after_operator, cache.string(), "cannot be made; name another folder for the cache");
  office.pictures = std::make_unique<server::PictureCache>(std::filesystem::absolute(cache), options.cache_mb << 20);
  office.copies = options.copies;
  const SystemClock clock;
  if (!options.openid.empty()) {
    SOGOC_TRY(oidc::Settings provider, oidc::load_settings(options.openid));
    office.sso = std::make_shared<server::SingleSignOn>(std::move(provider), clock);
  }
  office.papers = std::make_unique<server::PaperCache>(scratch.path());
  office.captures = std::make_shared<server::CaptureRuns>(options.archive, scratch.path(), options.scanners, office.identity.trial);
  office.photographs = std::make_shared<server::PhonePictures>(scratch.path());
  server::Console console(options.console, office, std::move(assets));
  SOGOC_CHECK(console.start());
  constexpr std::uint64_t kPageTilesMb = 12;  // of a large colour page
  server::IdleTiles ahead(options.archive, *office.pictures, options.cache_mb / kPageTilesMb / 2, [&console] { return console.quiet_for(); });
  ahead.start();
  server::CoordinatorChild coordinator(options.archive, options.jobs);
  SOGOC_CHECK(web::serve(settings, console, [&](std::uint16_t port) {
    print_line(say("listening on {}://{}:{}", options.certificate.empty() ? "http" : "https",
                   settings.address.find(':') == std::string::npos ? settings.address : "[" + settings.address + "]", port));
    std::fflush(stdout);
  }));
  office.captures->stop_all();
  coordinator.stop();
  ahead.stop();
  return ExitCode::done;
}

}  // namespace

void add_serve_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("serve", tr("the web console: pages, API, and the work in the background"));
  command->footer(tr(
      "Examples: sogoc serve -A ARCHIVE                                       on this machine only: http://127.0.0.1:8080\n"
      "          sogoc serve -A ARCHIVE --listen 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem\n"
      "          sogoc serve -A ARCHIVE --behind-proxy                        a reverse proxy on this machine has the TLS\n"
      "The first account: sogoc user create NAME --role admin -A ARCHIVE"));
  add_archive_option(*command, options->archive);
  command->add_option("--listen", options->listen, tr("ADDRESS:PORT; port 0 = any that is free"))->capture_default_str();
  command->add_option("--tls-cert", options->certificate, tr("certificate chain, PEM"));
  command->add_option("--tls-key", options->key, tr("its private key, PEM"));
  command->add_flag("--behind-proxy", options->behind_proxy, tr("a reverse proxy has the TLS and says who asks (X-Forwarded-For)"));
  command->add_option("--jobs,-j", options->jobs, tr("worker processes that read what is taken in; 0 = `sogoc run` does it elsewhere"))
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  command->add_option("--session-minutes", options->session_minutes, tr("a session that is not used for so long ends"))
      ->check(CLI::Range(1, 12 * 60))
      ->capture_default_str();
  command->add_option("--viewer", options->viewers, tr("another site whose IIIF viewer may show pictures to who is signed in here, as in https://viewer.example; may be given again"));
  command->add_option("--scanner", options->scanners, tr("a scanner of the capture page that is not found by itself, as `sogoc scan --device` takes it; may be given again"));
  command->add_option("--cache", options->cache, tr("where tiles of pages are kept; without it they go with the server"));
  command->add_option("--cache-mb", options->cache_mb, tr("room for them"))->check(CLI::Range(100, 10'000'000))->capture_default_str();
  command->add_option("--copy-level", options->copies.level, tr("level of the signatures"))->check(CLI::IsMember({"B-B", "B-T", "B-LT", "B-LTA"}))->capture_default_str();
  command->add_option("--lookup", options->copies.lookup_base, tr("address of the lookup page, for the QR code"));
  command->add_option("--openid", options->openid, tr("a JSON file about the OpenID provider where people may sign in: label, issuer, client_id, client_secret, redirect"));
  command->add_option("--desks", options->console.desks, tr("threads that answer"))->check(CLI::Range(1, 64))->capture_default_str();
  command->callback([options, &chosen] { chosen = [options] { return serve(*options); }; });
}

}  // namespace sogoc
