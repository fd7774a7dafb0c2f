#include <thread>

#include "tools/sogoc/command.hpp"
#include "tools/sogoc/engine.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/progress_bar.hpp"
#include "tools/sogoc/report.hpp"
#include "tools/sogoc/summary.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  RunSettings settings;
  std::string report;
  bool json = false;
};

Result<ExitCode> run(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  RunOutcome outcome;
  {
    ProgressBar bar(options.json);
    SOGOC_TRY(outcome, run_until_idle(*archive, options.settings,
                                      [&](const Progress& progress, double seconds) {
                                        bar.show(progress, seconds);
                                      }));
  }
  SOGOC_TRY(const Summary summary, summarize(*archive, options.settings.only));
  if (!options.report.empty())
    SOGOC_CHECK(write_report(*archive, options.settings.only, options.report));

  const Progress& progress = outcome.progress;
  const std::int64_t failed = progress.pages_failed + progress.files_failed;
  if (options.json) {
    print_json({{"documents", progress.documents},
                {"pages", progress.pages},
                {"failed", failed},
                {"waiting", progress.jobs_queued + progress.jobs_leased},
                {"seconds", outcome.seconds},
                {"stopped", outcome.stopped},
                {"needs_person", needs_person_json(summary)}});
  } else {
    print_documents(summary);
    print_needs_person(summary);
    print_line(say("{} documents, {} pages in {:.1f} s ({:.2f} pages/s), {} need a person, {} failed",
                   progress.documents, progress.pages, outcome.seconds,
                   outcome.seconds > 0 ? static_cast<double>(progress.pages_done) / outcome.seconds : 0.0,
                   progress.pages_need_person, failed));
    if (outcome.stopped) print_line(tr("stopped; what was begun is queued again, the next run goes on"));
  }
  return exit_code_for(progress);
}

}  // namespace

void add_run_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  options->settings.jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  auto* command = app.add_subcommand("run", tr("read everything that waits: coordinator and local workers"));
  command->footer(tr(
      "Examples: sogoc run -A ARCHIVE --jobs 4 --report report.html\n"
      "          sogoc run -A ARCHIVE --listen tcp://0.0.0.0:5570 --server-key server.key --allow workers.txt"));
  add_archive_option(*command, options->archive);
  command->add_option("--jobs,-j", options->settings.jobs, tr("local worker processes"))
      ->check(CLI::Range(0, 256));
  command->add_option("--batch", options->settings.only, tr("report on this batch only"));
  command->add_flag("--retry", options->settings.retry_quarantined, tr("run quarantined files and pages again"));
  command->add_option("--report", options->report, tr("write an HTML report with thumbnails there"));
  command->add_option("--memory-mb", options->settings.memory_limit_mb, tr("memory a worker may take"))
      ->check(CLI::Range(200, 1'000'000));
  auto* listen = command->add_option("--listen", options->settings.listen,
                                     tr("take workers from other machines at tcp://ADDRESS:PORT"));
  command->add_option("--server-key", options->settings.server_key_file, tr("our CURVE key pair; made when absent"))
      ->needs(listen);
  command->add_option("--allow", options->settings.allowed_workers_file, tr("public keys of workers that may connect"))
      ->needs(listen);
  command->add_flag("--keep-running", options->settings.until_stopped, tr("do not end when the queue is empty"));
  command->add_flag("--json", options->json, tr("answer in JSON"));
  command->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace sogoc
