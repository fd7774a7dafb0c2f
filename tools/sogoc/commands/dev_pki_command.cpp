// sogoc dev-pki: a throw-away PKI for trials and tests, and its servers on loopback.

#include <cstdio>
#include <ctime>
#include <map>

#include "tools/sogoc/command.hpp"
#include "tools/sogoc/dev_pki/http_server.hpp"
#include "tools/sogoc/dev_pki/pki_folder.hpp"
#include "tools/sogoc/dev_pki/responder.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

using namespace dev_pki;

struct Options {
  std::string folder;
  std::uint16_t port = 0;
  std::string keys = "ec-p256";
  std::string module;
  std::vector<std::string> revoke, expired, not_yet, valid;
  bool serve = false, json = false;
  std::int64_t delay_ms = 0;
  TsaFault tsa = TsaFault::none;
  OcspFault ocsp = OcspFault::none;
  CrlFault crl = CrlFault::none;
};

tl::unexpected<Error> usage(const std::string& subject, std::string message) {
  return fail(ErrorCode::usage, Retry::never, subject, std::move(message));
}

bool may_be_changed(const std::string& member) {
  return member == "body" || member == "certifier" || member == "tsa";
}

Result<FolderWish> wish_of(const Options& options, UtcTime now) {
  FolderWish wish;
  wish.port = options.port;
  wish.keys = options.keys == "rsa-2048" ? KeyKind::rsa_2048 : KeyKind::ec_p256;
  wish.softhsm_module = options.module;
  const std::pair<const std::vector<std::string>*, Validity> validities[] = {
      {&options.valid, Validity::now}, {&options.expired, Validity::expired}, {&options.not_yet, Validity::not_yet}};
  for (const auto& [members, validity] : validities)
    for (const std::string& member : *members) {
      if (!may_be_changed(member)) return usage(member, "is not one of body, certifier, tsa");
      wish.validity[member] = validity;
    }
  // NAME or NAME=2026-11-25T08:00:00Z
  for (const std::string& text : options.revoke) {
    const std::size_t split = text.find('=');
    const std::string member = text.substr(0, split);
    if (!may_be_changed(member) && member != "issuing")
      return usage(member, "is not one of body, certifier, tsa, issuing");
    Revoked revoked{now};
    if (split != std::string::npos) {
      std::tm broken{};
      const char* end = strptime(text.c_str() + split + 1, "%Y-%m-%dT%H:%M:%SZ", &broken);
      if (end == nullptr || *end != '\0')
        return usage(text, "the time of revocation looks like 2026-11-25T08:00:00Z");
      revoked.at = UtcTime(std::chrono::seconds(timegm(&broken)));
    }
    wish.revoked[member] = revoked;
  }
  return wish;
}

OrderedJson json_of(const PkiFolder& pki) {
  const auto in = [&](const std::string& file) { return (pki.folder() / file).string(); };
  OrderedJson json{{"folder", pki.folder().string()},
                   {"ca_file", in("ca.pem")},
                   {"root_file", in("root.pem")},
                   {"port", pki.port()},
                   {"tsa_url", pki.url("/tsa")},
                   {"ocsp_url", pki.url("/ocsp")},
                   {"softhsm2_conf", in("softhsm2.conf")},
                   {"pkcs11_module", pki.module()}};
  for (const std::string& member : member_names())
    if (has_token(member))
      json[member] = {{"token", "sogoc-" + member},
                      {"key", member},
                      {"pin_file", in(member + ".pin")},
                      {"pkcs12", in(member + ".p12")},
                      {"password_file", in(member + ".password")},
                      {"certificate", in(member + ".pem")}};
  return json;
}

void print_use(const PkiFolder& pki) {
  const auto in = [&](const char* file) { return (pki.folder() / file).string(); };
  print_line(say("A throw-away PKI in {}: for trials only.", pki.folder().string()));
  print_line(say("Trust it (archives made with init --trial only):"));
  print_line("  sogoc trust import --archive A " + in("ca.pem") + " --kind trial");
  print_line(say("Serve timestamps, OCSP and CRLs until SIGTERM:"));
  print_line("  sogoc dev-pki " + pki.folder().string() + " --serve      (TSA " + pki.url("/tsa") + ")");
  print_line(say("Keys in SoftHSM2, PKCS#11 module {}:", pki.module()));
  print_line("  export SOFTHSM2_CONF=" + in("softhsm2.conf"));
  print_line("  token sogoc-body       key body        PIN in " + in("body.pin"));
  print_line("  token sogoc-certifier  key certifier   PIN in " + in("certifier.pin"));
  print_line(say("The same keys as PKCS#12:"));
  print_line("  " + in("body.p12") + "        password in " + in("body.password"));
  print_line("  " + in("certifier.p12") + "   password in " + in("certifier.password"));
}

