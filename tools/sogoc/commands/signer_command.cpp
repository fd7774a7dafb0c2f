// The signing process, its set-up and its approvers.

#include <atomic>
#include <csignal>

#include <fmt/format.h>

#include "tools/signer/signer_home.hpp"
#include "tools/signer/signer_process.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/dev_pki/pki_folder.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  std::string home;
  std::string enroll;
  std::vector<std::string> roles{"body"};
  std::string dev_pki;
  bool unattended = false;
  bool setup = false;
  bool verbose = false;
  bool json = false;
};

std::atomic<bool> stop_requested{false};
extern "C" void ask_signer_to_stop(int) { stop_requested = true; }

// Beside the archive, never inside: a backup of the archive must not hold its keys.
std::filesystem::path home_of(const Options& options) {
  if (!options.home.empty()) return options.home;
  std::filesystem::path archive = std::filesystem::absolute(options.archive).lexically_normal();
  if (archive.filename().empty()) archive = archive.parent_path();
  return archive.string() + ".signer";
}

// A signer.toml for the keys of `sogoc dev-pki`.
Result<std::string> settings_for(const Options& options) {
  const std::filesystem::path folder = std::filesystem::absolute(options.dev_pki);
  SOGOC_TRY(const auto pki, dev_pki::PkiFolder::open(folder));
  std::string text = fmt::format("# For trials: keys of a throw-away PKI.\ntrial = true\ntsa_url = \"{}\"\n", pki.url("/tsa"));
  for (const std::string& member : dev_pki::member_names())
    if (dev_pki::has_token(member))
      text += fmt::format("\n[keys.{0}]\nkind = \"pkcs11\"\nmodule = \"{1}\"\nsofthsm_conf = \"{2}/softhsm2.conf\"\n"
                          "token = \"sogoc-{0}\"\nlabel = \"{0}\"\nsecret_file = \"{2}/{0}.pin\"\n{3}",
                          member, pki.module(), folder.string(),
                          member == "body" && options.unattended ? "unattended = true\n" : "");
  return text;
}

Result<ExitCode> set_up(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  const auto home = home_of(options);
  SignerSetup setup{options.archive, home, archive->identity().trial, ""};
  if (!options.dev_pki.empty()) {
    if (!setup.trial)
      return fail(ErrorCode::usage, Retry::never, options.archive,
                  "a throw-away PKI is for archives made with `sogoc init --trial` only");
    SOGOC_TRY(setup.settings, settings_for(options));
  }
  SOGOC_CHECK(set_up_signer(setup));
  if (!options.dev_pki.empty()) {
    SOGOC_TRY(const auto imported,
              import_certificates(home / "trust", std::filesystem::absolute(options.dev_pki) / "ca.pem",
                                  AnchorKind::trial, true, SystemClock().now()));
    (void)imported;
  }
  if (options.json)
    print_json({{"home", home.string()}});
  else
    print_line(say("the signer's home is {}; name its keys in signer.toml there, then start it",
                   home.string()));
  return ExitCode::done;
}

Result<ExitCode> enroll(const Options& options) {
  SOGOC_TRY(const Enrolled enrolled, enroll_approver(home_of(options), options.enroll, options.roles));
  if (options.json)
    print_json({{"approver", options.enroll}, {"secret", enrolled.secret}, {"address", enrolled.address}});
  else
    print_line(say("{} is enrolled; give this to his authenticator, it is shown only once: {}",
                   options.enroll, enrolled.address));
  return ExitCode::done;
}

Result<ExitCode> serve(const Options& options) {
  if (options.setup) return set_up(options);
  if (!options.enroll.empty()) return enroll(options);
  if (options.verbose) set_log_level(LogLevel::info);
  SOGOC_TRY(const SignerConfig config, load_signer_config(home_of(options)));
  std::signal(SIGTERM, ask_signer_to_stop);
  std::signal(SIGINT, ask_signer_to_stop);
  SOGOC_CHECK(run_signer(config, stop_requested,
                         [&] {
                           print_line(say("the signer listens on {}", config.endpoint));
                           std::fflush(stdout);
                         },
                         Log()));
  return ExitCode::done;
}

}  // namespace

void add_signer_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("signer", tr("the signing process, its set-up and its approvers"));
  command->footer(
      "Examples: sogoc signer -A ARCHIVE --setup                      makes ARCHIVE.signer and its settings\n"
      "          sogoc signer -A ARCHIVE --enroll lan --role certifier\n"
      "          sogoc signer -A ARCHIVE                              runs until it is stopped");
  add_archive_option(*command, options->archive);
  command->add_option("--home", options->home, tr("the signer's own folder; ARCHIVE.signer unless given"));
  auto* setup = command->add_flag("--setup", options->setup, tr("make the folder and introduce it to the archive"));
  auto* pki = command->add_option("--dev-pki", options->dev_pki, tr("use the keys of this throw-away PKI"));
  pki->needs(setup);
  command->add_flag("--unattended", options->unattended, tr("the body's key signs without an approval for each copy"))
      ->needs(pki);
  auto* enroll = command->add_option("--enroll", options->enroll, tr("a new approver with one-time codes"));
  enroll->excludes(setup);
  command->add_option("--role", options->roles, tr("what the approver may approve: body, certifier"))
      ->needs(enroll);
  command->add_flag("--verbose", options->verbose, tr("log a line for each question"));
  command->add_flag("--json", options->json, tr("answer in JSON"));
  command->callback([options, &chosen] { chosen = [options] { return serve(*options); }; });
}

}  // namespace sogoc
