// sogoc trust: which authorities an archive believes.

#include "tools/sogoc/command.hpp"
#include "tools/sogoc/messages.hpp"
#include "workers/trust/trust.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive, store, file, kind;
  bool trial = false, json = false;
};

// An archive's own store, or a folder by itself, such as the one of a signer's home.
struct Store {
  std::filesystem::path folder;
  bool trial = false;
};
Result<Store> store_of(const Options& options) {
  if (!options.store.empty()) return Store{options.store, options.trial};
  if (options.archive.empty())
    return fail(ErrorCode::usage, Retry::never, "trust", "name either --archive or --store");
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  return Store{trust_folder_of(*archive), archive->identity().trial};
}

Result<ExitCode> import_file(const Options& options) {
  SOGOC_TRY(const Store store, store_of(options));
  const auto kind = anchor_kind_named(options.kind);
  if (!kind)
    return fail(ErrorCode::usage, Retry::never, options.kind,
                "is not one of national, government, foreign, trial");
  SOGOC_TRY(const auto imported,
            import_certificates(store.folder, options.file, *kind, store.trial, SystemClock().now()));
  if (options.json) {
    OrderedJson list = OrderedJson::array();
    for (const ImportedCertificate& one : imported)
      list.push_back({{"subject", one.subject}, {"sha256", one.sha256_hex}, {"anchor", one.anchor},
                      {"known", one.known}, {"expired", one.expired}});
    print_json({{"imported", std::move(list)}});
    return ExitCode::done;
  }
  for (const ImportedCertificate& one : imported) {
    print_line(one.known    ? say("known already: {}", one.subject)
               : one.anchor ? say("trusted from now on: {}", one.subject)
                            : say("helps to build chains: {}", one.subject));
    print_line("  SHA-256 " + one.sha256_hex);
    if (one.expired) print_line(say("  it has expired: it is believed about the past only"));
  }
  return ExitCode::done;
}

Result<ExitCode> list(const Options& options) {
  SOGOC_TRY(const Store place, store_of(options));
  SOGOC_TRY(const TrustStore store, TrustStore::load(place.folder, place.trial));
  OrderedJson anchors = OrderedJson::array(), helpers = OrderedJson::array();
  for (const TrustAnchor& anchor : store.anchors()) {
    SOGOC_TRY(const CertificateFacts facts, facts_of(anchor.certificate));
    anchors.push_back({{"kind", name(anchor.kind)}, {"label", anchor.label}, {"subject", facts.subject},
                       {"key", facts.key}, {"not_after", local_time(facts.not_after)}});
    if (!options.json)
      print_line(fmt::format("{:10}  {}  {}  {}", name(anchor.kind), facts.subject, facts.key,
                             local_time(facts.not_after)));
  }
  for (const DerBytes& one : store.intermediates()) {
    SOGOC_TRY(const CertificateFacts facts, facts_of(one));
    helpers.push_back({{"subject", facts.subject}, {"issuer", facts.issuer}});
    if (!options.json) print_line(fmt::format("{:10}  {}  {}", "", facts.subject, facts.key));
  }
  if (options.json)
    print_json({{"anchors", std::move(anchors)}, {"intermediates", std::move(helpers)}, {"hosts", store.hosts()}});
  else if (store.anchors().empty())
    print_line(say("this archive trusts no authority yet; sogoc trust import adds one"));
  return ExitCode::done;
}

void add_store_options(CLI::App& command, Options& options) {
  auto* archive = command.add_option("--archive,-A", options.archive, tr("the archive folder"));
  auto* store = command.add_option("--store", options.store, tr("a trust folder by itself, such as a signer's"));
  store->excludes(archive);
  command.add_flag("--trial", options.trial, tr("with --store: it belongs to a trial"))->needs(store);
  command.add_flag("--json", options.json, tr("answer in JSON"));
}

}  // namespace

void add_trust_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("trust", tr("which certificate authorities the archive believes"));
  command->require_subcommand(1);
  command->footer("Examples: sogoc trust import --archive A root.pem --kind national\n"
                  "          sogoc trust import --store /srv/signer/trust root.pem --kind national\n"
                  "          sogoc trust list --archive A");
  auto* take = command->add_subcommand("import", tr("take CA certificates in (PEM or DER)"));
  add_store_options(*take, *options);
  take->add_option("FILE", options->file, tr("one or more CA certificates"))->required();
  take->add_option("--kind", options->kind, tr("national, government, foreign or trial"))->required();
  take->callback([options, &chosen] { chosen = [options] { return import_file(*options); }; });
  auto* show = command->add_subcommand("list", tr("show the authorities"));
  add_store_options(*show, *options);
  show->callback([options, &chosen] { chosen = [options] { return list(*options); }; });
}

}  // namespace sogoc
