#include "pipeline/copies/vietnam_time.hpp"

#include <fmt/format.h>

namespace sogoc {
namespace {

using namespace std::chrono;

constexpr hours kAhead{7};

struct Parts {
  int year = 0;
  unsigned month = 0, day = 0;
  std::int64_t hour = 0, minute = 0, second = 0;
};

Parts parts_of(const LocalTime& local) {
  return {int{local.day.year()}, unsigned{local.day.month()}, unsigned{local.day.day()},
          local.time.count() / 3600, local.time.count() / 60 % 60, local.time.count() % 60};
}

// Digits at [at, at + count) as a number, or -1.
int number_at(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

LocalTime vietnam_time(UtcTime time) {
  const auto local = floor<seconds>(time) + kAhead;
  const auto midnight = floor<days>(local);
  return {Day(midnight), duration_cast<seconds>(local - midnight)};
}

UtcTime utc_of(const LocalTime& time) { return UtcTime(sys_days(time.day) + time.time - kAhead); }

int vietnam_year(UtcTime time) { return int{vietnam_time(time).day.year()}; }

std::string iso_day(const Day& day) {
  return fmt::format("{:04}-{:02}-{:02}", int{day.year()}, unsigned{day.month()}, unsigned{day.day()});
}

std::optional<Day> day_from_iso(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int y = number_at(text, 0, 4), m = number_at(text, 5, 2), d = number_at(text, 8, 2);
  if (y < 0 || m < 0 || d < 0) return std::nullopt;
  const Day day{year{y}, month{static_cast<unsigned>(m)}, std::chrono::day{static_cast<unsigned>(d)}};
  if (!day.ok()) return std::nullopt;
  return day;
}

std::string iso_local(UtcTime time) {
  const Parts p = parts_of(vietnam_time(time));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+07:00", p.year, p.month, p.day, p.hour, p.minute, p.second);
}

std::string iso_utc(UtcTime time) {
  const auto midnight = floor<days>(time);
  const Day day(midnight);
  const auto ms = (time - midnight).count();
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", iso_day(day), ms / 3'600'000, ms / 60'000 % 60,
                     ms / 1000 % 60, ms % 1000);
}

std::optional<UtcTime> utc_from_iso(std::string_view text) {
  if (text.size() != 24 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != '.' || text[23] != 'Z')
    return std::nullopt;
  const auto day = day_from_iso(text.substr(0, 10));
  const int h = number_at(text, 11, 2), m = number_at(text, 14, 2), s = number_at(text, 17, 2), ms = number_at(text, 20, 3);
  if (!day || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59 || ms < 0) return std::nullopt;
  return UtcTime(sys_days(*day) + hours(h) + minutes(m) + seconds(s) + milliseconds(ms));
}

std::string signature_time(UtcTime time) {
  const Parts p = parts_of(vietnam_time(time));
  return fmt::format("{:02}-{:02}-{:04} {:02}:{:02}:{:02} +07:00", p.day, p.month, p.year, p.hour, p.minute, p.second);
}

std::string hour_text(seconds time) {
  return fmt::format("{:02}:{:02}", time.count() / 3600, time.count() / 60 % 60);
}

std::string day_in_words(const Day& day) {
  const unsigned month = unsigned{day.month()};
  return fmt::format("ngày {:02} tháng {}{} năm {}", unsigned{day.day()}, month <= 2 ? "0" : "", month, int{day.year()});
}

std::string day_in_figures(const Day& day) {
  const unsigned month = unsigned{day.month()};
  return fmt::format("{:02}/{}{}/{}", unsigned{day.day()}, month <= 2 ? "0" : "", month, int{day.year()});
}

std::string moment_in_words(UtcTime time) {
  const LocalTime local = vietnam_time(time);
  return fmt::format("{:02} giờ {:02} phút, {}", local.time.count() / 3600, local.time.count() / 60 % 60, day_in_words(local.day));
}

}  // namespace sogoc
