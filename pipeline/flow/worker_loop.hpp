#pragma once

// The life of a worker process: hello, take a task, fetch its blobs, do it, store what it made,
// say what came of it, again. What "do it" means stands behind TaskRunner.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "pipeline/core/log.hpp"
#include "pipeline/core/ports.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/flow/messages.hpp"
#include "pipeline/jobs/job.hpp"
#include "pipeline/transport/sockets.hpp"

namespace sogoc {

// Does one task. `folder` is empty, private to the task and removed after it; files fetched from
// `source` are for reading only and live as long as the task. An exception becomes an error of
// the task (guarded.hpp).
//
// Thread: called from one thread, one task at a time.
class TaskRunner {
 public:
  virtual ~TaskRunner() = default;
  [[nodiscard]] virtual Result<TaskResult> run(const Task& task, BlobSource& source,
                                               BlobSink& sink,
                                               const std::filesystem::path& folder) = 0;
};

struct WorkerSettings {
  ConnectSettings connection;
  std::string id;                        // unique among living workers
  // A local worker belongs to a coordinator and ends with it. A remote one comes back for ever.
  bool local = true;
  std::uint32_t credits = 1;             // 1 local; 2 remote, so that the wire never waits
  std::filesystem::path scratch;         // own, exists; anything in it may be deleted
  std::string program = "sogoc";         // "sogoc 0.1.0"
  // One answer of the coordinator; long, because a slow disk of its may hold everything up.
  std::chrono::milliseconds answer_limit{120'000};
  std::chrono::milliseconds first_pause{200};       // before connecting again; doubles
  std::chrono::milliseconds longest_pause{30'000};
  // Told by the operator to end after the task in hand; may be null. Set by a signal handler.
  const std::atomic<bool>* stop = nullptr;
  // A local worker's coordinator fell silent while a task runs: from the beat thread. Must not
  // return; the default ends the process with exit code 5.
  std::function<void()> orphaned;
};

// Runs until told to stop (by message, by `stop`, or for a local worker by the coordinator's
// silence). Fails with no_permission when the coordinator refuses the key or the version.
[[nodiscard]] Done run_worker(const std::shared_ptr<TransportContext>& context,
                              const WorkerSettings& settings, TaskRunner& runner, const Log& log);

}  // namespace sogoc
