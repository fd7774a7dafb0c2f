#pragma once

// Private to the coordinator: a worker from its hello to its end, and how it is answered.

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/log.hpp"
#include "pipeline/core/owned_fd.hpp"
#include "pipeline/flow/held_task.hpp"
#include "pipeline/flow/messages.hpp"
#include "pipeline/jobs/blob_store.hpp"
#include "pipeline/transport/sockets.hpp"

namespace sogoc {

// A blob that the worker reads piece by piece.
struct OpenBlob {
  Sha256 digest;
  OwnedFd fd;
  std::uint64_t size = 0;
  [[nodiscard]] bool is(const Sha256& other) const { return fd && digest == other; }
};

// A blob that the worker stores piece by piece.
struct Upload {
  LeaseToken lease;
  std::uint64_t size = 0;
  std::uint64_t received = 0;
  std::unique_ptr<BlobStore::Writer> writer;
};

struct WorkerSession {
  using Steady = std::chrono::steady_clock;

  std::string token;
  std::string worker;    // name in the job store; remote ones begin with their key's name
  std::string key_name;  // "" = local address
  std::string peer;
  bool ours = false;    // a process of the supervisor
  bool ending = false;  // killed, or told to go: gets no more tasks
  std::uint32_t credits = 1;
  std::deque<HeldTask> held;        // the first is the one it works on
  std::vector<LeaseToken> overdue;  // taken from a remote worker that still works on them
  std::map<Sha256, Upload> uploads;
  OpenBlob reading;
  Steady::time_point heard;
  int strikes = 0;  // malformed messages

  [[nodiscard]] bool has_credit() const {
    return !ending && held.size() + overdue.size() < credits;
  }
};

// How workers are answered. A worker that cannot be reached is noticed by its silence.
class Replies {
 public:
  Replies(CoordinatorSocket& socket, Log log) : socket_(socket), log_(std::move(log)) {}

  void tell(const std::string& peer, const Message& message) {
    const Done sent = socket_.send(peer, message);
    if (!sent) log_.debug("not told: {}", sent.error().message);
  }
  void refuse(const std::string& peer, const Refuse& refusal) { tell(peer, to_message(refusal)); }

 private:
  CoordinatorSocket& socket_;
  Log log_;
};

}  // namespace sogoc
