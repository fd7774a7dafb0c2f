#include "tools/signer/question_pool.hpp"

#include <utility>

namespace sogoc {

QuestionPool::~QuestionPool() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void QuestionPool::add(std::function<void()> question) {
  {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(std::move(question));
    if (waiting_.size() > idle_ && threads_.size() < most_) threads_.emplace_back([this] { work(); });
  }
  changed_.notify_one();
}

void QuestionPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    --idle_;
    if (ending_) return;
    const std::function<void()> question = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    question();
    lock.lock();
  }
}

}  // namespace sogoc
