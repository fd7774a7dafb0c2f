// One shot, no archive to keep: the same intake, coordinator and workers over a throw-away one.

#include <thread>

#include "pipeline/core/log.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/engine.hpp"
#include "tools/sogoc/inputs.hpp"
#include "tools/sogoc/intake.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/outputs.hpp"
#include "tools/sogoc/progress_bar.hpp"
#include "tools/sogoc/summary.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc {
namespace {

struct Options {
  std::vector<std::string> inputs;
  std::string out, text, alto, metadata;
  RunSettings run;
  ReadingSettings reading;
  bool json = false;
};

// The whole document or nothing: an input that was refused would be a lost page.
Result<DocumentDetails> read_document(Archive& archive, const Options& options,
                                      const std::filesystem::path& scratch, RunOutcome& outcome) {
  const Inputs inputs = gather_inputs(options.inputs, true, scratch);
  if (!inputs.refused.empty()) return tl::unexpected<Error>(inputs.refused.front());
  SOGOC_TRY(const Intake intake, take_in(archive, inputs, {.dossier = {},
                                                           .settings = options.reading,
                                                           .operator_name = account_name(),
                                                           .even_if_repeated = true}));
  if (!intake.refused.empty()) return tl::unexpected<Error>(intake.refused.front());
  if (!intake.batch)
    return fail(ErrorCode::usage, Retry::never, "", "the inputs hold no files; name images or PDFs");
  {
    ProgressBar bar(options.json);
    SOGOC_TRY(outcome, run_until_idle(archive, options.run,
                                      [&](const Progress& progress, double seconds) {
                                        bar.show(progress, seconds);
                                      }));
  }
  DocumentFilter one;
  one.batch = intake.batch;
  SOGOC_TRY(const auto rows, archive.catalogue().documents(one));
  return archive.catalogue().document(rows.at(0).id);
}

// Why there is no PDF, by the first thing that went wrong.
tl::unexpected<Error> why_not_written(Archive& archive, const DocumentDetails& document,
                                      const RunOutcome& outcome) {
  for (const FileRow& file : document.files)
    if (file.error) return tl::unexpected<Error>(*file.error);
  PageFilter bad;
  bad.document = document.row.id;
  bad.states = {PageState::quarantined, PageState::restricted};
  if (const auto pages = archive.catalogue().pages(bad); pages && !pages->empty()) {
    const PageRow& page = pages->front();
    const std::string where = fmt::format("{} page {}", page.file_name, page.index.page_number());
    if (page.error) {
      Error error = *page.error;
      error.subject = where;
      return tl::unexpected<Error>(std::move(error));
    }
    return fail(ErrorCode::invalid_input, Retry::after_operator, where,
                "it bears a secrecy mark; digitize it in an archive, where an authorised person decides");
  }
  if (document.row.error) return tl::unexpected<Error>(*document.row.error);
  if (outcome.stopped)
    return fail(ErrorCode::cancelled, Retry::whole_job, "", "stopped before the document was written");
  return fail(ErrorCode::internal, Retry::never, "", "the document was not written");
}

Result<ExitCode> pdf(const Options& options) {
  set_log_level(LogLevel::off);  // one file, one answer: what failed is said in the sentence at the end
  SOGOC_TRY(const auto folder, TemporaryFolder::create());
  SOGOC_TRY(const auto archive, Archive::create(folder.path() / "archive", {.agency_code = {}, .agency_name = {}, .trial = true},
                                                {.durable = false}));
  RunOutcome outcome;
  SOGOC_TRY(const DocumentDetails document,
            read_document(*archive, options, folder.path(), outcome));
  if (!document.outputs) return why_not_written(*archive, document, outcome);

  // From here on everything is known; the files asked for appear whole, one after the other.
  SOGOC_CHECK(export_blob(*archive, document.outputs->pdf, options.out));
  if (!options.text.empty())
    SOGOC_CHECK(export_blob(*archive, document.outputs->text, options.text));
  if (!options.alto.empty())
    SOGOC_CHECK(export_blob(*archive, document.outputs->alto, options.alto));
  if (!options.metadata.empty())
    SOGOC_CHECK(export_text(metadata_text(document), options.metadata));

  SOGOC_TRY(const Summary summary, summarize(*archive, std::nullopt));
  if (options.json) {
    print_json({{"out", options.out},
                {"pages", document.row.pages},
                {"seconds", outcome.seconds},
                {"metadata", OrderedJson::parse(metadata_text(document))},
                {"notes", document.notes},
                {"doubts", document.doubts},
                {"needs_person", needs_person_json(summary)}});
  } else {
    print_line(say("{}: {} pages, PDF/A-2u, {:.1f} s", options.out, document.row.pages, outcome.seconds));
    print_needs_person(summary);
  }
  return exit_code_for(outcome.progress);
}

}  // namespace

void add_pdf_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  options->run.jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  auto* command = app.add_subcommand("pdf", tr("images and PDFs in, one searchable PDF/A-2u out; no archive"));
  command->footer(tr(
      "Examples: sogoc pdf scan.tif -o scan.pdf\n"
      "          sogoc pdf front.jpg back.jpg -o sheet.pdf --text sheet.txt --alto sheet.xml --metadata sheet.json\n"
      "OUT is replaced whole; when something fails the old file stays. `-` is standard input."));
  command->add_option("INPUT", options->inputs, tr("images, PDFs or folders, in page order"))->required();
  command->add_option("-o,--out", options->out, tr("the PDF to write"))->required();
  command->add_option("--text", options->text, tr("write the body text there"));
  command->add_option("--alto", options->alto, tr("write ALTO 4.4 there"));
  command->add_option("--metadata", options->metadata, tr("write the metadata JSON there"));
  command->add_option("--jobs,-j", options->run.jobs, tr("worker processes"))->check(CLI::Range(1, 256));
  command->add_option("--language,-l", options->reading.language, tr("language model"));
  command->add_option("--profile", options->reading.profile, tr("standard, book or photo"))
      ->check(CLI::IsMember({"standard", "book", "photo"}));
  command->add_option("--max-pages", options->reading.max_pages, tr("pages a file may have"))
      ->check(CLI::PositiveNumber);
  command->add_option("--max-pixels", options->reading.max_pixels, tr("pixels a page may have"))
      ->check(CLI::PositiveNumber);
  command->add_flag("--json", options->json, tr("answer in JSON"));
  command->callback([options, &chosen] { chosen = [options] { return pdf(*options); }; });
}

}  // namespace sogoc
