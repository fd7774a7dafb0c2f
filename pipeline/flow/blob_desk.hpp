#pragma once

// Private to the coordinator: blobs to and from workers, in pieces. A worker reads only what its
// task needs, and stores no more than a task may.

#include <cstdint>

#include "pipeline/core/result.hpp"
#include "pipeline/flow/worker_session.hpp"

namespace sogoc {

class TaskDesk;

// Owner:  the coordinator's run, as are all parts it refers to.
// Thread: the coordinator's.
//
// Every call fails with invalid_input for what the worker did wrong, with anything else when the
// store is full: what fails for one blob only is told to the worker.
class BlobDesk {
 public:
  BlobDesk(BlobStore& blobs, TaskDesk& tasks, Replies& replies, std::uint64_t max_bytes_a_task)
      : blobs_(blobs), tasks_(tasks), replies_(replies), max_bytes_a_task_(max_bytes_a_task) {}

  [[nodiscard]] Done on_fetch(WorkerSession& session, const Message& message);
  [[nodiscard]] Done on_put_begin(WorkerSession& session, const Message& message);
  [[nodiscard]] Done on_put_chunk(WorkerSession& session, const Message& message);
  [[nodiscard]] Done on_put_end(WorkerSession& session, const Message& message);

 private:
  [[nodiscard]] Result<OpenBlob> open_blob(const Sha256& digest);
  [[nodiscard]] Done store_failed(const WorkerSession& session, const Error& error,
                                  const Sha256& digest);
  [[nodiscard]] Done stored(WorkerSession& session, HeldTask& held, const Sha256& claimed,
                            const Sha256& real);

  BlobStore& blobs_;
  TaskDesk& tasks_;
  Replies& replies_;
  std::uint64_t max_bytes_a_task_;
};

}  // namespace sogoc
