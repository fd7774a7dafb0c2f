#pragma once

// Private to pipeline/transport: answers ZeroMQ's question whether a CURVE key may connect
// (ZAP, RFC 27), from the list of workers, in a thread of its own.

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <zmq.hpp>

#include "pipeline/core/result.hpp"
#include "pipeline/transport/keys.hpp"

namespace sogoc {

class ZapHandler {
 public:
  // Binds before it returns: a socket bound after it is guarded from its first moment.
  [[nodiscard]] static Result<std::unique_ptr<ZapHandler>> start(
      zmq::context_t& context, const std::vector<AllowedWorker>& allowed);

 private:
  explicit ZapHandler(std::jthread thread) : thread_(std::move(thread)) {}
  std::jthread thread_;
};

}  // namespace sogoc
