// sogoc copy prove: what anyone needs to see that a copy stands in the log, and in which state.

#include "storage/durable_file.hpp"
#include "tools/sogoc/commands/copy_commands.hpp"
#include "tools/sogoc/copy_desk.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  std::int64_t copy = 0;
  std::string out;
};

Result<ExitCode> prove(const Options& options) {
  SOGOC_TRY(const auto desk, CopyDesk::open(options.archive));
  CopyStore& store = desk->archive().copies();
  // The newest event must lie under a signed head before it can be proven.
  SOGOC_TRY(const SignedTreeHead head, publish_head(store, desk->signer().client()));
  (void)head;
  SOGOC_TRY(const InclusionProof proof, prove_copy(store, options.copy));
  const std::string text = proof_to_json(proof);
  if (options.out.empty()) {
    print_line(text);
    return ExitCode::done;
  }
  SOGOC_CHECK(write_file_durably(options.out, text));
  print_line(say("the proof is in {}; check it with `sogoc log check`", options.out));
  return ExitCode::done;
}

}  // namespace

void add_copy_prove_command(CLI::App& copy, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = copy.add_subcommand("prove", tr("write the proof that a copy stands in the log"));
  command->footer("Example: sogoc copy prove -A ARCHIVE 17 -o proof.json");
  add_archive_option(*command, options->archive);
  command->add_option("copy", options->copy, tr("the copy"))->required();
  command->add_option("-o,--output", options->out, tr("where the proof goes; standard output unless given"));
  command->callback([options, &chosen] { chosen = [options] { return prove(*options); }; });
}

}  // namespace sogoc
