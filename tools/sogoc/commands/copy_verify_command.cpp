#include <filesystem>

#include "storage/durable_file.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/copy_answer.hpp"
#include "tools/sogoc/copy_check.hpp"
#include "tools/sogoc/copy_checker.hpp"
#include "tools/sogoc/copy_sources.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string file, bundle, archive, trust, keys, qr;
  bool trial = false;
  bool json = false;
};

Result<CheckTask> task_of(const Options& options) {
  if (options.file.empty() && options.qr.empty())
    return fail(ErrorCode::usage, Retry::never, "copy verify",
                "say what to check: a file, or --qr TEXT");
  CheckTask task;
  task.file = options.file;
  task.bundle = options.bundle;
  task.qr = options.qr;
  task.now = SystemClock().now();
  task.trust = options.trust;
  task.keys = options.keys;
  task.trial_archive = options.trial;
  if (!options.archive.empty()) {
    SOGOC_TRY(const auto archive, Archive::open(options.archive));
    const std::filesystem::path trust = trust_folder_of(*archive);
    if (task.trust.empty()) task.trust = trust;
    if (task.keys.empty()) task.keys = trust / "keys";
    task.trial_archive = task.trial_archive || archive->identity().trial;
  }
  return task;
}

ExitCode exit_code_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::valid: return ExitCode::done;
    case Verdict::invalid: return ExitCode::invalid;
    case Verdict::undecidable: return ExitCode::undecidable;
  }
  return ExitCode::undecidable;
}

// What the archive of the issuing office knows beyond the file: where the copy stands in its log, whether
// its source still has its bytes, and what its signatures were judged by.
struct FromArchive {
  std::optional<CopyDetails> copy;
  LogStatus status = LogStatus::unknown;
  bool source_holds = true;
};

Result<FromArchive> look_up(Archive& archive, const std::string& file) {
  FromArchive found;
  SOGOC_TRY(const Sha256 digest, digest_of_file(file));
  SOGOC_TRY(found.copy, archive.copies().copy_by_file(digest));
  if (!found.copy) return found;
  found.status = log_status(found.copy->state);
  if (found.copy->approved) {
    const auto source = archive.blobs().find(found.copy->approved->digest);
    const auto now = source ? digest_of_file(*source) : Result<Sha256>(Sha256{});
    found.source_holds = now && *now == found.copy->approved->digest;
  }
  return found;
}

std::vector<AnswerRow> rows_of(const FromArchive& found) {
  std::vector<AnswerRow> rows;
  rows.push_back({tr("log of the office"), found.copy ? std::string(tr(std::string(name(found.status)).c_str())) + "  " + found.copy->copy_number
                                                      : tr("this file was not issued here"),
                  found.status == LogStatus::valid ? Verdict::valid : Verdict::undecidable});
  if (found.copy)
    rows.push_back({tr("source in the archive"), found.source_holds ? tr("unchanged") : tr("its bytes have changed"),
                    found.source_holds ? Verdict::valid : Verdict::undecidable});
  return rows;
}

Result<ExitCode> verify(const Options& options) {
  SOGOC_TRY(CheckTask task, task_of(options));
  std::optional<FromArchive> found;
  TemporaryFolder folder;
  if (!options.archive.empty()) {
    SOGOC_TRY(const auto archive, Archive::open(options.archive));
    task.trial_archive = task.trial_archive || archive->identity().trial;
    if (!options.file.empty()) {
      SOGOC_TRY(found, look_up(*archive, options.file));
    }
    // A B-B copy does not carry what its certificate was judged by; the office kept it.
    if (found && found->copy && task.bundle.empty()) {
      SOGOC_TRY(folder, TemporaryFolder::create());
      task.bundle = folder.path() / "evidence.json";
      SOGOC_CHECK(write_file_durably(task.bundle, bundle_to_json(bundle_with(evidence_of(*found->copy)))));
    }
  }
  SOGOC_TRY(const CheckAnswer answer, check_in_worker(task));
  // Good signatures say nothing about what the office did with the copy afterwards.
  const bool withdrawn = found && found->copy && found->status != LogStatus::valid;
  if (options.json) {
    OrderedJson json = OrderedJson::parse(answer_to_json(answer));
    if (found) {
      json["log_status"] = name(found->status);
      json["source_unchanged"] = found->copy ? OrderedJson(found->source_holds) : OrderedJson();
    }
    print_json(json);
  } else {
    if (withdrawn) print_line(say("NO LONGER VALID: the office says of this copy: {}", tr(std::string(name(found->status)).c_str())));
    for (const std::string& line :
         answer_in_words(answer, options.file, found ? rows_of(*found) : std::vector<AnswerRow>{}))
      print_line(line);
  }
  return withdrawn ? ExitCode::invalid : exit_code_of(answer.verdict());
}

}  // namespace

void add_copy_verify_command(CLI::App& copy, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = copy.add_subcommand(
      "verify", tr("check a copy, or any signed PDF: valid, invalid or cannot be decided"));
  command->footer(
      "Examples: sogoc copy verify ban-sao.pdf -A ARCHIVE               trusts what the archive "
      "trusts\n"
      "          sogoc copy verify ban-sao.pdf --trust TRUST --offline BUNDLE.json\n"
      "          sogoc copy verify --qr 'SG1:...' --keys office.pem      shows what a paper copy "
      "must say\n"
      "Exit codes: 0 valid, 6 invalid, 7 cannot be decided, 3 the file cannot be read");
  command->add_option("file", options->file, tr("the PDF"));
  command->add_option("--offline", options->bundle,
                      tr("an offline bundle: revocation data and proofs of the log"));
  command->add_option("--archive,-A", options->archive, tr("the archive whose trust store counts"))
      ->envname("SOGOC_ARCHIVE");
  command->add_option("--trust", options->trust, tr("a trust store: a folder as in an archive"));
  command->add_option(
      "--keys", options->keys,
      tr("published keys of the office, for QR codes and the log: a file or a folder"));
  command->add_option("--qr", options->qr, tr("the text of a QR code"));
  command->add_flag("--trial", options->trial, tr("believe certificates of dev-pki"));
  command->add_flag("--json", options->json, tr("answer in JSON"));
  command->callback([options, &chosen] { chosen = [options] { return verify(*options); }; });
}

}  // namespace sogoc
