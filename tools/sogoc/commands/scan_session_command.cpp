// sogoc scan sessions, show, accept, reject, finish, drop: what a person says about what was captured.

#include "tools/sogoc/commands/scan_commands.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/scan_desk.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive, by, reason, accept;
  CaptureSessionId session = 0;
  std::vector<CaptureImageId> pictures;
  bool json = false;
};

Result<ExitCode> list(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const auto rows, archive->captures().sessions());
  OrderedJson json = OrderedJson::array();
  for (const CaptureSessionRow& row : rows) {
    if (options.json)
      json.push_back(json_of(row));
    else
      print_session(row);
  }
  if (options.json) print_json(json);
  return ExitCode::done;
}

Result<ExitCode> show(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const CaptureSessionRow session, archive->captures().session(options.session));
  SOGOC_TRY(const auto rows, archive->captures().images(options.session));
  SOGOC_TRY(const Assembly assembly, archive->captures().assembly(options.session));
  if (options.json) {
    print_json(json_of(session, rows, assembly));
    return ExitCode::done;
  }
  print_session(session);
  for (const CaptureImageRow& row : rows)
    print_line(fmt::format("{:6}  {}{}", row.id, shown_side(row.sheet, row.about),
                           row.decision == ImageDecision::none ? std::string()
                                                               : fmt::format("  [{}: {}]", tr(name(row.decision).data()), row.reason)));
  return ExitCode::done;
}

Result<ExitCode> decide(const Options& options, ImageDecision decision) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  for (const CaptureImageId picture : options.pictures)
    SOGOC_CHECK(archive->captures().decide(options.session, picture, decision, options.by, options.reason));
  SOGOC_TRY(const CaptureSessionRow session, archive->captures().session(options.session));
  if (options.json)
    print_json(json_of(session));
  else
    print_session(session);
  return ExitCode::done;
}

Result<ExitCode> finish(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  return finish_session(*archive, options.session, options.by, options.accept, options.json);
}

Result<ExitCode> drop(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_CHECK(archive->captures().drop(options.session, options.by, options.reason));
  if (!options.json) print_line(say("session {} is dropped; its pictures stay, and are no pages", options.session));
  return ExitCode::done;
}

}  // namespace

void add_scan_session_commands(CLI::App& scan, Command& chosen) {
  auto options = std::make_shared<Options>();
  const auto command = [&](const char* name, const char* about, std::function<Result<ExitCode>(const Options&)> run) {
    auto* made = scan.add_subcommand(name, about);
    add_archive_option(*made, options->archive);
    made->add_flag("--json", options->json, tr("answer in JSON"));
    made->callback([options, run = std::move(run), &chosen] { chosen = [options, run] { return run(*options); }; });
    return made;
  };
  command("sessions", tr("list scan sessions, newest first"), list);
  auto* display = command("show", tr("the pictures of a session and what was found"), show);
  auto* accept = command("accept", tr("keep pictures in spite of their verdict"), [](const Options& o) { return decide(o, ImageDecision::accepted); });
  auto* reject = command("reject", tr("pictures that become no pages"), [](const Options& o) { return decide(o, ImageDecision::rejected); });
  auto* complete = command("finish", tr("make pages of a session"), finish);
  auto* away = command("drop", tr("a session that becomes no pages"), drop);
  for (auto* one : {display, accept, reject, complete, away}) one->add_option("SESSION", options->session, tr("number of the session"))->required();
  for (auto* one : {accept, reject}) one->add_option("PICTURE", options->pictures, tr("numbers of the pictures, as `show` lists them"))->required();
  for (auto* one : {accept, reject, away}) one->add_option("--reason", options->reason, tr("why"));
  complete->add_option("--accept", options->accept, tr("why a difference between declared and scanned sheets is accepted"));
  for (auto* one : {accept, reject, complete, away}) add_by_option(*one, options->by);
}

}  // namespace sogoc
