#include "tools/sogoc/scan_run.hpp"

#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

#include "pipeline/flow/capture_desk.hpp"
#include "storage/durable_file.hpp"
#include "tools/sogoc/worker_process.hpp"

namespace sogoc {
namespace {

std::atomic<bool> stop_requested{false};
extern "C" void ask_scan_to_stop(int) { stop_requested = true; }

}  // namespace

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

  bool told = false;
  const auto over = [&] {
    if (stop_requested && !told) {
      ::kill(worker.pid(), SIGUSR1);  // backends of SANE reset the handler of SIGTERM in the whole process
      told = true;
    }
    return worker.ended().has_value();
  };
  if (archive != nullptr) {
    CaptureDeskSettings desk;
    desk.program = "sogoc " SOGOC_VERSION;
    desk.over = over;
    SOGOC_CHECK(run_capture_desk(*socket, archive->blobs(), archive->captures(), desk, Log()));
  } else {
    while (!over()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  const int status = *worker.ended();
  if (!WIFEXITED(status))
    return fail(ErrorCode::crashed, Retry::after_operator, plan.order.device,
                "the capture worker " + ending_in_words(status) + "; nothing that was shown is lost, run the same command again");
  ScanRun run;
  run.exit_code = WEXITSTATUS(status);
  std::ifstream in(answer_file, std::ios::binary);
  if (in) {
    SOGOC_TRY(run.answer, scan_answer_in({std::istreambuf_iterator<char>(in), {}}));
  }
  return run;
}

}  // namespace sogoc
