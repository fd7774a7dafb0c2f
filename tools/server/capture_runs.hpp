#pragma once

// Stacks of paper on their way from a device of this machine into the archive. Each is a `sogoc scan` of its own, which has the device,
// the ledger and the order of things; here is only who started it, what it says, and who listens.
//
//   running ──> done      the feeder is empty, or all that was asked for is there; the session waits for a person
//      └──────> failed    a fault of the device, stopped, or refused: `why`. Going on is a new run with the same wish.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipeline/capture/capture_store.hpp"
#include "pipeline/core/result.hpp"
#include "tools/http/http.hpp"
#include "tools/sogoc/spoken_language.hpp"

namespace sogoc::server {

struct ScanDevice {
  std::string id, vendor, model, kind;
};

// What a person wants; words as `sogoc scan` takes them.
struct CaptureWish {
  std::string device, source, mode = "colour";
  CaptureTarget target;
  int dpi = 300;
  std::int64_t width_mm = 0, height_mm = 0;  // 0: all there is
  std::int64_t pages = 0;                    // 0: until the feeder is empty
  std::optional<std::int64_t> declared;      // sheets that a person counted
  bool two_passes = false;
  bool returned = false;                     // the sheet that was in the feeder lies on the stack again
  bool anew = false;                         // does not go on with a stack that was cut off
  OrderRole role = OrderRole::stack;
  CaptureSessionId session = 0;              // of backs, replace, insert
  std::int64_t sheet = 0;                    // replaced, or before those that are put in
  bool back = false;                         // replace: that side
  std::string reason;
  std::string by;
};

enum class RunState : std::uint8_t { running, done, failed };
[[nodiscard]] std::string_view name(RunState state);

struct CaptureRun {
  std::int64_t id = 0;
  CaptureWish wish;
  RunState state = RunState::running;
  UtcTime started_at;
  std::int64_t sides = 0;     // that were shown
  std::string session;        // its name in the capture store, "" = no sheet yet
  std::optional<Error> why;   // of a failed one
};

// Thread: any; each run has a thread of its own.
class CaptureRuns {
 public:
  // `named`: devices that the administrator named; other addresses than those and what this machine finds are refused, for a person in
  // a browser must not make it talk to any machine. `simulated`: the simulated feeder is offered too.
  CaptureRuns(std::filesystem::path archive, std::filesystem::path scratch, std::vector<std::string> named, bool simulated)
      : archive_(std::move(archive)), scratch_(std::move(scratch)), named_(std::move(named)), simulated_(simulated) {}
  ~CaptureRuns() { stop_all(); }
  CaptureRuns(const CaptureRuns&) = delete;
  CaptureRuns& operator=(const CaptureRuns&) = delete;

  // Asks the drivers, which may take seconds; what was found a moment ago is good enough.
  [[nodiscard]] Result<std::vector<ScanDevice>> devices(bool anew = false);
  // What the device offers: [{"setting", "offers"}].
  [[nodiscard]] Result<nlohmann::ordered_json> offers(const std::string& device);

  // Fails with usage, not_found (no such device), conflict (it is scanning).
  [[nodiscard]] Result<CaptureRun> start(const CaptureWish& wish);
  [[nodiscard]] Result<CaptureRun> run(std::int64_t id) const;
  [[nodiscard]] std::vector<CaptureRun> runs() const;  // newest first
  // Asks the device to stop; what is safe stays. No wait.
  [[nodiscard]] Done stop(std::int64_t id);
  // Events of a run: `state` now and when it changes, `side` for each picture with its verdict in words of `language` (null: English).
  void listen(std::int64_t id, std::shared_ptr<web::EventSink> sink, const MessageCatalogue* language);
  // Nobody listens any more. No wait.
  void silence();
  // All of them, and waits.
  void stop_all();

 private:
  struct Listener {
    std::int64_t run = 0;
    std::shared_ptr<web::EventSink> sink;
    const MessageCatalogue* language = nullptr;
    std::chrono::steady_clock::time_point until;
  };
  struct Running {
    CaptureRun about;
    std::atomic<bool> stop{false}, over{false};  // over: its thread takes no lock any more
    std::thread thread;
  };
  void work(Running& running);
  void said(Running& running, const std::string& line);
  void tell(std::int64_t run, const std::string& event, const nlohmann::ordered_json& data, bool last);
  void beat(std::int64_t run);
  [[nodiscard]] Result<nlohmann::ordered_json> ask(const std::vector<std::string>& arguments);

  const std::filesystem::path archive_, scratch_;
  const std::vector<std::string> named_;
  const bool simulated_;
  mutable std::mutex lock_;  // guards all that follows
  std::vector<std::unique_ptr<Running>> runs_;
  std::vector<Listener> listeners_;
  std::vector<ScanDevice> found_;
  std::optional<std::chrono::steady_clock::time_point> found_at_;
  std::int64_t last_id_ = 0;
  bool stopping_ = false;
};

}  // namespace sogoc::server
