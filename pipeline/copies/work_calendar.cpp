#include "pipeline/copies/work_calendar.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace sogoc {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

auto unknown(const Day& day, std::string why) {
  return fail(ErrorCode::undecidable, Retry::after_operator, iso_day(day),
              "cannot be computed: " + why + "; complete models/rules/calendar.toml");
}

bool holds(const std::vector<Day>& list, const Day& day) {
  return std::find(list.begin(), list.end(), day) != list.end();
}

Result<const OfficeHours*> hours_of(const WorkCalendar& calendar, const Day& day) {
  const OfficeHours* found = nullptr;
  for (const OfficeHours& hours : calendar.hours)
    if (hours.from <= day) found = &hours;
  if (found == nullptr) return unknown(day, "the office hours of that time are not known");
  return found;
}

}  // namespace

Result<bool> is_working_day(const WorkCalendar& calendar, const Day& day) {
  const auto year = std::find_if(calendar.years.begin(), calendar.years.end(),
                                 [&](const WorkYear& known) { return known.year == int{day.year()}; });
  if (year == calendar.years.end())
    return unknown(day, fmt::format("the public holidays of {} are not known", int{day.year()}));
  for (const UnknownDays& range : year->unknown)
    if (range.from <= day && day <= range.to) return unknown(day, range.why);
  SOGOC_TRY(const OfficeHours* hours, hours_of(calendar, day));
  if (holds(year->working, day)) return true;
  if (holds(year->holidays, day)) return false;
  return !hours->rest[std::chrono::weekday(sys_days(day)).c_encoding()];
}

Result<Day> next_working_day(const WorkCalendar& calendar, const Day& after) {
  // Every year that the calendar knows has working days, so this ends there at the latest.
  for (Day day(sys_days(after) + days(1));; day = Day(sys_days(day) + days(1))) {
    SOGOC_TRY(const bool working, is_working_day(calendar, day));
    if (working) return day;
  }
}

Result<UtcTime> request_deadline(const WorkCalendar& calendar, UtcTime received, int extension_days) {
  if (extension_days < 0 || extension_days > kMostExtensionDays)
    return fail(ErrorCode::usage, Retry::never, "extension",
                fmt::format("at most {} working days", kMostExtensionDays));
  const LocalTime local = vietnam_time(received);
  SOGOC_TRY(const bool working, is_working_day(calendar, local.day));
  SOGOC_TRY(const OfficeHours* hours, hours_of(calendar, local.day));
  Day due = local.day;
  if (!working || local.time > hours->cutoff) {
    SOGOC_TRY(due, next_working_day(calendar, due));
  }
  for (int i = 0; i < extension_days; ++i) {
    SOGOC_TRY(due, next_working_day(calendar, due));
  }
  SOGOC_TRY(const OfficeHours* then, hours_of(calendar, due));
  return utc_of({due, then->closes});
}

std::string deadline_in_words(UtcTime deadline) {
  const LocalTime local = vietnam_time(deadline);
  return fmt::format("trước {:02} giờ {:02} phút, {}", local.time.count() / 3600, local.time.count() / 60 % 60,
                     day_in_words(local.day));
}

}  // namespace sogoc
