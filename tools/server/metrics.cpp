#include "tools/server/metrics.hpp"

#include <fmt/format.h>

namespace sogoc::server {

void Metrics::answered(const std::string& route, unsigned status, std::chrono::steady_clock::duration took) {
  const double seconds = std::chrono::duration<double>(took).count();
  const std::lock_guard lock(lock_);
  ++answers_[{route, status}];
  Times& times = times_[route];
  std::size_t bucket = 0;
  while (bucket < kBounds.size() && seconds > kBounds[bucket]) ++bucket;
  ++times.buckets[bucket];
  ++times.count;
  times.sum += seconds;
}

std::string Metrics::text(std::initializer_list<Gauge> gauges) const {
  std::string out;
  for (const Gauge& gauge : gauges) out += fmt::format("# HELP sogoc_{0} {1}\n# TYPE sogoc_{0} gauge\nsogoc_{0} {2}\n", gauge.name, gauge.about, gauge.value);
  const std::lock_guard lock(lock_);
  out += "# HELP sogoc_http_answers_total Answers by route and status\n# TYPE sogoc_http_answers_total counter\n";
  for (const auto& [key, count] : answers_) out += fmt::format("sogoc_http_answers_total{{route=\"{}\",status=\"{}\"}} {}\n", key.first, key.second, count);
  out += "# HELP sogoc_http_seconds Time from the whole request to the answer\n# TYPE sogoc_http_seconds histogram\n";
  for (const auto& [route, times] : times_) {
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < kBounds.size(); ++i) {
      below += times.buckets[i];
      out += fmt::format("sogoc_http_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n", route, kBounds[i], below);
    }
    out += fmt::format("sogoc_http_seconds_bucket{{route=\"{0}\",le=\"+Inf\"}} {1}\nsogoc_http_seconds_sum{{route=\"{0}\"}} {2}\nsogoc_http_seconds_count{{route=\"{0}\"}} {1}\n",
                       route, times.count, times.sum);
  }
  return out;
}

}  // namespace sogoc::server
