#pragma once

// A small HTTP/1.1 server on loopback, for the answers of `sogoc dev-pki --serve`.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc::dev_pki {

struct HttpQuestion {
  std::string method, target;
  std::string body;
};
struct HttpAnswer {
  unsigned status = 200;
  std::string type = "text/plain";
  std::string body{};
  std::chrono::milliseconds delay{0};
  bool silent = false;  // never answers; the asker's timeout ends it
};

// Serves 127.0.0.1:port until SIGTERM or SIGINT. `ready` is called once it listens. Fails with
// unavailable when the port is taken.
// Thread: everything, `answer` too, runs in the calling thread.
[[nodiscard]] Done serve_http(std::uint16_t port,
                              std::function<HttpAnswer(const HttpQuestion&)> answer,
                              const std::function<void()>& ready);

// A port that was free a moment ago. Fails with unavailable.
[[nodiscard]] Result<std::uint16_t> free_port();

}  // namespace sogoc::dev_pki