Result<ExitCode> dev_pki_command(const Options& options) {
  const SystemClock clock;
  SOGOC_TRY(const FolderWish wish, wish_of(options, clock.now()));
  SOGOC_TRY(const PkiFolder pki, PkiFolder::make(options.folder, wish, clock.now()));
  if (!options.serve) {
    if (options.json) print_json(json_of(pki));
    else print_use(pki);
    return ExitCode::done;
  }
  const Mischief mischief{std::chrono::milliseconds(options.delay_ms), options.tsa, options.ocsp, options.crl};
  SOGOC_CHECK(serve_http(pki.port(), make_responder(pki, mischief, clock), [&] {
    print_line("ready " + pki.url(""));
    std::fflush(stdout);
  }));
  return ExitCode::done;
}

}  // namespace

void add_dev_pki_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("dev-pki", tr("make and serve a throw-away PKI for trials and tests"));
  command->footer(
      "Examples: sogoc dev-pki /tmp/pki                     make it, or say again how it is used\n"
      "          sogoc dev-pki /tmp/pki --serve             TSA, OCSP and CRLs on 127.0.0.1, until SIGTERM\n"
      "          sogoc dev-pki /tmp/pki --revoke body       a running server says so from now on\n"
      "Names: body, certifier, tsa (and issuing, to revoke). Only archives made by init --trial believe it.");
  command->add_option("DIR", options->folder, tr("the folder to make; it must not hold anything else"))->required();
  command->add_option("--port", options->port, tr("of the servers; a free one is chosen and kept"));
  command->add_option("--keys", options->keys, tr("ec-p256 or rsa-2048"))
      ->check(CLI::IsMember({"ec-p256", "rsa-2048"}))
      ->capture_default_str();
  command->add_option("--softhsm", options->module, tr("libsofthsm2.so, if it is not where Debian puts it"));
  command->add_option("--revoke", options->revoke, tr("NAME or NAME=2026-11-25T08:00:00Z: revoked since"));
  command->add_option("--expired", options->expired, tr("NAME: gets a certificate that has expired"));
  command->add_option("--not-yet", options->not_yet, tr("NAME: gets a certificate that is not yet valid"));
  command->add_option("--valid", options->valid, tr("NAME: gets a valid certificate again"));
  command->add_flag("--serve", options->serve, tr("answer on 127.0.0.1 until SIGTERM; prints a ready line"));
  command->add_option("--delay-ms", options->delay_ms, tr("with --serve: wait before each answer"))
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{600'000}));
  using TsaNames = std::map<std::string, TsaFault>;
  command->add_option("--tsa-fault", options->tsa, tr("with --serve: how the TSA fails"))
      ->transform(CLI::CheckedTransformer(TsaNames{{"garbage", TsaFault::garbage},
                                                   {"rejects", TsaFault::rejects},
                                                   {"wrong-imprint", TsaFault::wrong_imprint},
                                                   {"past", TsaFault::past},
                                                   {"silent", TsaFault::silent},
                                                   {"http-error", TsaFault::http_error}}));
  using OcspNames = std::map<std::string, OcspFault>;
  command->add_option("--ocsp-fault", options->ocsp, tr("with --serve: how the OCSP responder fails"))
      ->transform(CLI::CheckedTransformer(OcspNames{{"garbage", OcspFault::garbage},
                                                    {"try-later", OcspFault::try_later},
                                                    {"unknown", OcspFault::unknown},
                                                    {"stale", OcspFault::stale},
                                                    {"silent", OcspFault::silent},
                                                    {"http-error", OcspFault::http_error}}));
  using CrlNames = std::map<std::string, CrlFault>;
  command->add_option("--crl-fault", options->crl, tr("with --serve: how the CRLs fail"))
      ->transform(CLI::CheckedTransformer(CrlNames{{"garbage", CrlFault::garbage},
                                                   {"stale", CrlFault::stale},
                                                   {"silent", CrlFault::silent},
                                                   {"http-error", CrlFault::http_error}}));
  command->add_flag("--json", options->json, tr("answer in JSON"));
  command->callback([options, &chosen] { chosen = [options] { return dev_pki_command(*options); }; });
}

}  // namespace sogoc
