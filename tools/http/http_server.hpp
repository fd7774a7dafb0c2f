#pragma once

// The one place that speaks HTTP/1.1, on Boost.Beast: connections, limits, TLS, streams of events.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "pipeline/core/result.hpp"
#include "tools/http/http.hpp"

namespace sogoc::web {

struct ServerSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;              // 0: any that is free
  std::filesystem::path tls_certificate;  // PEM, the chain; "" = plain HTTP
  std::filesystem::path tls_key;          // PEM
  std::filesystem::path scratch;          // for bodies that go to a file
  std::size_t most_connections = 1000;
  std::uint32_t most_head_bytes = 16 * 1024;
  std::chrono::seconds head_patience{15};      // for a whole head, idle time before it included
  std::uint64_t least_bytes_per_second = 16 * 1024;  // of bodies, both ways, after the first `head_patience`
  std::chrono::seconds farewell{10};           // for what is under way when it is asked to stop
};

struct Address {
  std::string host;
  std::uint16_t port = 0;
};
// "127.0.0.1:8080", "[::1]:8080". Fails with usage.
[[nodiscard]] Result<Address> address_in(const std::string& text);
[[nodiscard]] bool is_loopback(const std::string& address);

// Serves until SIGTERM or SIGINT, then lets what is under way end. `ready` gets the port once it
// listens. Fails with unavailable (port taken), usage (address), not_found or invalid_input (TLS files).
// Thread: everything of the server runs in the calling thread.
[[nodiscard]] Done serve(const ServerSettings& settings, Application& application, const std::function<void(std::uint16_t port)>& ready);

}  // namespace sogoc::web
