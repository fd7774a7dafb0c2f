#pragma once

#include <atomic>
#include <filesystem>
#include <thread>

namespace sogoc::server {

// The coordinator as a process of its own, so that neither takes the other along: `sogoc run --keep-running`, started
// again when it ends. `jobs` 0: none.
// Thread: owns one; stop() waits for it.
class CoordinatorChild {
 public:
  CoordinatorChild(std::filesystem::path archive, int jobs);
  ~CoordinatorChild() { stop(); }
  CoordinatorChild(const CoordinatorChild&) = delete;
  CoordinatorChild& operator=(const CoordinatorChild&) = delete;
  // Asks it to end and waits; what it had begun is queued again.
  void stop();

 private:
  void keep_running();

  const std::filesystem::path archive_;
  const int jobs_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace sogoc::server
