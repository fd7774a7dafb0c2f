#pragma once

// Threads that answer questions, so that one that waits for a timestamp or an OCSP response holds up
// nobody but itself.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sogoc {

// A thread is started when a question comes and none is idle, up to `most`; then questions queue.
//
// Owner:  the signer process. Ending it drops what is queued and waits for what is being answered.
// Thread: add() from any thread.
class QuestionPool {
 public:
  explicit QuestionPool(std::size_t most) : most_(most) {}
  ~QuestionPool();
  QuestionPool(const QuestionPool&) = delete;
  QuestionPool& operator=(const QuestionPool&) = delete;

  // `question` must not throw.
  void add(std::function<void()> question);

 private:
  void work();

  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  std::size_t idle_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;  // last: they use the rest
};

}  // namespace sogoc
