#include "tools/sogoc/scan_run.hpp"

#include <sys/wait.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>

#include "pipeline/flow/capture_desk.hpp"
#include "storage/durable_file.hpp"
#include "tools/sogoc/worker_process.hpp"

namespace sogoc {
namespace {

std::atomic<bool> stop_requested{false};
extern "C" void ask_scan_to_stop(int) { stop_requested = true; }

std::filesystem::path end_mark(const std::filesystem::path& answer_file) { return answer_file.string() + ".ended"; }

// Waits for a worker, but not for a driver that keeps it from ending: one that was told to stop, or has said all that it had to say, is
// killed after a while.
class WorkerWatch {
 public:
  WorkerWatch(ChildProcess& worker, std::filesystem::path mark) : worker_(worker), mark_(std::move(mark)) {}

  // Call again and again.
  bool over() {
    if (worker_.ended()) return true;
    const auto now = Steady::now();
    if (stop_requested && !told_) {
      ::kill(worker_.pid(), SIGUSR1);  // backends of SANE reset the handler of SIGTERM in the whole process
      told_ = now;
    }
    std::error_code ignored;
    if (!said_all_ && std::filesystem::exists(mark_, ignored)) said_all_ = now;
    if (!killed_ && ((told_ && now - *told_ > std::chrono::seconds(10)) || (said_all_ && now - *said_all_ > std::chrono::seconds(5)))) {
      worker_.kill_group();
      killed_ = true;
    }
    return false;
  }

  // When it is over.
  Result<int> exit_code(const std::string& device) {
    if (const int status = *worker_.ended(); WIFEXITED(status)) return WEXITSTATUS(status);
    std::ifstream in(mark_);
    if (int code = 0; in >> code) return code;
    if (killed_)
      return fail(ErrorCode::unavailable, Retry::after_operator, device,
                  "the scanner's driver did not stop and was ended; switch the scanner off and on, nothing that was shown is lost, the same command goes on");
    return fail(ErrorCode::crashed, Retry::after_operator, device,
                "the capture worker " + ending_in_words(*worker_.ended()) + "; nothing that was shown is lost, run the same command again");
  }

 private:
  using Steady = std::chrono::steady_clock;
  ChildProcess& worker_;
  std::filesystem::path mark_;
  std::optional<Steady::time_point> told_, said_all_;
  bool killed_ = false;
};

}  // namespace

Done note_worker_end(const std::filesystem::path& answer_file, int exit_code) {
  return write_file_durably(end_mark(answer_file), std::to_string(exit_code));
}

Result<ScanRun> run_scan(Archive* archive, ScanPlan plan, const std::filesystem::path& scratch) {
  stop_requested = false;
  struct sigaction action {};
  action.sa_handler = ask_scan_to_stop;
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);

  std::unique_ptr<CoordinatorSocket> socket;
  std::shared_ptr<TransportContext> context;
  if (archive != nullptr) {
    plan.endpoint = "ipc://" + (scratch / "capture").string();
    context = make_transport_context();
    BindSettings bind;
    bind.endpoints.push_back(plan.endpoint);
    SOGOC_TRY(socket, bind_coordinator(context, bind));
  }
  const auto plan_file = scratch / "plan.json", answer_file = scratch / "answer.json";
  SOGOC_CHECK(write_file_durably(plan_file, to_json(plan)));
  ProcessStart start;
  start.program = "/proc/self/exe";
  start.arguments = {"capture-worker", plan_file.string(), answer_file.string()};
  if (plan.json) start.arguments.emplace_back("--json");
  SOGOC_TRY(ChildProcess worker, ChildProcess::start(start));

  WorkerWatch watch(worker, end_mark(answer_file));
  const auto over = [&] { return watch.over(); };
  if (archive != nullptr) {
    CaptureDeskSettings desk;
    desk.program = "sogoc " SOGOC_VERSION;
    desk.over = over;
    SOGOC_CHECK(run_capture_desk(*socket, archive->blobs(), archive->captures(), desk, Log()));
  } else {
    while (!over()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  ScanRun run;
  SOGOC_TRY(run.exit_code, watch.exit_code(plan.order.device));
  std::ifstream in(answer_file, std::ios::binary);
  if (in) {
    SOGOC_TRY(run.answer, scan_answer_in({std::istreambuf_iterator<char>(in), {}}));
  }
  return run;
}

}  // namespace sogoc
