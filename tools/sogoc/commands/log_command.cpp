// sogoc log: heads, proofs, checks and the export for strangers.

#include <fstream>
#include <iterator>
#include <sstream>

#include "pipeline/core/p256.hpp"
#include "storage/durable_file.hpp"
#include "tools/signer/signer_client.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

constexpr std::size_t kMostBytes = 10'000'000;
constexpr std::uint64_t kAtOnce = 10'000;  // leaves of an export in memory

struct Options {
  std::string archive;
  std::string output;
  std::string head;
  std::string key_id;
  std::string proof;
  std::int64_t copy = 0;
  bool sign = false, json = false;
};

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::not_found, Retry::never, path, "cannot be read");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (text.size() > kMostBytes) return fail(ErrorCode::limit_exceeded, Retry::never, path, "is too large to be a head or a proof");
  return text;
}

Done write_or_print(const std::string& text, const std::string& output) {
  if (!output.empty()) return write_file_durably(output, text);
  fmt::print("{}", text);
  return {};
}

Result<ExitCode> head(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  if (options.sign) {
    SOGOC_TRY(const SignerAddress address, signer_address(options.archive));
    SOGOC_TRY(const auto signer, SignerClient::connect(make_transport_context(), address));
    SOGOC_TRY(const SignedTreeHead made, publish_head(archive->copies(), *signer));
    SOGOC_CHECK(write_or_print(head_to_json(made), options.output));
    return ExitCode::done;
  }
  SOGOC_TRY(const auto latest, archive->copies().latest_head());
  if (!latest)
    return fail(ErrorCode::not_found, Retry::after_operator, "log", "no head was signed yet: sogoc log head --sign");
  SOGOC_CHECK(write_or_print(head_to_json(*latest), options.output));
  return ExitCode::done;
}

Result<ExitCode> prove(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  if ((options.copy != 0) == !options.head.empty())
    return fail(ErrorCode::usage, Retry::never, "", "name either --copy or --head");
  if (options.copy != 0) {
    SOGOC_TRY(const InclusionProof proof, prove_copy(archive->copies(), options.copy));
    SOGOC_CHECK(write_or_print(proof_to_json(proof), options.output));
    return ExitCode::done;
  }
  SOGOC_TRY(const std::string text, read_file(options.head));
  SOGOC_TRY(const SignedTreeHead remembered, head_from_json(text));
  SOGOC_TRY(const ConsistencyProof proof, prove_consistency(archive->copies(), remembered.head));
  SOGOC_CHECK(write_or_print(proof_to_json(proof), options.output));
  return ExitCode::done;
}

// Whose head is it? The key that comes with a head proves nothing.
Done check_key(const SignedTreeHead& head, const std::string& key_id) {
  SOGOC_TRY(const bool holds, p256_signature_holds(head.public_key, tree_head_bytes(head.head), head.signature));
  if (!holds) return fail(ErrorCode::invalid, Retry::never, "log head", "its signature does not hold");
  if (!key_id.empty() && to_hex(key_id_of(head.public_key)) != key_id)
    return fail(ErrorCode::invalid, Retry::never, "log head", "is signed by another key than the published one");
  return {};
}

// A proof file, without the archive: what its holder can do.
Result<ExitCode> check_proof(const Options& options) {
  SOGOC_TRY(const std::string text, read_file(options.proof));
  SignedTreeHead head;
  if (auto inclusion = inclusion_proof_from_json(text)) {
    SOGOC_CHECK(check_inclusion(*inclusion));
    head = inclusion->head;
  } else {
    SOGOC_TRY(const ConsistencyProof consistency, consistency_proof_from_json(text));
    if (options.head.empty())
      return fail(ErrorCode::usage, Retry::never, options.proof, "is about a remembered head: name it with --head");
    SOGOC_TRY(const std::string head_text, read_file(options.head));
    SOGOC_TRY(const SignedTreeHead remembered, head_from_json(head_text));
    SOGOC_CHECK(check_key(remembered, options.key_id));
    SOGOC_CHECK(check_consistency(consistency, remembered.head));
    head = consistency.head;
  }
  SOGOC_CHECK(check_key(head, options.key_id));
  const std::string key = to_hex(key_id_of(head.public_key));
  if (options.json)
    print_json({{"holds", true}, {"key_id", key}, {"key_known", !options.key_id.empty()}, {"tree_size", head.head.tree_size}});
  else
    print_line(options.key_id.empty() ? say("the proof holds; compare its key with the published one: {}", key)
                                      : std::string(tr("the proof holds")));
  return options.key_id.empty() ? ExitCode::undecidable : ExitCode::done;
}

