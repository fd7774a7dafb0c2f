#include "workers/capture/station.hpp"

#include <condition_variable>
#include <thread>

#include "pipeline/flow/station_link.hpp"
#include "scanners/faults.hpp"
#include "workers/capture/png_master.hpp"

namespace sogoc {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;
namespace fs = std::filesystem;

class Station {
 public:
  Station(SpooledOrder& order, const StationSettings& settings, const Clock& clock) : order_(order), settings_(settings), clock_(clock) {}

  Result<StationOutcome> run(Scanner* scanner) {
    std::jthread sender;
    if (settings_.archive) sender = std::jthread([this] { send_all(); });
    const Done fed = scanner != nullptr ? feed_all(*scanner) : Done{};
    {
      const std::lock_guard lock(mutex_);
      feeding_over_ = true;
    }
    changed_.notify_all();
    if (sender.joinable()) sender.join();
    SOGOC_CHECK(fed);
    SOGOC_CHECK(disk_);
    const LedgerState state = order_.state();
    outcome_.sheets = state.sheets;
    outcome_.in_archive = state.closed;
    if (refused_ && !outcome_.why) outcome_.why = refused_;
    return outcome_;
  }

 private:
  [[nodiscard]] bool told_to_stop() const { return settings_.stop != nullptr && *settings_.stop; }

  // ---- feeding

  Done feed_all(Scanner& scanner) {
    if (order_.state().ended) return {};
    const CaptureOrder order = *order_.state().order;
    const auto end_with = [&](FeedEnd end, std::string_view why) {
      outcome_.end = end;
      return order_.end(why);
    };
    while (true) {
      const std::int64_t sheet = order_.state().next_sheet();
      if (order.most_sheets > 0 && sheet > order.most_sheets) return end_with(FeedEnd::limit, "limit");
      if (!wait_for_room()) {
        outcome_.end = told_to_stop() ? FeedEnd::stopped : FeedEnd::fault;
        return {};
      }
      SOGOC_CHECK(order_.begin_sheet(sheet));
      auto captured = capture_sheet(scanner, sheet);
      if (!captured) return note_failure(std::move(captured).error());
      if (captured->sides.empty()) return end_with(FeedEnd::no_more, "no_more");
      SOGOC_CHECK(order_.keep_sheet(*captured));
      // From here on the sheet cannot be lost.
      if (settings_.on_sheet) settings_.on_sheet(*captured);
      changed_.notify_all();
    }
  }

  Done note_failure(Error error) {
    const FaultRow* fault = fault_in(error);
    outcome_.end = told_to_stop() ? FeedEnd::stopped : FeedEnd::fault;
    outcome_.why = error;
    // The ledger of a full disk cannot take the fault; the cut-off "feed" line says as much.
    const Done noted = order_.fault(fault != nullptr ? fault->name : name(error.code));
    if (!noted && error.code != ErrorCode::no_space) return noted;
    return {};
  }

  // A sheet without sides: the feeder is empty.
  Result<CapturedSheet> capture_sheet(Scanner& scanner, std::int64_t sheet) {
    CapturedSheet captured{sheet, {}};
    for (int side = 0; side < sides_; ++side) {
      const fs::path file = order_.partial_of(sheet, side);
      std::error_code ignored;
      fs::remove(file, ignored);
      SOGOC_TRY(const auto master, PngMaster::create(file, settings_.most_judged_pixels));
      SOGOC_TRY(const Fed fed, scanner.feed(*master));
      if (fed == Fed::no_more) {
        if (side == 0) return captured;
        return device_fault(DeviceFault::transfer, order_.state().order->device);  // half a sheet
      }
      const auto arrived = Steady::now();
      SOGOC_TRY(const MasterFile written, master->finish());
      CapturedSide about{side, written.digest, written.bytes, written.size, written.resolution, clock_.now(), {}, false, "", 0};
      if (written.picture && settings_.judge) {
        SideVerdict verdict = settings_.judge(*written.picture, side);
        about.findings = std::move(verdict.findings);
        about.blank = verdict.blank;
        about.cover = std::move(verdict.cover);
      } else {
        about.findings.push_back({"not_judged", FindingWeight::look});
      }
      about.judged_ms = static_cast<int>(std::chrono::duration_cast<milliseconds>(Steady::now() - arrived).count());
      captured.sides.push_back(std::move(about));
    }
    return captured;
  }

