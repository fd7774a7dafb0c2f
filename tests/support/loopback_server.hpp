#pragma once

// An HTTP server on loopback for tests of clients: answers what a test says, counts what it was
// asked.

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace sogoc::test {

struct HttpQuestion {
  std::string method, path;
  std::string body;
};
struct HttpAnswer {
  int status = 200;
  std::string body{};
  std::string headers{};  // further lines, each with its end
  int delay_ms = 0;
  bool break_off = false;  // closes the connection in the middle of the body
};

// Thread: `answer` is called on the server's own thread, one question at a time.
class LoopbackServer {
 public:
  explicit LoopbackServer(std::function<HttpAnswer(const HttpQuestion&)> answer);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::string url(const std::string& path) const { return "http://" + host() + path; }
  [[nodiscard]] int questions() const { return questions_; }
  void stop();  // connections are refused from here on

 private:
  void serve(const std::stop_token& stop);
  void talk(int connection, const std::stop_token& stop);

  std::function<HttpAnswer(const HttpQuestion&)> answer_;
  int listening_ = -1;
  int port_ = 0;
  std::atomic<int> questions_{0};
  std::jthread thread_;
};

}  // namespace sogoc::test
