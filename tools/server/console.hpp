#pragma once

// The application behind the web server: every request passes here, is checked (session, right, origin, size),
// answered by a thread that has the archive open, and leaves with the same security headers.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "tools/http/http.hpp"
#include "tools/server/api.hpp"
#include "tools/server/assets.hpp"
#include "tools/server/event_streams.hpp"
#include "tools/server/metrics.hpp"

namespace sogoc::server {

struct ConsoleSettings {
  int desks = 3;                     // threads that answer
  int slow_desks = 2;                // threads that wait for worker processes
  std::size_t most_waiting = 200;    // requests; beyond it: 503
};

class Console final : public web::Application {
 public:
  Console(ConsoleSettings settings, Office& office, Assets assets);
  ~Console() override;
  // Opens the archive once a thread. Fails as Archive::open does.
  [[nodiscard]] Done start();

  web::BodyPlan plan(const web::Request& head) override;
  void answer(web::Request request, std::shared_ptr<web::Reply> reply) override;
  web::Response refusal(unsigned status, const web::Request& head) override;
  void stopping() override;
  void stopped() override;
  // Since the last request that a desk answers. Any thread.
  [[nodiscard]] std::chrono::milliseconds quiet_for() const;

 private:
  struct Job {
    web::Request request;
    std::shared_ptr<web::Reply> reply;
    Match match;
    std::chrono::steady_clock::time_point since;
  };
  struct Queue {
    std::deque<Job> jobs;
    std::condition_variable wake;
  };
  void work(Queue& queue, std::unique_ptr<Archive> archive);
  void do_job(Job job, Archive& archive, bool may_wait);
  // Nothing: it must wait for a worker process, and this thread must not.
  [[nodiscard]] std::optional<web::Response> answer_of(const Job& job, Archive& archive, bool may_wait);
  [[nodiscard]] bool put_into(Queue& queue, Job& job);
  [[nodiscard]] web::Response health() const;
  [[nodiscard]] web::Response metrics_text() const;
  [[nodiscard]] const MessageCatalogue* language_of(const web::Request& request) const;
  [[nodiscard]] std::string address_of(const web::Request& request) const;
  [[nodiscard]] bool has_admin(Archive& archive);
  void finish(web::Response& response, bool is_page) const;
  void share_with_viewers(const web::Request& request, web::Response& response) const;

  const ConsoleSettings settings_;
  Office& office_;
  const Assets assets_;
  Metrics metrics_;
  EventStreams events_;
  mutable std::mutex lock_;  // guards the queues
  Queue quick_, slow_;
  bool stopping_ = false;
  std::atomic<bool> has_admin_{false};
  std::vector<std::thread> threads_;
  std::atomic<std::chrono::steady_clock::rep> asked_at_{0};
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace sogoc::server