Result<ExitCode> check(const Options& options) {
  if (!options.proof.empty()) return check_proof(options);
  if (options.archive.empty()) return fail(ErrorCode::usage, Retry::never, "", "name an archive or a proof");
  std::vector<SignedTreeHead> remembered;
  if (!options.head.empty()) {
    SOGOC_TRY(const std::string text, read_file(options.head));
    SOGOC_TRY(const SignedTreeHead head, head_from_json(text));
    SOGOC_CHECK(check_key(head, options.key_id));
    remembered.push_back(head);
  }
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const LogFindings report, archive->verify_log(remembered));
  if (options.json) {
    OrderedJson problems = OrderedJson::array();
    for (const VerifyProblem& problem : report.problems) problems.push_back({{"where", problem.path}, {"reason", problem.reason}});
    print_json({{"holds", report.holds()}, {"leaves", report.leaves}, {"heads", report.heads}, {"root", to_hex(report.root)}, {"problems", std::move(problems)}});
  } else {
    for (const VerifyProblem& problem : report.problems) print_line(problem.path + ": " + tr(problem.reason.c_str()));
    print_line(report.holds() ? say("the log holds: {} entries, {} heads", report.leaves, report.heads)
                              : say("the log does not hold: {} findings", report.problems.size()));
  }
  return report.holds() ? ExitCode::done : ExitCode::invalid;
}

Result<ExitCode> export_log(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  CopyStore& store = archive->copies();
  std::string text;
  for (std::uint64_t next = 0;;) {
    SOGOC_TRY(const auto entries, store.log_range(next, kAtOnce));
    for (const LogEntry& entry : entries) text += OrderedJson{{"index", entry.index}, {"leaf", leaf_text(entry.leaf)}}.dump() + "\n";
    next += entries.size();
    if (entries.size() < kAtOnce) break;
  }
  SOGOC_TRY(const auto heads, store.heads());
  for (const SignedTreeHead& signed_head : heads) text += OrderedJson{{"head", OrderedJson::parse(head_to_json(signed_head))}}.dump() + "\n";
  SOGOC_CHECK(write_or_print(text, options.output));
  return ExitCode::done;
}

}  // namespace

void add_log_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* group = app.add_subcommand("log", tr("the log that nobody can quietly change: heads, proofs, checks"));
  group->footer(
      "Examples: sogoc log head --sign -o head.json -A ARCHIVE          sign a head (daily) and keep it outside\n"
      "          sogoc log check -A ARCHIVE --head head.json            does the log still continue that head\n"
      "          sogoc log prove -A ARCHIVE --copy 12 -o proof.json\n"
      "          sogoc log check --proof proof.json --key-id HEX        without the archive\n"
      "Format: pipeline/copies/LOG.md");
  group->require_subcommand(1);
  auto* sign = group->add_subcommand("head", tr("the latest signed head; --sign makes a new one"));
  sign->add_flag("--sign", options->sign, tr("have the signer sign a head over the whole log"));
  auto* show = group->add_subcommand("prove", tr("that a copy is in the log, or that it continues a remembered head"));
  show->add_option("--copy", options->copy, tr("the copy's id"));
  auto* look = group->add_subcommand("check", tr("recompute the log, or check a proof"));
  look->add_option("--proof", options->proof, tr("a proof file; needs no archive"));
  look->add_option("--key-id", options->key_id, tr("the published key of the log, 64 hex digits"));
  auto* all = group->add_subcommand("export", tr("every leaf and every head, for strangers"));
  for (auto* command : {show, look}) command->add_option("--head", options->head, tr("a head that was kept"));
  for (auto* command : {sign, show, all}) {
    add_archive_option(*command, options->archive);
    command->add_option("-o,--output", options->output, tr("write it here instead of standard output"));
  }
  look->add_option("--archive,-A", options->archive, tr("the archive folder"))->envname("SOGOC_ARCHIVE");
  look->add_flag("--json", options->json, tr("answer in JSON"));
  sign->callback([options, &chosen] { chosen = [options] { return head(*options); }; });
  show->callback([options, &chosen] { chosen = [options] { return prove(*options); }; });
  look->callback([options, &chosen] { chosen = [options] { return check(*options); }; });
  all->callback([options, &chosen] { chosen = [options] { return export_log(*options); }; });
}

}  // namespace sogoc
