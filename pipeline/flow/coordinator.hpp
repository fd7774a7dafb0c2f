#pragma once

// The coordinator: claims jobs from the store, hands them to workers over the wire, serves and
// takes their blobs, commits what they made. The store is the truth; everything in memory here
// may be lost at any instant.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/log.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/jobs/blob_store.hpp"
#include "pipeline/jobs/job_store.hpp"
#include "pipeline/transport/sockets.hpp"

namespace sogoc {

// Port: the local worker processes (tools/sogoc/worker_pool). A coordinator with remote workers
// only uses NoLocalWorkers.
//
// Thread: the coordinator's.
class WorkerSupervisor {
 public:
  struct Death {
    std::string worker;  // its id, as in its hello
    Error why;           // crashed (with the signal's name), out_of_memory or timeout
  };
  virtual ~WorkerSupervisor() = default;
  // Starts what is missing, looks after what runs; called many times a second. Returns those who
  // died since. Fails when workers cannot be started or die faster than they can work.
  [[nodiscard]] virtual Result<std::vector<Death>> tend() = 0;
  // This worker said hello: it is alive and one of the pool's.
  virtual void joined(const std::string& worker) = 0;
  [[nodiscard]] virtual bool knows(const std::string& worker) const = 0;
  // It is at a task with this limit of memory.
  virtual void assigned(const std::string& worker, int memory_limit_mb) = 0;
  // Ends it at once; tend() reports its death for that reason.
  virtual void kill(const std::string& worker, const Error& why) = 0;
  // No more starts: they end by themselves, or are ended when `grace` is over.
  virtual void stop_all(std::chrono::milliseconds grace) = 0;
};

class NoLocalWorkers final : public WorkerSupervisor {
 public:
  Result<std::vector<Death>> tend() override { return std::vector<Death>{}; }
  void joined(const std::string&) override {}
  bool knows(const std::string&) const override { return false; }
  void assigned(const std::string&, int) override {}
  void kill(const std::string&, const Error&) override {}
  void stop_all(std::chrono::milliseconds) override {}
};

struct CoordinatorSettings {
  bool stop_when_idle = true;                        // else until told
  std::optional<BatchId> batch;                      // whose progress is shown; work is on all
  std::string program = "sogoc";                     // workers of another program are not welcome
  std::chrono::milliseconds beat_every{1'000};
  std::chrono::milliseconds silence_limit{15'000};   // of a worker
  // Of the coordinator, told to the workers: longer, because a slow disk may hold it up, and its
  // death is noticed otherwise.
  std::chrono::milliseconds own_silence_limit{120'000};
  std::chrono::milliseconds lease{60'000};
  std::chrono::milliseconds progress_every{200};
  std::chrono::milliseconds look_for_jobs_every{500};  // other processes may add some
  std::chrono::milliseconds stop_grace{15'000};      // for tasks in hand when told to stop
  std::uint64_t max_bytes_a_task = 16ull << 30;      // that a worker may store
};

struct CoordinatorParts {
  JobStore& jobs;
  BlobStore& blobs;
  CoordinatorSocket& socket;
  WorkerSupervisor& workers;
  const Clock& clock;
};

// Runs until the queue is empty (or, without stop_when_idle, until `stop`). Returns the last
// progress; when `stop` was set, with work left in it. Fails when the store fails (disk full):
// nothing is lost then, the leases are given back and the next run goes on.
//
// Thread: everything happens in the caller's; it is the owner of all parts meanwhile.
[[nodiscard]] Result<Progress> run_coordinator(const CoordinatorParts& parts,
                                               const CoordinatorSettings& settings,
                                               const std::atomic<bool>& stop,
                                               const std::function<void(const Progress&)>& show,
                                               const Log& log);

}  // namespace sogoc
