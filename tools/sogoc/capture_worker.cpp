#include "tools/sogoc/capture_worker.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "pipeline/capture/cover.hpp"
#include "pipeline/capture/ledger.hpp"
#include "models/model_catalog.hpp"
#include "pipeline/transport/keys.hpp"
#include "scanners/faults.hpp"
#include "scanners/watched_scanner.hpp"
#include "storage/durable_file.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/register_lines.hpp"
#include "tools/sogoc/sandbox.hpp"
#include "tools/sogoc/scan_desk.hpp"
#include "tools/sogoc/side_reading.hpp"
#include "workers/capture/station.hpp"
#include "workers/image/capture_judge.hpp"

namespace sogoc {
namespace {

std::atomic<bool> stop_requested{false};

// Whoever waits for the device looks at it, and tells the driver.
extern "C" void stop_scanning(int) { stop_requested = true; }

void stop_on_signals() {
  struct sigaction action {};
  action.sa_handler = stop_scanning;
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaction(signal, &action, nullptr);
}

Result<std::optional<ConnectSettings>> connection_of(const ScanPlan& plan) {
  if (plan.endpoint.empty()) return std::optional<ConnectSettings>{};
  ConnectSettings connection{plan.endpoint, {}};
  if (!plan.key_file.empty()) {
    CurveClient client;
    SOGOC_TRY(client.keys, load_keys(plan.key_file));
    SOGOC_TRY(client.server_key, public_key_of(plan.server_key));
    connection.curve = std::move(client);
  }
  return std::optional(std::move(connection));
}

// Drivers of devices and the pictures they send are trusted no more than files of strangers, as far as a device allows: what is written is
// the spool and this run's folder, programs are not started, other processes not touched; the network and /dev stay open.
Done lock_in(const ScanPlan& plan, const std::filesystem::path& scratch) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  fs::create_directories(plan.spool, ignored);
  SandboxSettings sandbox;
  sandbox.scratch = scratch;
  sandbox.devices = true;
  sandbox.allow_tcp = true;
  sandbox.dies_with_parent = false;  // as it was started
  sandbox.memory_limit_mb = 2000;
  sandbox.readable = ModelCatalog::open().folders();
  for (const fs::path& folder : register_folders()) sandbox.readable.push_back(folder);
  if (const char* folder = std::getenv("SANE_CONFIG_DIR")) sandbox.readable.emplace_back(folder);
  sandbox.writable = {plan.spool};
  if (const char* home = std::getenv("HOME")) {
    sandbox.readable.push_back(fs::path(home) / ".sane");
    sandbox.writable.push_back(fs::path(home) / ".cache/sogoc");
  }
  if (const char* cache = std::getenv("XDG_CACHE_HOME")) sandbox.writable.push_back(fs::path(cache) / "sogoc");
  if (const char* trace = std::getenv("SOGOC_SANE_TRACE")) sandbox.writable.push_back(fs::absolute(trace, ignored).parent_path());
  for (const ScannerFile& file : files_of_scanner(plan.order.device)) (file.written ? sandbox.writable : sandbox.readable).push_back(file.path);
  ::setenv("TMPDIR", scratch.c_str(), 1);
  SOGOC_TRY(const SandboxReport report, enter_worker_sandbox(sandbox, Log()));
  (void)report;
  return {};
}

Done answer_with(const std::string& file, const ScanAnswer& answer) { return write_file_durably(file, to_json(answer)); }

const char* name_of(FeedEnd end) {
  switch (end) {
    case FeedEnd::no_more: return "no_more";
    case FeedEnd::limit: return "limit";
    case FeedEnd::stopped: return "stopped";
    case FeedEnd::fault: return "fault";
  }
  return "fault";
}

NumberRules number_rules(const CaptureOrder& order, int sides) {
  NumberRules rules;
  rules.sides = sides;
  rules.backwards = order.role == OrderRole::backs;
  rules.other_side_apart = order.turned_later || order.role == OrderRole::backs;
  rules.begins_anew = order.target.book.empty();
  return rules;
}

// Verdict, number and cover of a side. Of a cover nothing counts but its symbol.
JudgeSide judge_for(const ScanPlan& plan, int sides, const LedgerState& state) {
  std::shared_ptr<CaptureJudge> judge = make_capture_judge({double(plan.rule_dpi), sides == 2});
  auto reading = std::make_shared<SideReading>(number_rules(*state.order, sides), state.numbers);
  return [judge, reading, patch_alone = plan.patch_alone, sheet = state.sheets](const PageImage& picture, int side) mutable {
    if (side == 0) ++sheet;
    reading->ask(picture);  // it works beside the judge
    const CaptureJudgement judgement = judge->judge(picture, side);
    ReadSide read = reading->answer();
    SideVerdict verdict;
    verdict.cover = std::move(read.cover);
    if (!verdict.cover.empty()) {
      reading->cover();
      judge->forget();
      // Our own covers bear both: bars without a symbol may be one of them that cannot be read.
      if (verdict.cover == kPatchT && !patch_alone) verdict.findings.push_back({"cover_unclear", FindingWeight::rescan});
      return verdict;
    }
    // Of a page that lies otherwise, what looks like a number is none.
    const bool upright = !judgement.blank && !judgement.has("upside_down") && !judgement.has("on_its_side") && !judgement.has("skewed");
    if (read.number && upright) verdict.findings = reading->judged(*read.number, sheet, side);
    verdict.blank = judgement.blank;
    for (const CaptureRemark& remark : judgement.remarks)
      verdict.findings.push_back({remark.code, static_cast<FindingWeight>(remark.weight)});
    return verdict;
  };
}

StationSettings station_for(std::optional<ConnectSettings> connection) {
  StationSettings station;
  station.archive = std::move(connection);
  if (station.archive) station.context = make_transport_context();
  station.program = "sogoc " SOGOC_VERSION;
  station.stop = &stop_requested;
  if (const char* bytes = std::getenv("SOGOC_LEAST_FREE")) station.least_free_bytes = std::strtoull(bytes, nullptr, 10);
  // A remote archive may be away for days: then the command ends and the pictures wait in the spool.
  station.patience = std::chrono::seconds(20);
  return station;
}

// A line for each side. Who starts this as a program learns from it which session it is.
void show_sheet(const CapturedSheet& sheet, const std::string& session, bool json) {
  for (const CapturedSide& side : sheet.sides) {
    if (json) {
      OrderedJson line = json_of(sheet.sheet, side);
      line["session"] = session;
      fmt::print("{}\n", line.dump());
    } else {
      print_line(shown_side(sheet.sheet, side));
    }
  }
  std::fflush(stdout);
}

Result<ExitCode> outcome_to_exit(const StationOutcome& outcome) {
  if (outcome.end == FeedEnd::fault || outcome.end == FeedEnd::stopped)
    return tl::unexpected<Error>(outcome.why ? *outcome.why : device_fault(DeviceFault::cancelled, "scanner").value());
  if (outcome.why) return tl::unexpected<Error>(*outcome.why);
  return ExitCode::done;
}

Result<ExitCode> send_open_orders(const ScanPlan& plan, const std::string& answer_file) {
  SOGOC_TRY(auto connection, connection_of(plan));
  SOGOC_TRY(const auto orders, open_orders(plan.spool));
  const SystemClock clock;
  ScanAnswer answer;
  if (orders.empty() && !plan.json) print_line(tr("nothing waits at this station"));
  for (const OpenOrder& open : orders) {
    SOGOC_TRY(const auto order, SpooledOrder::reopen(open.folder));
    SOGOC_TRY(const StationOutcome outcome, run_station(*order, nullptr, station_for(connection), clock));
    answer.session = open.state.order->session;
    answer.sheets += outcome.sheets;
    if (outcome.why) return tl::unexpected<Error>(*outcome.why);
    print_line(say("{} sheets of the stack begun at {} are in the archive", outcome.sheets, local_time(open.state.order->started_at)));
  }
  answer.end = "no_more";
  answer.in_archive = true;
  SOGOC_CHECK(answer_with(answer_file, answer));
  return ExitCode::done;
}

}  // namespace