  // Slows the feeder; never drops. False: told to stop, or no room and nobody who makes any.
  bool wait_for_room() {
    std::unique_lock lock(mutex_);
    while (true) {
      if (told_to_stop() || refused_ || !disk_) return false;
      std::error_code error;
      const fs::space_info space = fs::space(order_.folder(), error);
      const bool room = error || space.available >= settings_.least_free_bytes;
      const std::size_t pending = order_.state().pending.size();
      if (room && (!link_lives_ || pending < settings_.most_pending)) return true;
      if (!room && (!settings_.archive || pending == 0)) {
        outcome_.why = fail(ErrorCode::no_space, Retry::after_operator, order_.folder().string(),
                            "the disk of the station is full; make room and scan again").value();
        return false;
      }
      changed_.wait_for(lock, milliseconds(100));
    }
  }

  // ---- sending

  void send_all() {
    milliseconds pause{200};
    const auto give_up = [this] { return told_to_stop(); };
    std::optional<Steady::time_point> alone_since;
    while (!told_to_stop()) {
      auto link = StationLink::connect(settings_.context, *settings_.archive, settings_.program, settings_.answer_limit, give_up);
      Done done = link ? send_over(**link, pause) : Done(tl::unexpected<Error>(link.error()));
      set_link(false);
      if (done) return;
      const ErrorCode code = done.error().code;
      // A lost wire and a full archive pass; what the archive says about the order does not.
      const bool passes = code == ErrorCode::network || code == ErrorCode::timeout || code == ErrorCode::unavailable ||
                          code == ErrorCode::no_space || done.error().retry == Retry::same_step;
      const bool over = feeding_is_over();
      if (!alone_since || !over) alone_since = Steady::now();
      if (!passes || (over && settings_.patience.count() > 0 && Steady::now() - *alone_since > settings_.patience)) {
        const std::lock_guard lock(mutex_);
        refused_ = done.error();
        changed_.notify_all();
        return;
      }
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, pause);
      pause = std::min(pause * 2, milliseconds(10'000));
    }
  }

  Done send_over(StationLink& link, milliseconds& pause) {
    const CaptureOrder order = *order_.state().order;
    SOGOC_CHECK(link.open(order));
    set_link(true);
    while (!told_to_stop()) {
      const LedgerState state = order_.state();
      if (!state.pending.empty()) {
        const CapturedSheet& sheet = state.pending.front();
        SOGOC_CHECK(link.deliver(order.id, sheet, [&](const CapturedSide& side) { return order_.file_of(sheet.sheet, side.side); }));
        if (auto noted = order_.sent(sheet); !noted) return own_disk(noted);
        pause = milliseconds(200);
        changed_.notify_all();
        continue;
      }
      if (state.ended) {
        SOGOC_CHECK(link.end(order.id));
        if (auto noted = order_.close(); !noted) return own_disk(noted);
        return {};
      }
      if (feeding_is_over()) return {};  // a fault: the order goes on another time
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, milliseconds(50));
    }
    return {};
  }

  Done own_disk(const Done& failed) {
    const std::lock_guard lock(mutex_);
    disk_ = failed;
    return {};
  }
  void set_link(bool lives) {
    const std::lock_guard lock(mutex_);
    link_lives_ = lives;
  }
  bool feeding_is_over() {
    const std::lock_guard lock(mutex_);
    return feeding_over_;
  }

  SpooledOrder& order_;
  const StationSettings& settings_;
  const Clock& clock_;
  const int sides_ = settings_.sides;
  StationOutcome outcome_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  bool feeding_over_ = false, link_lives_ = false;
  std::optional<Error> refused_;
  Done disk_;
};

}  // namespace

Result<StationOutcome> run_station(SpooledOrder& order, Scanner* scanner, const StationSettings& settings, const Clock& clock) {
  return Station(order, settings, clock).run(scanner);
}

}  // namespace sogoc
