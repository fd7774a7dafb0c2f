#pragma once

// A log that knows what it is about: "job=7 page=12 deskewed by 1.30 deg".
// error = a job failed (logged by the runner, nowhere else); warn = done, but look at it;
// info = one line a page and step, with its duration; debug = for us.
// No page text, no names, no passwords, no key material at any level.

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace sogoc {

enum class LogLevel { debug, info, warn, error, off };

// Where the whole process logs to; standard error at `warn` until called. Call once, at start.
void set_log_level(LogLevel level);
void log_to_file(const std::string& path);

class Log {
 public:
  Log() = default;
  // A log whose every line also says key=value.
  [[nodiscard]] Log with(std::string_view key, std::string_view value) const;

  template <typename... Args>
  void debug(fmt::format_string<Args...> text, Args&&... args) const {
    write(LogLevel::debug, fmt::format(text, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void info(fmt::format_string<Args...> text, Args&&... args) const {
    write(LogLevel::info, fmt::format(text, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void warn(fmt::format_string<Args...> text, Args&&... args) const {
    write(LogLevel::warn, fmt::format(text, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void error(fmt::format_string<Args...> text, Args&&... args) const {
    write(LogLevel::error, fmt::format(text, std::forward<Args>(args)...));
  }

 private:
  void write(LogLevel level, const std::string& line) const;
  std::string about_;
};

}  // namespace sogoc
