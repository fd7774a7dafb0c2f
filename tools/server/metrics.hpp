#pragma once

// Counters in the text format of Prometheus. Any thread.

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace sogoc::server {

class Metrics {
 public:
  void answered(const std::string& route, unsigned status, std::chrono::steady_clock::duration took);
  // `gauges`: name without prefix, what it is, value now.
  struct Gauge {
    const char* name;
    const char* about;
    double value;
  };
  [[nodiscard]] std::string text(std::initializer_list<Gauge> gauges) const;

 private:
  static constexpr std::array kBounds{0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 30.0};
  struct Times {
    std::array<std::uint64_t, kBounds.size() + 1> buckets{};
    std::uint64_t count = 0;
    double sum = 0;
  };
  mutable std::mutex lock_;
  std::map<std::pair<std::string, unsigned>, std::uint64_t> answers_;
  std::map<std::string, Times> times_;
};

}  // namespace sogoc::server
