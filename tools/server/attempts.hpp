#pragma once

// How often an address may try something: guessing passwords, having files checked.

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

namespace sogoc::server {

// At most `most` in any `window` for one key. Forgets keys that are quiet; knows at most so many at once,
// beyond them strangers wait. Any thread.
class Attempts {
 public:
  using Time = std::chrono::steady_clock::time_point;
  Attempts(std::size_t most, std::chrono::seconds window, std::size_t most_keys = 20'000) : most_(most), window_(window), most_keys_(most_keys) {}

  // Counts this one; zero, or how long to wait before the next may be made.
  [[nodiscard]] std::chrono::seconds take(const std::string& key, Time now);
  // The same without counting.
  [[nodiscard]] std::chrono::seconds look(const std::string& key, Time now);

 private:
  [[nodiscard]] std::chrono::seconds wait_for(std::deque<Time>& times, Time now) const;

  const std::size_t most_;
  const std::chrono::seconds window_;
  const std::size_t most_keys_;
  std::mutex lock_;
  std::unordered_map<std::string, std::deque<Time>> times_;
};

}  // namespace sogoc::server
