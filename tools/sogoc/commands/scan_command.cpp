// sogoc scan: sheets from a scanner into an archive. Also the hidden capture worker.

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "scanners/watched_scanner.hpp"
#include "storage/register_books.hpp"
#include "tools/sogoc/capture_worker.hpp"
#include "tools/sogoc/commands/scan_commands.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/scan_run.hpp"
#include "tools/sogoc/temporary_folder.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive, connect, server_key, key_file;
  std::string device, book, dossier, source, mode = "colour";
  std::vector<std::string> device_options;
  std::int64_t pages = 0;
  std::optional<std::int64_t> declared;
  int dpi = 300, bits = 8, rule_dpi = 200, silence_s = 120;
  double width_mm = 0, height_mm = 0;
  std::string spool = default_spool();
  bool list = false, returned = false, anew = false, two_passes = false, patch_alone = false, no_finish = false, json = false;
  std::int64_t backs_of = 0;
  std::string replace, insert_after, reason, accept;
  std::string by;
};

constexpr int kMostSheets = 1'000'000;
constexpr double kLongestPaper_mm = 20'000;  // rolls
constexpr int kLongestSearch_s = 30;  // for devices, and for what one of them offers

struct WorkerOptions {
  std::string plan_file, answer_file;
  bool json = false;
};

// Says how it went before the scanner is closed, and ends without exit handlers: a driver's thread that was stopped while it held a lock
// of malloc or of the loader would keep both waiting for ever (seen with SANE's test backend). Whoever started us waits no longer then.
[[noreturn]] void work(const WorkerOptions& options) {
  std::unique_ptr<Scanner> scanner;
  const auto answer = run_capture_worker(options.plan_file, options.answer_file, scanner);
  if (!answer) print_error(answer.error(), options.json);
  std::fflush(nullptr);
  const auto code = static_cast<int>(answer ? *answer : exit_code_for(answer.error().code));
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) std::signal(signal, SIG_IGN);  // their handler would cancel what is closed now
  (void)note_worker_end(options.answer_file, code);  // a full disk: whoever started us sees the end itself
  scanner.reset();
  std::_Exit(code);
}

Result<ExitCode> list_devices(const Options& options) {
  ScannerWatch watch;
  watch.silence = std::chrono::seconds(std::min(options.silence_s, kLongestSearch_s));
  OrderedJson list = OrderedJson::array();
  if (!options.device.empty()) {
    SOGOC_TRY(const auto scanner, open_watched(options.device, watch));
    SOGOC_TRY(const auto offers, scanner->offers());
    for (const auto& [setting, offer] : offers) {
      if (options.json)
        list.push_back({{"setting", setting}, {"offers", offer}});
      else
        print_line(fmt::format("{}  {}", setting, offer));
    }
    if (options.json) print_json(list);
    return ExitCode::done;
  }
  SOGOC_TRY(const auto names, list_watched(watch));
  for (const ScannerName& name : names) {
    if (options.json)
      list.push_back({{"device", name.id}, {"vendor", name.vendor}, {"model", name.model}, {"kind", name.kind}});
    else
      print_line(fmt::format("{}  {} {}  ({})", name.id, name.vendor, name.model, name.kind));
  }
  if (options.json) print_json(list);
  return ExitCode::done;
}

// Drivers' threads that were stopped or left behind may hold locks that exit handlers wait for.
[[noreturn]] void list_and_end(const Options& options) {
  const auto answer = list_devices(options);
  if (!answer) print_error(answer.error(), options.json);
  std::fflush(nullptr);
  std::_Exit(static_cast<int>(answer ? *answer : exit_code_for(answer.error().code)));
}

Result<ScanSettings> settings_of(const Options& options) {
  ScanSettings settings;
  if (!options.source.empty()) settings.source = scan_source_named(options.source);
  settings.mode = *scan_mode_named(options.mode);
  settings.dpi = options.dpi;
  settings.bits = options.bits;
  settings.width_mm = options.width_mm;
  settings.height_mm = options.height_mm;
  for (const std::string& option : options.device_options) {
    const std::size_t equals = option.find('=');
    if (equals == std::string::npos || equals == 0) return fail(ErrorCode::usage, Retry::never, option, "write a setting of the scanner as NAME=VALUE");
    settings.options.emplace_back(option.substr(0, equals), option.substr(equals + 1));
  }
  return settings;
}

