#pragma once

// HTTP for the few requests that signing needs. Only http and https, only to allowed hosts, no
// redirects (a redirect would leave the allowed hosts), no proxy, no credentials, limits of size
// and time. The only place that sees libcurl's types.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc::http {

struct Limits {
  std::chrono::milliseconds timeout{10'000};  // of one try
  int tries = 3;
  const std::atomic<bool>* stop = nullptr;  // set: gives up within a second
};

struct Request {
  std::string who;  // "the timestamp authority", for sentences
  std::string url;
  std::string content_type;  // "" = GET
  std::span<const std::uint8_t> body;
  std::size_t most_bytes = 0;  // of the answer
};

// Keeps its connections open between requests.
// Thread: belongs to one thread at a time.
class Client {
 public:
  // Hosts as sogoc::host_of() writes them.
  Client(std::vector<std::string> hosts, Limits limits);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] bool allows(const std::string& url) const;
  // The body of a 200 answer. Nobody there, broken off or 5xx: tried again with growing pauses,
  // then network or timeout + same_step. Any other answer: network + after_operator.
  [[nodiscard]] Result<std::vector<std::uint8_t>> ask(const Request& request);

 private:
  struct Handle;
  [[nodiscard]] Result<std::vector<std::uint8_t>> try_once(const Request& request);

  std::vector<std::string> hosts_;
  Limits limits_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace sogoc::http
