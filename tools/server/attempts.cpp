#include "tools/server/attempts.hpp"

namespace sogoc::server {

std::chrono::seconds Attempts::wait_for(std::deque<Time>& times, Time now) const {
  while (!times.empty() && times.front() + window_ <= now) times.pop_front();
  if (times.size() < most_) return std::chrono::seconds(0);
  return std::chrono::ceil<std::chrono::seconds>(times.front() + window_ - now);
}

std::chrono::seconds Attempts::look(const std::string& key, Time now) {
  const std::lock_guard lock(lock_);
  const auto known = times_.find(key);
  return known == times_.end() ? std::chrono::seconds(0) : wait_for(known->second, now);
}

std::chrono::seconds Attempts::take(const std::string& key, Time now) {
  const std::lock_guard lock(lock_);
  if (times_.size() >= most_keys_ && times_.count(key) == 0) {
    for (auto one = times_.begin(); one != times_.end();)
      one = one->second.empty() || one->second.back() + window_ <= now ? times_.erase(one) : std::next(one);
    if (times_.size() >= most_keys_) return window_;
  }
  std::deque<Time>& times = times_[key];
  const auto wait = wait_for(times, now);
  if (wait.count() == 0) times.push_back(now);
  return wait;
}

}  // namespace sogoc::server
