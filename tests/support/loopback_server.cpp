#include "tests/support/loopback_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "pipeline/core/owned_fd.hpp"

namespace sogoc::test {

namespace {

constexpr int kPatienceMs = 50;

bool readable(int fd) {
  pollfd wait{fd, POLLIN, 0};
  return ::poll(&wait, 1, kPatienceMs) > 0;
}

std::size_t content_length(const std::string& head) {
  const std::size_t at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
}

}  // namespace

LoopbackServer::LoopbackServer(std::function<HttpAnswer(const HttpQuestion&)> answer)
    : answer_(std::move(answer)) {
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listening_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listening_, 16) != 0 ||
      ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no port on loopback");
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

LoopbackServer::~LoopbackServer() { stop(); }

void LoopbackServer::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  ::close(listening_);
}

void LoopbackServer::serve(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (!readable(listening_)) continue;
    const OwnedFd connection(::accept(listening_, nullptr, nullptr));
    if (connection) talk(connection.get(), stop);
  }
}

void LoopbackServer::talk(int connection, const std::stop_token& stop) {
  std::string buffer;
  const auto more = [&] {
    while (!stop.stop_requested()) {
      if (!readable(connection)) {
        if (buffer.empty() && readable(listening_)) return false;  // another client waits
        continue;
      }
      char bytes[16384];
      const ssize_t got = ::recv(connection, bytes, sizeof bytes, 0);
      if (got > 0) buffer.append(bytes, static_cast<std::size_t>(got));
      return got > 0;
    }
    return false;
  };
  while (true) {
    std::size_t end = 0;
    while ((end = buffer.find("\r\n\r\n")) == std::string::npos)
      if (!more()) return;
    const std::string head = buffer.substr(0, end + 2);
    const std::size_t length = content_length(head);
    while (buffer.size() < end + 4 + length)
      if (!more()) return;
    const std::size_t space = head.find(' ');
    const HttpQuestion question{head.substr(0, space),
                                head.substr(space + 1, head.find(' ', space + 1) - space - 1),
                                buffer.substr(end + 4, length)};
    buffer.erase(0, end + 4 + length);
    ++questions_;
    HttpAnswer answer = answer_(question);
    for (int waited = 0; waited < answer.delay_ms && !stop.stop_requested(); waited += 10)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    std::string text = "HTTP/1.1 " + std::to_string(answer.status) +
                       " Test\r\nContent-Length: " + std::to_string(answer.body.size()) + "\r\n" +
                       answer.headers + "\r\n" + answer.body;
    if (answer.break_off) text.resize(text.size() - answer.body.size() / 2 - 1);
    if (::send(connection, text.data(), text.size(), MSG_NOSIGNAL) < 0 || answer.break_off) return;
  }
}

}  // namespace sogoc::test
