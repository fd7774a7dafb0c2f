#include "tools/sogoc/progress_bar.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

constexpr int kBarWidth = 24;
constexpr double kPlainEvery_s = 5;

std::string duration(double seconds) {
  const auto s = static_cast<long>(seconds + 0.5);
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{}:{:02}", s / 60, s % 60);
  return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

std::string line_of(const Progress& progress, double seconds) {
  const std::int64_t done = progress.pages_done + progress.pages_failed;
  const double speed = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string line = say("{}/{} pages, {:.2f} pages/s", done, progress.pages, speed);
  if (speed > 0 && done < progress.pages)
    line += say(", {} left", duration(static_cast<double>(progress.pages - done) / speed));
  const std::int64_t failed = progress.pages_failed + progress.files_failed;
  if (failed > 0) line += say(", {} failed", failed);
  if (progress.pages_need_person > 0) line += say(", {} need a person", progress.pages_need_person);
  return line;
}

}  // namespace

ProgressBar::ProgressBar(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::clear() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
  drawn_ = false;
}

void ProgressBar::show(const Progress& progress, double seconds) {
  if (quiet_) return;
  if (!terminal_) {
    if (seconds - last_plain_s_ < kPlainEvery_s) return;
    last_plain_s_ = seconds;
    fmt::print(stderr, "{}\n", line_of(progress, seconds));
    return;
  }
  const std::int64_t done = progress.pages_done + progress.pages_failed;
  const int filled = progress.pages > 0
                         ? static_cast<int>(std::min<std::int64_t>(done, progress.pages) * kBarWidth / progress.pages)
                         : 0;
  std::string bar;
  for (int i = 0; i < kBarWidth; ++i) bar += i < filled ? "█" : "░";
  fmt::print(stderr, "\r\033[K{} {}", bar, line_of(progress, seconds));
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace sogoc
