#include "pipeline/core/log.hpp"

#include <memory>

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace sogoc {
namespace {

std::shared_ptr<spdlog::logger>& sink() {
  static std::shared_ptr<spdlog::logger> logger = [] {
    auto made = std::make_shared<spdlog::logger>(
        "sogoc", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_level(spdlog::level::warn);
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    return made;
  }();
  return logger;
}

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warn: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    case LogLevel::off: return spdlog::level::off;
  }
  return spdlog::level::warn;
}

}  // namespace

void set_log_level(LogLevel level) { sink()->set_level(level_of(level)); }

void log_to_file(const std::string& path) {
  const auto level = sink()->level();
  sink() = std::make_shared<spdlog::logger>(
      "sogoc", std::make_shared<spdlog::sinks::basic_file_sink_mt>(path));
  sink()->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  sink()->set_level(level);
  sink()->flush_on(spdlog::level::info);
}

Log Log::with(std::string_view key, std::string_view value) const {
  Log narrower = *this;
  narrower.about_ += fmt::format("{}={} ", key, value);
  return narrower;
}

void Log::write(LogLevel level, const std::string& line) const {
  sink()->log(level_of(level), "{}{}", about_, line);
}

}  // namespace sogoc
