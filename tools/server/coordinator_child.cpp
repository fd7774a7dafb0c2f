#include "tools/server/coordinator_child.hpp"

#include <csignal>
#include <optional>
#include <string>

#include "pipeline/core/log.hpp"
#include "tools/sogoc/worker_process.hpp"

namespace sogoc::server {
namespace {

constexpr std::chrono::milliseconds kLook{100};
constexpr std::chrono::seconds kPause{10};    // before it is started again: another run may have the archive
constexpr std::chrono::seconds kFarewell{20};

}  // namespace

CoordinatorChild::CoordinatorChild(std::filesystem::path archive, int jobs) : archive_(std::move(archive)), jobs_(jobs) {
  if (jobs_ > 0) thread_ = std::thread([this] { keep_running(); });
}

void CoordinatorChild::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

// In a thread that lives as long as the child: it dies with the thread that started it.
void CoordinatorChild::keep_running() {
  using Clock = std::chrono::steady_clock;
  std::error_code error;
  ProcessStart start;
  start.program = std::filesystem::read_symlink("/proc/self/exe", error);
  start.arguments = {"run", "--archive", archive_.string(), "--jobs", std::to_string(jobs_), "--keep-running", "--json"};
  auto not_before = Clock::now();
  std::optional<ChildProcess> child;
  while (!stopping_) {
    if (child && child->ended()) {
      Log().warn("the coordinator {}; it is started again in a moment", ending_in_words(*child->ended()));
      child.reset();
      not_before = Clock::now() + kPause;
    }
    if (!child && Clock::now() >= not_before) {
      auto started = ChildProcess::start(start);
      if (started) child.emplace(std::move(*started));
      else not_before = Clock::now() + kPause;
    }
    std::this_thread::sleep_for(kLook);
  }
  if (!child) return;
  ::kill(child->pid(), SIGTERM);
  const auto until = Clock::now() + kFarewell;
  while (!child->ended() && Clock::now() < until) std::this_thread::sleep_for(kLook);
}

}  // namespace sogoc::server