// "7:12" or "7:12:back": session, sheet, side.
struct SheetName {
  CaptureSessionId session = 0;
  std::int64_t sheet = 0;
  int side = 0;
};
Result<SheetName> sheet_named(std::string text) {
  const std::string whole = text;
  SheetName named;
  if (text.ends_with(":back")) {
    named.side = 1;
    text.resize(text.size() - 5);
  } else if (text.ends_with(":front")) {
    text.resize(text.size() - 6);
  }
  const char* const end = text.data() + text.size();
  const auto session = std::from_chars(text.data(), end, named.session);
  if (session.ec == std::errc() && session.ptr != end && *session.ptr == ':') {
    const auto sheet = std::from_chars(session.ptr + 1, end, named.sheet);
    if (sheet.ec == std::errc() && sheet.ptr == end && named.session > 0 && named.sheet >= 0) return named;
  }
  return fail(ErrorCode::usage, Retry::never, whole, "a sheet is named SESSION:SHEET, for example 7:12 or 7:12:back");
}

Done join_session(const Options& options, Archive* archive, CaptureOrder& order) {
  const int ways = (options.backs_of > 0) + !options.replace.empty() + !options.insert_after.empty();
  if (ways == 0) return {};
  if (ways > 1 || archive == nullptr)
    return fail(ErrorCode::usage, Retry::never, "", "say one of --backs-of, --replace and --insert-after, with --archive");
  SheetName at;
  at.session = options.backs_of;
  if (options.backs_of > 0) {
    order.role = OrderRole::backs;
  } else {
    SOGOC_TRY(at, sheet_named(options.replace.empty() ? options.insert_after : options.replace));
    order.role = options.replace.empty() ? OrderRole::insert : OrderRole::replace;
    if (options.reason.empty()) return fail(ErrorCode::usage, Retry::never, "", "say why: --reason \"...\"");
    if (order.role == OrderRole::replace) order.most_sheets = 1;
  }
  SOGOC_TRY(const CaptureSessionRow session, archive->captures().session(at.session));
  order.session = session.name;
  order.target = session.target;
  order.at = at.sheet;
  order.at_side = at.side;
  order.reason = options.reason;
  return {};
}

Done check_target(Archive& archive, const CaptureTarget& target) {
  if (!target.book.empty()) {
    SOGOC_TRY(const RegisterBookRow book, archive.books().book(target.book));
    if (book.state == RegisterBookState::closed)
      return fail(ErrorCode::conflict, Retry::after_operator, "book " + target.book, "is closed; nothing in it changes any more");
  }
  if (!target.dossier.empty()) {
    SOGOC_TRY(const Dossier dossier, archive.catalogue().dossier(target.dossier));
    if (dossier.state == DossierState::closed)
      return fail(ErrorCode::conflict, Retry::after_operator, "dossier " + target.dossier, "is closed; nothing can be added to it");
  }
  return {};
}

