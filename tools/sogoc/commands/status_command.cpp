#include "tools/sogoc/command.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/summary.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  std::optional<BatchId> batch;
  bool json = false;
};

OrderedJson json_of(const Progress& progress) {
  return {{"documents", progress.documents},
          {"pages", progress.pages},
          {"failed", progress.pages_failed + progress.files_failed},
          {"waiting", progress.jobs_queued + progress.jobs_leased},
          {"files", progress.files},
          {"pages_done", progress.pages_done},
          {"pages_failed", progress.pages_failed},
          {"pages_need_person", progress.pages_need_person},
          {"pages_unreadable", progress.pages_unreadable},
          {"files_failed", progress.files_failed},
          {"documents_done", progress.documents_done},
          {"documents_waiting", progress.documents_waiting},
          {"documents_failed", progress.documents_failed},
          {"jobs_queued", progress.jobs_queued},
          {"jobs_running", progress.jobs_leased}};
}

Result<ExitCode> status(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const Progress progress, archive->jobs().progress(options.batch));
  SOGOC_TRY(const Summary summary, summarize(*archive, options.batch));
  if (options.json) {
    OrderedJson json = json_of(progress);
    json["needs_person"] = needs_person_json(summary);
    print_json(json);
  } else {
    print_line(say("documents {}, done {}, waiting for a person {}, failed {}", progress.documents,
                   progress.documents_done, progress.documents_waiting, progress.documents_failed));
    print_line(say("pages {}, read {}, need a person {}, failed {}; jobs waiting {}, running {}",
                   progress.pages, progress.pages_done, progress.pages_need_person,
                   progress.pages_failed, progress.jobs_queued, progress.jobs_leased));
    if (progress.pages_unreadable > 0)
      print_line(say("pages accepted as unreadable {}", progress.pages_unreadable));
    print_needs_person(summary);
  }
  return ExitCode::done;
}

}  // namespace

void add_status_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("status", tr("what is done, what waits, what needs a person"));
  command->footer(tr("Example: sogoc status --archive /srv/archive --json"));
  add_archive_option(*command, options->archive);
  command->add_option("--batch", options->batch, tr("only this batch"));
  command->add_flag("--json", options->json, tr("answer in JSON"));
  command->callback([options, &chosen] { chosen = [options] { return status(*options); }; });
}

}  // namespace sogoc
