#include "scanners/watched_scanner.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "scanners/faults.hpp"

namespace sogoc {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kLook{50};

// What the driver's thread and those who wait for it share. Lives until the last of them is gone, which may be never.
struct Driver {
  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  std::function<void()> task;
  bool working = false, over = false, closed = false;

  std::mutex sink_mutex;     // held while a line is taken; guards `left`
  bool left = false;         // nobody waits any more: no line reaches anybody
  std::atomic<Steady::time_point> heard{Steady::now()};
  std::atomic<bool> in_sink{false};  // the disk is slow, not the device

  std::unique_ptr<Scanner> scanner;  // made, used and closed by the driver's thread; others only cancel()
};

void work(const std::shared_ptr<Driver>& driver) {
  std::unique_lock lock(driver->mutex);
  while (true) {
    driver->changed.wait(lock, [&] { return driver->over || driver->task; });
    if (!driver->task) break;
    const auto task = std::move(driver->task);
    driver->task = nullptr;
    lock.unlock();
    task();
    lock.lock();
    driver->working = false;
    driver->changed.notify_all();
  }
  lock.unlock();
  driver->scanner.reset();
  lock.lock();
  driver->closed = true;
  driver->changed.notify_all();
}

// Lines on their way from the driver's thread, as long as somebody waits for them.
class WatchedSink final : public LineSink {
 public:
  WatchedSink(Driver& driver, LineSink& sink, std::string id) : driver_(driver), sink_(sink), id_(std::move(id)) {}
  Done begin(const LineFormat& format) override {
    return pass([&] { return sink_.begin(format); });
  }
  Done line(std::span<const std::uint8_t> row) override {
    return pass([&] { return sink_.line(row); });
  }
  Done end() override {
    return pass([&] { return sink_.end(); });
  }
  void heard() override { driver_.heard = Steady::now(); }

 private:
  template <typename Take>
  Done pass(Take take) {
    const std::lock_guard lock(driver_.sink_mutex);
    if (driver_.left) return device_fault(DeviceFault::cancelled, id_);
    driver_.in_sink = true;
    Done taken = take();
    driver_.heard = Steady::now();
    driver_.in_sink = false;
    return taken;
  }
  Driver& driver_;
  LineSink& sink_;
  std::string id_;
};

// One driver, asked one thing after the other.
class Watched {
 public:
  Watched(std::string id, const ScannerWatch& watch) : id_(std::move(id)), watch_(watch) {
    std::thread([driver = driver_] { work(driver); }).detach();
  }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  ~Watched() {
    std::unique_lock lock(driver_->mutex);
    if (left_) return;
    driver_->over = true;
    driver_->changed.notify_all();
    driver_->changed.wait_for(lock, watch_.farewell, [this] { return driver_->closed; });
  }

  // Runs `task` in the driver's thread. Nothing: it is done, or was done after all although it was told to stop and `told` says why;
  // else it was left behind. `task` may outlive the call: what it holds must too.
  struct Waited {
    bool left = false;
    std::optional<DeviceFault> told;
  };
  Waited ask(std::function<void()> task) {
    Waited waited;
    std::unique_lock lock(driver_->mutex);
    if (left_) return {true, DeviceFault::silent};
    driver_->heard = Steady::now();
    driver_->task = std::move(task);
    driver_->working = true;
    driver_->changed.notify_all();
    Steady::time_point told_at;
    while (driver_->working) {
      driver_->changed.wait_for(lock, kLook);
      if (!driver_->working) break;
      const auto now = Steady::now();
      if (!waited.told) {
        if (cancelled_ || (watch_.stop != nullptr && *watch_.stop))
          waited.told = DeviceFault::cancelled;
        else if (!driver_->in_sink && now - driver_->heard.load() > watch_.silence)
          waited.told = DeviceFault::silent;
        else
          continue;
        told_at = now;
        // By a thread of its own: telling a driver to stop may hang as well. A device that is still being opened cannot be told.
        if (open_) std::thread([driver = driver_] { driver->scanner->cancel(); }).detach();
      }
      if (!open_ || now - told_at > watch_.farewell) {
        left_ = waited.left = true;
        const std::lock_guard sink(driver_->sink_mutex);
        driver_->left = true;
        break;
      }
    }
    return waited;
  }