Result<ExitCode> scan(const Options& options) {
  if (options.list) list_and_end(options);
  if (options.device.empty()) return fail(ErrorCode::usage, Retry::never, "", "say which scanner: --device ID; `sogoc scan --list` shows them");
  if (options.archive.empty() == options.connect.empty())
    return fail(ErrorCode::usage, Retry::never, "", "say where the pages go: --archive FOLDER, or --connect tcp://HOST:PORT for one on another machine");
  if (!options.connect.empty() && (options.server_key.empty() || options.key_file.empty()))
    return fail(ErrorCode::usage, Retry::never, options.connect,
                "a station on another machine needs --server-key and --key; `sogoc worker --make-key FILE` makes one");

  ScanPlan plan;
  SOGOC_TRY(plan.settings, settings_of(options));
  plan.order.target = {options.book, options.dossier};
  plan.order.device = options.device;
  plan.order.operator_name = options.by;
  plan.order.declared = options.declared;
  plan.order.turned_later = options.two_passes;
  const int sides = plan.settings.source ? sides_of(*plan.settings.source) : 1;
  plan.order.most_sheets = (options.pages + sides - 1) / sides;
  plan.spool = options.spool;
  plan.endpoint = options.connect;
  plan.server_key = options.server_key;
  plan.key_file = options.key_file;
  plan.returned = options.returned;
  plan.anew = options.anew;
  plan.patch_alone = options.patch_alone;
  plan.rule_dpi = options.rule_dpi;
  plan.silence_s = options.silence_s;
  plan.json = options.json;

  std::unique_ptr<Archive> archive;
  if (!options.archive.empty()) {
    SOGOC_TRY(archive, Archive::open(options.archive));
    SOGOC_CHECK(check_target(*archive, plan.order.target));
  }
  SOGOC_CHECK(join_session(options, archive.get(), plan.order));
  SOGOC_TRY(const auto scratch, TemporaryFolder::create());
  SOGOC_TRY(const ScanRun run, run_scan(archive.get(), plan, scratch.path()));
  if (run.exit_code != 0) return static_cast<ExitCode>(run.exit_code);
  if (archive == nullptr) {
    if (run.answer.in_archive) return ExitCode::done;
    print_line(tr("the archive does not answer; the pages are safe here, `sogoc scan send` brings them over"));
    return ExitCode::environment;
  }
  SOGOC_TRY(const auto sessions, archive->captures().sessions());
  for (const CaptureSessionRow& session : sessions) {
    if (session.name != run.answer.session) continue;
    const bool backs_come = session.turned_later && plan.order.role == OrderRole::stack;
    if (backs_come) {
      print_line(say("session {}: {} fronts; turn the stack over, lay it in and scan the backs with --backs-of {}", session.id, session.sheets, session.id));
      return ExitCode::needs_person;
    }
    if (options.no_finish) {
      if (!options.json) print_session(session);
      return ExitCode::done;
    }
    return finish_session(*archive, session.id, options.by, options.accept, options.json);
  }
  return fail(ErrorCode::internal, Retry::never, "scan", "the archive does not know the session that was scanned");
}

void add_device_options(CLI::App& command, Options& options) {
  command.add_option("--device,-D", options.device, tr("the scanner, as --list names it, or the address of a network scanner (http://HOST/eSCL); sim:sheets=N is a simulated one"));
  command.add_option("--source", options.source, tr("where the paper lies"))->check(CLI::IsMember({"flatbed", "adf", "adf-back", "adf-duplex"}));
  command.add_option("--mode", options.mode, tr("lineart, gray or colour"))->check(CLI::IsMember({"lineart", "gray", "colour"}));
  command.add_option("--dpi", options.dpi, tr("dots per inch"))->check(CLI::Range(25, 9600));
  command.add_option("--bits", options.bits, tr("bits a sample, 8 or 16"))->check(CLI::IsMember({8, 16}));
  command.add_option("--width", options.width_mm, tr("width of the paper in mm; all there is unless given"))->check(CLI::Range(0.0, kLongestPaper_mm));
  command.add_option("--height", options.height_mm, tr("height of the paper in mm"))->check(CLI::Range(0.0, kLongestPaper_mm));
  command.add_option("--option", options.device_options, tr("a setting of the scanner by its own name, NAME=VALUE"));
}

}  // namespace

