#pragma once

// The two ends of the wire. ZeroMQ stays behind these: ROUTER at the coordinator, DEALER at a
// worker, linger 0, both high-water marks set, no wait without a limit.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"
#include "pipeline/transport/keys.hpp"
#include "pipeline/transport/message.hpp"

namespace sogoc {

// Owns the I/O thread of a process; make one in main and hand it to every socket.
// Thread: may be shared. A forked child must not touch it.
class TransportContext;
[[nodiscard]] std::shared_ptr<TransportContext> make_transport_context();

struct Received {
  std::string peer;         // address of the sender for send(): opaque bytes, valid while it lives
  std::string key_name;     // name on the list of workers; "" for a local (ipc, inproc) sender
  Result<Message> message;  // an error when it is malformed
};

// Port: the coordinator's end.
//
// Thread: belongs to the thread that made it.
class CoordinatorSocket {
 public:
  virtual ~CoordinatorSocket() = default;
  // Silence is not a failure. Fails only when the socket itself is broken.
  [[nodiscard]] virtual Result<std::optional<Received>> receive(std::chrono::milliseconds wait) = 0;
  // Never waits. Fails with unavailable when the peer is gone or does not read its messages.
  [[nodiscard]] virtual Done send(const std::string& peer, const Message& message) = 0;
  // Forget parts of a peer that is gone.
  virtual void forget(const std::string& peer) = 0;
  // Where it listens, with the real port of "tcp://...:*".
  [[nodiscard]] virtual std::vector<std::string> addresses() const = 0;
};

struct CurveServer {
  CurveKeys keys;
  std::vector<AllowedWorker> allowed;
};
struct BindSettings {
  std::vector<std::string> endpoints;  // ipc://..., tcp://HOST:PORT (only with curve)
  std::optional<CurveServer> curve;
  bool curve_on_ipc = false;  // the signer: a socket file's rights are not enough to be believed
  int wake = -1;  // receive() ends early, with nothing, when this descriptor can be read; the caller's
};
// Fails with usage (plain tcp, path too long), unavailable (address in use) or network.
[[nodiscard]] Result<std::unique_ptr<CoordinatorSocket>> bind_coordinator(
    std::shared_ptr<TransportContext> context, const BindSettings& settings);

// Port: a worker's end.
//
// Thread: belongs to the thread that made it; a worker makes one for work and one for beats.
class WorkerSocket {
 public:
  virtual ~WorkerSocket() = default;
  // Silence is not a failure. Fails with no_permission when the coordinator refuses our key, with
  // invalid_input for a malformed message.
  [[nodiscard]] virtual Result<std::optional<Message>> receive(std::chrono::milliseconds wait) = 0;
  // Waits at most `wait` for room. Fails with timeout.
  [[nodiscard]] virtual Done send(const Message& message, std::chrono::milliseconds wait) = 0;
};

struct CurveClient {
  CurveKeys keys;
  std::string server_key;  // the coordinator's public key
};
struct ConnectSettings {
  std::string endpoint;
  // Given keys are always used, over ipc too.
  std::optional<CurveClient> curve;
};
[[nodiscard]] Result<std::unique_ptr<WorkerSocket>> connect_worker(
    std::shared_ptr<TransportContext> context, const ConnectSettings& settings);

}  // namespace sogoc
