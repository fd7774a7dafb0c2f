#pragma once

// HTTP as the handlers see it: no type of any library. Thread: plain values.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sogoc::web {

enum class Method : std::uint8_t { get, head, post, put, del, other };

// A file that is gone with its last owner: a body that was too large for memory.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::filesystem::path path) : path_(std::move(path)) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct Request {
  Method method = Method::other;
  std::vector<std::string> path;                              // decoded segments: "/a/b%20c" is {"a", "b c"}
  std::vector<std::pair<std::string, std::string>> query;     // decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;   // names in small letters
  std::string body;                                           // when it was kept in memory
  std::shared_ptr<TemporaryFile> body_file;                   // when it was not
  std::string peer;                                           // address of the other end
  bool tls = false;

  [[nodiscard]] std::string_view header(std::string_view name) const;  // "" when absent
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> cookie(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  std::shared_ptr<const std::string> shared_body{};  // instead of `body`: not copied for each answer
  void set(std::string name, std::string value) { headers.emplace_back(std::move(name), std::move(value)); }
};

// "/a/b%20c?x=1" into path and query. False: no form of a path (percent signs that mean nothing,
// control characters, segments "." and "..", no UTF-8).
[[nodiscard]] bool read_target(std::string_view target, Request& into);

// Where a stream of server-sent events goes. Any thread.
class EventSink {
 public:
  virtual ~EventSink() = default;
  // Adds to what waits for the network; false when the other end is gone or reads too slowly, which
  // ends the stream.
  virtual bool send(std::string text) = 0;
  virtual void end() = 0;
};

// Answers one request, once, from any thread. Dropped without an answer: status 500.
class Reply {
 public:
  virtual ~Reply() = default;
  virtual void send(Response response) = 0;
  // Status 200 and `head`, then what is sent to the sink.
  virtual std::shared_ptr<EventSink> open_events(Response head) = 0;
};

// What may follow a request's head.
struct BodyPlan {
  std::uint64_t most_bytes = 0;
  bool to_file = false;
  std::optional<Response> refusal{};  // answered at once, the body is not read
};

class Application {
 public:
  virtual ~Application() = default;
  // Thread: the server's; must not wait for anything.
  virtual BodyPlan plan(const Request& head) = 0;
  virtual void answer(Request request, std::shared_ptr<Reply> reply) = 0;
  // What the protocol refuses before the application sees it: 400, 408, 413, 431.
  virtual Response refusal(unsigned status, const Request& head) = 0;
  // The server takes no more requests and ends soon: end what waits. Called once, from the server's thread.
  virtual void stopping() = 0;
  // No reply is used after it returns.
  virtual void stopped() = 0;
};

}  // namespace sogoc::web
