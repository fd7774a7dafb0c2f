#include "storage/register_books.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/engine.hpp"
#include "tools/sogoc/inputs.hpp"
#include "tools/sogoc/intake.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  std::vector<std::string> inputs;
  std::string dossier;
  std::string book;
  ReadingSettings settings;
  std::string by;
  bool one_document = false;
  bool again = false;
  bool wait = false;
  bool json = false;
};

void print_repeats(const Intake& intake) {
  if (intake.before.same_batch)
    print_line(say("all of it was received before, as batch {}", *intake.before.same_batch));
  else
    for (const auto& [position, received] : intake.before.files)
      print_line(say("received before: {} (batch {}, {})", received.name, received.batch,
                     local_time(received.at)));
}

OrderedJson json_of(const Intake& intake) {
  OrderedJson repeated = OrderedJson::array();
  for (const auto& [position, received] : intake.before.files)
    repeated.push_back({{"file", received.name}, {"batch", received.batch}, {"position", position}});
  OrderedJson refused = OrderedJson::array();
  for (const Error& error : intake.refused)
    refused.push_back({{"input", error.subject}, {"reason", error.message}, {"code", name(error.code)}});
  OrderedJson json = {{"batch", nullptr},
                      {"documents", intake.documents},
                      {"files", intake.files},
                      {"bytes", intake.bytes},
                      {"received_before", std::move(repeated)},
                      {"same_batch", nullptr},
                      {"refused", std::move(refused)}};
  if (intake.batch) json["batch"] = *intake.batch;
  if (intake.before.same_batch) json["same_batch"] = *intake.before.same_batch;
  return json;
}

Result<ExitCode> ingest(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  ReadingSettings settings = options.settings;
  if (!options.book.empty()) {
    SOGOC_TRY(const RegisterBookRow book, archive->books().book(options.book));
    settings.profile = "book";
    settings.register_layouts = book.about.layouts;
  }
  SOGOC_TRY(const auto scratch, TemporaryFolder::create());
  const Inputs inputs = gather_inputs(options.inputs, options.one_document, scratch.path());
  SOGOC_TRY(const Intake intake,
            take_in(*archive, inputs,
                    {.dossier = options.dossier,
                     .book = options.book,
                     .settings = settings,
                     .operator_name = options.by,
                     .even_if_repeated = options.again}));

  if (options.json) {
    print_json(json_of(intake));
  } else {
    print_repeats(intake);
    if (intake.batch)
      print_line(say("batch {}: {} documents, {} files are safe in the archive", *intake.batch,
                     intake.documents, intake.files));
    else if (intake.before.same_batch)
      print_line(tr("nothing new was taken; --again takes it a second time"));
    for (const Error& error : intake.refused) print_error(error, false);
  }
  if (options.wait && intake.batch) {
    SOGOC_TRY(const ExitCode code, wait_for_batch(*archive, *intake.batch, options.json));
    return intake.refused.empty() ? code : ExitCode::input_refused;
  }
  return intake.refused.empty() ? ExitCode::done : ExitCode::input_refused;
}

}  // namespace

void add_ingest_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("ingest", tr("take files in; returns when they are safe"));
  command->footer(tr(
      "Example: sogoc ingest scans/ letter.pdf --archive /srv/archive --dossier H49.64.33.2001.160\n"
      "A folder of images is one document, in natural order of the names; `-` is standard input."));
  command->add_option("INPUT", options->inputs, tr("images, PDFs or folders"))->required();
  add_archive_option(*command, options->archive);
  auto* dossier = command->add_option("--dossier", options->dossier, tr("dossier code (mã hồ sơ)"));
  command->add_option("--book", options->book, tr("code of the register book whose pages these are"))->excludes(dossier);
  command->add_option("--profile", options->settings.profile, tr("standard, book or photo"))
      ->check(CLI::IsMember({"standard", "book", "photo"}));
  command->add_option("--language", options->settings.language, tr("language model"));
  command->add_option("--max-pages", options->settings.max_pages, tr("pages a file may have"))
      ->check(CLI::PositiveNumber);
  command->add_option("--max-pixels", options->settings.max_pixels, tr("pixels a page may have"))
      ->check(CLI::PositiveNumber);
  command->add_flag("--one-document", options->one_document,
                    tr("all inputs are the pages of one document"));
  command->add_flag("--again", options->again, tr("take it even if the same batch was received before"));
  command->add_flag("--wait", options->wait, tr("return when everything is read (needs a running `sogoc run`)"));
  command->add_flag("--json", options->json, tr("answer in JSON"));
  add_by_option(*command, options->by);
  command->callback([options, &chosen] { chosen = [options] { return ingest(*options); }; });
}

}  // namespace sogoc
