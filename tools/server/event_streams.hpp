#pragma once

// Streams of server-sent events: one thread looks at the archive and tells all who listen, however many.

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "tools/http/http.hpp"

namespace sogoc::server {

class EventStreams {
 public:
  explicit EventStreams(std::filesystem::path archive) : archive_(std::move(archive)) {}
  ~EventStreams() { stop(); }
  void start();
  void stop();
  // Gets the progress now and whenever it changed; ended after a quarter of an hour, so that the browser asks again
  // and its session is looked at again.
  void add(std::shared_ptr<web::EventSink> sink);
  [[nodiscard]] std::size_t listeners() const;

 private:
  struct Listener {
    std::shared_ptr<web::EventSink> sink;
    std::chrono::steady_clock::time_point until;
    bool fresh = true;
  };
  void work();
  void tell(const std::string& progress, bool changed, bool beat);

  const std::filesystem::path archive_;
  mutable std::mutex lock_;
  std::condition_variable wake_;
  std::vector<Listener> listeners_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sogoc::server