Result<ExitCode> run_capture_worker(const std::string& plan_file, const std::string& answer_file, std::unique_ptr<Scanner>& scanner) {
  stop_on_signals();
  std::ifstream in(plan_file, std::ios::binary);
  SOGOC_TRY(ScanPlan plan, scan_plan_in({std::istreambuf_iterator<char>(in), {}}));
  if (plan.only_send) return send_open_orders(plan, answer_file);

  SOGOC_TRY(auto connection, connection_of(plan));
  SOGOC_CHECK(lock_in(plan, std::filesystem::path(answer_file).parent_path()));
  ScannerWatch watch;
  watch.silence = std::chrono::seconds(plan.silence_s);
  watch.stop = &stop_requested;
  SOGOC_TRY(scanner, open_watched(plan.order.device, watch));
  SOGOC_TRY(const ScanSettings real, scanner->set(plan.settings));
  plan.order.settings = settings_json(real);

  const SystemClock system_clock;
  const Clock& clock = scanner->clock() != nullptr ? *scanner->clock() : system_clock;
  std::unique_ptr<SpooledOrder> order;
  SOGOC_TRY(const auto open, open_orders(plan.spool));
  for (const OpenOrder& one : open) {
    if (plan.anew || !one.state.continues(plan.order)) continue;
    SOGOC_TRY(order, SpooledOrder::reopen(one.folder));
    const LedgerState state = order->state();
    const bool may_be_in_feeder = state.in_feeder && real.source.value_or(ScanSource::flatbed) != ScanSource::flatbed;
    if (may_be_in_feeder && !plan.returned) {
      SOGOC_CHECK(answer_with(answer_file, {state.order->session, "returned_first", state.sheets, false}));
      return fail(ErrorCode::conflict, Retry::after_operator, plan.order.device,
                  fmt::format("sheet {} was in the feeder when the work was cut off; lay it back on top of the stack (the last safe sheet is {}), "
                              "then run the same command with --returned",
                              *state.in_feeder, state.sheets));
    }
    if (!plan.json) print_line(say("going on with the stack begun at {}: {} sheets are safe", local_time(state.order->started_at), state.sheets));
    break;
  }
  if (!order) {
    plan.order.id = new_capture_id();
    if (plan.order.role == OrderRole::stack) plan.order.session = plan.order.id;
    plan.order.started_at = clock.now();
    SOGOC_TRY(order, SpooledOrder::create(plan.spool, plan.order));
  }
  const std::string session = order->state().order->session;

  StationSettings station = station_for(std::move(connection));
  station.sides = sides_of(real.source.value_or(ScanSource::flatbed));
  station.judge = judge_for(plan, station.sides, order->state());
  station.on_sheet = [&](const CapturedSheet& sheet) { show_sheet(sheet, session, plan.json); };
  SOGOC_TRY(const StationOutcome outcome, run_station(*order, scanner.get(), station, clock));
  SOGOC_CHECK(answer_with(answer_file, {session, name_of(outcome.end), outcome.sheets, outcome.in_archive}));
  return outcome_to_exit(outcome);
}

}  // namespace sogoc
