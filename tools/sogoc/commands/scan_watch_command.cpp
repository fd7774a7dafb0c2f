// sogoc scan watch: a folder that scanners and people put files into.

#include <atomic>
#include <csignal>

#include "scanners/hot_folder.hpp"
#include "storage/register_books.hpp"
#include "tools/sogoc/commands/scan_commands.hpp"
#include "tools/sogoc/intake.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive, folder, book, dossier, by;
  int quiet_s = 2;
  bool until_empty = false, no_events = false, json = false;
};

std::atomic<bool> stop_requested{false};
extern "C" void stop_watching(int) { stop_requested = true; }

// One file, one document. What was taken before a crash is known again by its digest and not taken twice.
Result<bool> take(Archive& archive, const ClaimedFile& file, const IntakeSettings& settings, const Options& options) {
  Inputs inputs;
  inputs.documents.push_back({{file.path}});
  SOGOC_TRY(const Intake intake, take_in(archive, inputs, settings));
  const bool refused = !intake.batch && !intake.before.same_batch;
  const std::string name = shown_name(file.name);
  if (options.json) {
    OrderedJson json = {{"file", name}, {"batch", nullptr}, {"repeated", intake.before.same_batch.has_value()}};
    if (intake.batch) json["batch"] = *intake.batch;
    if (refused && !intake.refused.empty()) json["refused"] = intake.refused.front().message;
    fmt::print("{}\n", json.dump());
  } else if (refused) {
    for (const Error& error : intake.refused) print_error(error, false);
  } else if (intake.batch) {
    print_line(say("{}: batch {} is safe in the archive", name, *intake.batch));
  } else {
    print_line(say("{}: was received before, as batch {}", name, *intake.before.same_batch));
  }
  std::fflush(stdout);
  return !refused;
}

Result<ExitCode> watch(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  IntakeSettings settings;
  settings.dossier = options.dossier;
  settings.book = options.book;
  settings.operator_name = options.by;
  if (!options.book.empty()) {
    SOGOC_TRY(const RegisterBookRow book, archive->books().book(options.book));
    settings.settings.profile = "book";
    settings.settings.register_layouts = book.about.layouts;
  } else if (!options.dossier.empty()) {
    SOGOC_TRY(const Dossier dossier, archive->catalogue().dossier(options.dossier));
    (void)dossier;
  }
  HotFolderSettings hot;
  hot.quiet = std::chrono::seconds(options.quiet_s);
  hot.events = !options.no_events;
  SOGOC_TRY(const auto folder, HotFolder::open(options.folder, hot));
  stop_requested = false;
  struct sigaction action {};
  action.sa_handler = stop_watching;
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);

  bool away = false, refused = false;
  const auto wait_for_share = [&](const Error& error) {
    if (!away) print_error(error, options.json);
    away = true;
    struct timespec pause {1, 0};
    nanosleep(&pause, nullptr);
  };
  while (!stop_requested) {
    const auto files = folder->next(options.until_empty ? hot.quiet + std::chrono::seconds(2) : std::chrono::milliseconds(500));
    if (!files) {
      if (files.error().code != ErrorCode::unavailable) return tl::unexpected<Error>(files.error());
      wait_for_share(files.error());
      continue;
    }
    away = false;
    for (const ClaimedFile& file : *files) {
      // The share may vanish under our hands: then the file is claimed, and handed out again when it is back. What was taken is known again.
      if (std::error_code gone; !std::filesystem::exists(file.path, gone)) break;
      SOGOC_TRY(const bool taken, take(*archive, file, settings, options));
      const Done put_away = taken ? folder->done(file) : folder->refuse(file);
      if (!put_away && put_away.error().code != ErrorCode::unavailable) return tl::unexpected<Error>(put_away.error());
      if (!put_away) {
        wait_for_share(put_away.error());
        break;
      }
      refused = refused || !taken;
    }
    if (options.until_empty && files->empty()) break;
  }
  return refused ? ExitCode::input_refused : ExitCode::done;
}

}  // namespace

void add_scan_watch_command(CLI::App& scan, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = scan.add_subcommand("watch", tr("take files that are put into a folder, until stopped"));
  command->footer(tr("Example: sogoc scan watch /srv/scans -A ARCHIVE --dossier H49.64.33.2001.160      each file is one document"));
  command->add_option("FOLDER", options->folder, tr("the folder; files that are taken go to its sogoc-taken"))->required();
  add_archive_option(*command, options->archive);
  auto* book = command->add_option("--book", options->book, tr("code of the register book whose pages these are"));
  command->add_option("--dossier", options->dossier, tr("dossier code (mã hồ sơ)"))->excludes(book);
  command->add_option("--quiet", options->quiet_s, tr("seconds that a file must stand still"))->check(CLI::Range(0, 3600));
  command->add_flag("--no-events", options->no_events, tr("the folder is on a share that tells nothing: only look again and again"));
  command->add_flag("--until-empty", options->until_empty, tr("end when nothing is left"));
  command->add_flag("--json", options->json, tr("a line of JSON for each file"));
  add_by_option(*command, options->by);
  command->callback([options, &chosen] { chosen = [options] { return watch(*options); }; });
}

}  // namespace sogoc
