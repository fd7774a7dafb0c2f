#pragma once

// Clock time of Việt Nam: +07:00 all year, no summer time, so no time zone data is asked. All texts
// of copies, slips and books use it.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/core/clock.hpp"

namespace sogoc {

using Day = std::chrono::year_month_day;

struct LocalTime {
  Day day;
  std::chrono::seconds time{0};  // since midnight
  friend bool operator==(const LocalTime&, const LocalTime&) = default;
};

[[nodiscard]] LocalTime vietnam_time(UtcTime time);
[[nodiscard]] UtcTime utc_of(const LocalTime& time);
[[nodiscard]] int vietnam_year(UtcTime time);

[[nodiscard]] std::string iso_day(const Day& day);                       // "2026-09-05"
[[nodiscard]] std::optional<Day> day_from_iso(std::string_view text);    // nothing else parses
[[nodiscard]] std::string iso_local(UtcTime time);                       // "2026-09-05T14:03:22+07:00"
[[nodiscard]] std::string iso_utc(UtcTime time);                         // "2026-09-05T07:03:22.000Z"
[[nodiscard]] std::optional<UtcTime> utc_from_iso(std::string_view text);  // the form of iso_utc only
[[nodiscard]] std::string signature_time(UtcTime time);                  // "05-09-2026 14:03:22 +07:00"
[[nodiscard]] std::string hour_text(std::chrono::seconds time);          // "17:00"
// "ngày 05 tháng 9 năm 2026": a zero before days under 10 and before the months 1 and 2 only.
[[nodiscard]] std::string day_in_words(const Day& day);
[[nodiscard]] std::string day_in_figures(const Day& day);                // "05/9/2026", zeros as above
[[nodiscard]] std::string moment_in_words(UtcTime time);                 // "14 giờ 03 phút, ngày 05 tháng 9 năm 2026"

}  // namespace sogoc