void add_scan_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("scan", tr("take pages from a scanner; goes on at the next sheet after any interruption"));
  command->footer(tr(
      "Examples: sogoc scan --list                                                 scanners that answer\n"
      "          sogoc scan -A ARCHIVE -D DEVICE --source adf-duplex --dossier H49.64.33.2001.160 --sheets 42\n"
      "          sogoc scan -A ARCHIVE -D DEVICE --book KS.2005.01 --pages 10\n"
      "          sogoc scan show 7 -A ARCHIVE                                      the pictures of session 7 and their verdicts\n"
      "          sogoc scan -A ARCHIVE -D DEVICE --replace 7:12:back --reason \"blurred\"\n"
      "          sogoc scan finish 7 -A ARCHIVE                                    pages of all that was accepted"));
  command->require_subcommand(0, 1);
  command->add_option("--archive,-A", options->archive, tr("the archive folder"))->envname("SOGOC_ARCHIVE");
  command->add_option("--connect", options->connect, tr("an archive on another machine, tcp://HOST:PORT (`sogoc scan receive` there)"));
  command->add_option("--server-key", options->server_key, tr("its public key, or a file with it"));
  command->add_option("--key", options->key_file, tr("our CURVE key pair"));
  add_device_options(*command, *options);
  auto* book = command->add_option("--book", options->book, tr("code of the register book whose pages these are"));
  command->add_option("--dossier", options->dossier, tr("dossier code (mã hồ sơ)"))->excludes(book);
  command->add_option("--pages", options->pages, tr("pages to take; until the feeder is empty unless given"))->check(CLI::Range(1, kMostSheets));
  command->add_option("--sheets", options->declared, tr("leaves of paper in the stack, counted by hand"))->check(CLI::Range(0, kMostSheets));
  command->add_flag("--two-pass", options->two_passes, tr("only fronts now; the backs come with --backs-of"));
  command->add_option("--backs-of", options->backs_of, tr("session whose stack was turned over: these are its backs"))->check(CLI::Range(1, 2'000'000'000));
  command->add_option("--replace", options->replace, tr("scan SESSION:SHEET[:back] again; the old picture stays, and the reason"));
  command->add_option("--insert-after", options->insert_after, tr("these sheets belong behind SESSION:SHEET"));
  command->add_option("--reason", options->reason, tr("why it is replaced or inserted"));
  command->add_option("--accept", options->accept, tr("why a difference between declared and scanned sheets is accepted"));
  command->add_flag("--returned", options->returned, tr("the sheet that was in the feeder lies on top of the stack again"));
  command->add_flag("--new", options->anew, tr("a new stack, even if another was cut off"));
  command->add_flag("--patch-t", options->patch_alone, tr("sheets with Patch-T bars alone begin a new document"));
  command->add_option("--rule-dpi", options->rule_dpi, tr("dots per inch that the rule asks for: 200, maps and drawings 300"))->check(CLI::Range(50, 1200));
  command->add_option("--silence", options->silence_s, tr("seconds that the scanner may say nothing before it is given up"))->check(CLI::Range(5, 3600))->envname("SOGOC_SCANNER_SILENCE");
  command->add_flag("--no-finish", options->no_finish, tr("leave the session open for review"));
  command->add_option("--spool", options->spool, tr("folder of this station for pages that are not in the archive yet"))->envname("SOGOC_SPOOL");
  command->add_flag("--list", options->list, tr("list scanners; with --device what it offers"));
  command->add_flag("--json", options->json, tr("answer in JSON"));
  add_by_option(*command, options->by);
  add_scan_session_commands(*command, chosen);
  add_scan_transfer_commands(*command, chosen);
  add_scan_calibrate_command(*command, chosen);
  add_scan_covers_command(*command, chosen);
  add_scan_stitch_command(*command, chosen);
  add_scan_watch_command(*command, chosen);
  command->callback([options, command, &chosen] {
    if (command->get_subcommands().empty()) chosen = [options] { return scan(*options); };
  });

  auto plan = std::make_shared<WorkerOptions>();
  auto* worker = app.add_subcommand("capture-worker")->group("");
  worker->add_option("PLAN", plan->plan_file)->required();
  worker->add_option("ANSWER", plan->answer_file)->required();
  worker->add_flag("--json", plan->json);
  worker->callback([plan, &chosen] {
    chosen = [plan]() -> Result<ExitCode> { work(*plan); };
  });
}

}  // namespace sogoc
