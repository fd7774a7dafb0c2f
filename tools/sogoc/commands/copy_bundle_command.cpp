// sogoc copy bundle: what somebody without a network needs to check copies of this office.

#include <algorithm>

#include "storage/durable_file.hpp"
#include "tools/sogoc/commands/copy_commands.hpp"
#include "tools/sogoc/copy_checker.hpp"
#include "tools/sogoc/copy_desk.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive, out;
  std::vector<CopyId> copies;
};

void add_missing(std::vector<DerBytes>& to, const std::vector<DerBytes>& more) {
  for (const DerBytes& one : more)
    if (std::find(to.begin(), to.end(), one) == to.end()) to.push_back(one);
}

Result<ExitCode> bundle(const Options& options) {
  SOGOC_TRY(const auto desk, CopyDesk::open(options.archive));
  CopyStore& store = desk->archive().copies();
  // What the log says now, not what it said when somebody last asked.
  SOGOC_TRY(const SignedTreeHead head, publish_head(store, desk->signer().client()));
  OfflineBundle made = bundle_with({});
  made.body = desk->archive().identity().agency_name;
  made.heads.push_back(head);
  for (const CopyId id : options.copies) {
    SOGOC_TRY(const CopyDetails copy, store.copy(id));
    if (!copy.file)
      return fail(ErrorCode::conflict, Retry::after_operator, fmt::format("copy {}", id), "is not issued yet");
    const ValidationEvidence evidence = evidence_of(copy);
    add_missing(made.certificates, evidence.certificates);
    add_missing(made.evidence.ocsp, evidence.ocsp);
    add_missing(made.evidence.crls, evidence.crls);
    SOGOC_TRY(InclusionProof proof, prove_copy(store, id));
    made.proofs.push_back(std::move(proof));
  }
  SOGOC_CHECK(write_file_durably(options.out, bundle_to_json(made)));
  print_line(say("the bundle is in {}; the keys that it needs are in {}", options.out,
                 (trust_folder_of(desk->archive()) / "keys").string()));
  return ExitCode::done;
}

}  // namespace

void add_copy_bundle_command(CLI::App& copy, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = copy.add_subcommand("bundle", tr("write what is needed to check copies without a network"));
  command->footer(
      "Examples: sogoc copy bundle -A ARCHIVE 17 18 -o bang-chung.json\n"
      "          sogoc copy verify ban-sao.pdf --trust TRUST --keys KEYS --offline bang-chung.json\n"
      "The keys of ARCHIVE/trust/keys are published by another way than the bundle: who forges one forges the other.");
  add_archive_option(*command, options->archive);
  command->add_option("copies", options->copies, tr("the issued copies it is about"))->required();
  command->add_option("-o,--output", options->out, tr("where the bundle goes"))->required();
  command->callback([options, &chosen] { chosen = [options] { return bundle(*options); }; });
}

}  // namespace sogoc
