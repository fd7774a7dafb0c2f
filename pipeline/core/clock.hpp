#pragma once

#include <chrono>

namespace sogoc {

using UtcTime = std::chrono::sys_time<std::chrono::milliseconds>;

// The time, replaceable: nothing else asks the system for it.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual UtcTime now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] UtcTime now() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
  }
};

}  // namespace sogoc
