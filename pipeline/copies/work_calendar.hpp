#pragma once

// Working days and the deadline of a request (ND 23/2015: the same day; the next working day when
// received after 15:00). The days are dated data (models/rules/calendar.toml): a day that the data
// does not know cannot be computed, and is never guessed.

#include <array>
#include <string>
#include <vector>

#include "pipeline/copies/vietnam_time.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

struct OfficeHours {
  Day from{};                          // in force from this day
  std::array<bool, 7> rest{};          // by weekday, 0 = Sunday
  std::chrono::seconds cutoff{0};      // received later than this: the next working day
  std::chrono::seconds closes{0};      // hour of the deadline
};

struct UnknownDays {  // nobody knows yet whether these are worked
  Day from{}, to{};   // both included
  std::string why;
};

struct WorkYear {
  int year = 0;
  std::vector<Day> holidays;      // public holidays and days off in lieu
  std::vector<Day> working;       // weekly rest days that are worked
  std::vector<UnknownDays> unknown;
};

struct WorkCalendar {
  std::vector<OfficeHours> hours;  // by `from`, oldest first
  std::vector<WorkYear> years;
};

// Fails with undecidable when the calendar does not know the day.
[[nodiscard]] Result<bool> is_working_day(const WorkCalendar& calendar, const Day& day);
[[nodiscard]] Result<Day> next_working_day(const WorkCalendar& calendar, const Day& after);

// A bulk or complex request may take up to two working days more (ND 23/2015); the reason is kept.
inline constexpr int kMostExtensionDays = 2;

// What was received on a rest day counts as received when the next working day begins.
[[nodiscard]] Result<UtcTime> request_deadline(const WorkCalendar& calendar, UtcTime received, int extension_days);

// "trước 17 giờ 00 phút, ngày 05 tháng 9 năm 2026": hour and date, as the slip must say.
[[nodiscard]] std::string deadline_in_words(UtcTime deadline);

}  // namespace sogoc