  [[nodiscard]] tl::unexpected<Error> why(const Waited& waited) const { return device_fault(waited.told.value_or(DeviceFault::silent), id_); }
  void opened() { open_ = true; }
  void cancel() { cancelled_ = true; }
  [[nodiscard]] const std::shared_ptr<Driver>& driver() const { return driver_; }
  [[nodiscard]] const std::string& id() const { return id_; }

 private:
  std::string id_;
  ScannerWatch watch_;
  std::shared_ptr<Driver> driver_ = std::make_shared<Driver>();
  bool open_ = false, left_ = false;
  std::atomic<bool> cancelled_{false};
};

// Asks for a value. What the driver says late, to nobody, goes with the last who holds it.
template <typename Value>
Result<Value> answer_of(Watched& watched, std::function<Result<Value>(Driver&)> question) {
  const auto said = std::make_shared<std::optional<Result<Value>>>();
  const auto waited = watched.ask([driver = watched.driver(), said, question = std::move(question)] { *said = question(*driver); });
  if (waited.left) return watched.why(waited);
  Result<Value> answer = std::move(**said);
  // Told to stop it says that it was stopped; why it was told is what a person wants to know.
  if (!answer && waited.told) return watched.why(waited);
  return answer;
}

class WatchedScanner final : public Scanner {
 public:
  explicit WatchedScanner(std::unique_ptr<Watched> watched) : watched_(std::move(watched)), state_(watched_->driver()->scanner->state()) {}

  [[nodiscard]] ScannerState state() const override { return state_; }

  Result<std::vector<std::pair<std::string, std::string>>> offers() override {
    return answer_of<std::vector<std::pair<std::string, std::string>>>(*watched_, [](Driver& driver) { return driver.scanner->offers(); });
  }

  Result<ScanSettings> set(const ScanSettings& wanted) override {
    auto real = answer_of<ScanSettings>(*watched_, [wanted](Driver& driver) { return driver.scanner->set(wanted); });
    if (real) state_ = ScannerState::ready;
    return real;
  }

  Result<Fed> feed(LineSink& sink) override {
    if (!may_move(state_, ScannerState::feeding)) return device_fault(DeviceFault::bad_setting, watched_->id());
    state_ = ScannerState::feeding;
    const auto passed_on = std::make_shared<WatchedSink>(*watched_->driver(), sink, watched_->id());
    auto fed = answer_of<Fed>(*watched_, [passed_on](Driver& driver) { return driver.scanner->feed(*passed_on); });
    const FaultRow* fault = fed ? nullptr : fault_in(fed.error());
    state_ = fault != nullptr && fault->fault != DeviceFault::cancelled ? ScannerState::faulted : ScannerState::ready;
    return fed;
  }

  void cancel() override { watched_->cancel(); }
  [[nodiscard]] const Clock* clock() const override { return watched_->driver()->scanner->clock(); }

 private:
  std::unique_ptr<Watched> watched_;
  ScannerState state_;
};

}  // namespace

Result<std::unique_ptr<Scanner>> open_watched(OpenScanner open, const std::string& id, const ScannerWatch& watch) {
  auto watched = std::make_unique<Watched>(id, watch);
  SOGOC_TRY(const bool opened, answer_of<bool>(*watched, [open = std::move(open)](Driver& driver) -> Result<bool> {
              SOGOC_TRY(driver.scanner, open());
              return true;
            }));
  (void)opened;
  watched->opened();
  return std::unique_ptr<Scanner>(std::make_unique<WatchedScanner>(std::move(watched)));
}

Result<std::unique_ptr<Scanner>> open_watched(const std::string& id, const ScannerWatch& watch) {
  return open_watched([id] { return open_scanner(id); }, id, watch);
}

Result<std::vector<ScannerName>> list_watched(const ScannerWatch& watch) {
  Watched watched("SANE", watch);
  return answer_of<std::vector<ScannerName>>(watched, [](Driver&) -> Result<std::vector<ScannerName>> {
    std::vector<ScannerName> all;
    for (const auto& kind : scanner_kinds()) {
      SOGOC_TRY(const auto names, kind->list());
      all.insert(all.end(), names.begin(), names.end());
    }
    return all;
  });
}

}  // namespace sogoc
