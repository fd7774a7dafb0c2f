#include "pipeline/copies/copy_request.hpp"

#include "tests/unit/copies/copies_fixture.hpp"

namespace sogoc {
namespace {

using namespace std::chrono;

CopyRequest holder() {
  CopyRequest request;
  request.full_name = "Nguyễn Văn Mẫu";
  request.paper_number = "001085000123";
  request.wanted = "Khai sinh số 125/2008";
  return request;
}
std::string refusal(const CopyRequest& request) {
  const auto checked = check_request(request);
  return checked ? "" : checked.error().message;
}

TEST(CopyRequest, OfTheHolderNeedsNoBasis) { EXPECT_EQ(refusal(holder()), ""); }

TEST(CopyRequest, NamesEveryFaultAtOnce) {
  CopyRequest request;
  request.copies = 0;
  const std::string why = refusal(request);
  for (const char* part : {"name is missing", "12 digits", "number of copies", "say what is wanted"})
    EXPECT_NE(why.find(part), std::string::npos) << part;
}

TEST(CopyRequest, OfRelativesAndHeirsHoldsOnlyWhenTheHolderIsDeadAndBothAreProven) {
  for (const Relation relation : {Relation::parent, Relation::child, Relation::spouse, Relation::sibling, Relation::heir}) {
    CopyRequest request = holder();
    request.relation = relation;
    request.basis = "Giấy khai sinh số 3/1990";
    EXPECT_NE(refusal(request).find("only when the holder is dead"), std::string::npos) << name(relation);
    request.holder_dead = true;
    EXPECT_NE(refusal(request).find("proves the holder's death"), std::string::npos) << name(relation);
    request.death_basis = "Trích lục khai tử số 8/2020";
    EXPECT_EQ(refusal(request), "") << name(relation);
    request.basis = " ";
    EXPECT_NE(refusal(request).find("proves the relation"), std::string::npos) << name(relation);
  }
}

TEST(CopyRequest, OfARepresentativeNeedsABasisAndALivingHolder) {
  for (const Relation relation : {Relation::legal_representative, Relation::authorised_representative}) {
    CopyRequest request = holder();
    request.relation = relation;
    EXPECT_NE(refusal(request).find("representative"), std::string::npos);
    request.basis = "Giấy ủy quyền ngày 01/9/2026";
    EXPECT_EQ(refusal(request), "");
  }
}

TEST(CopyRequest, ByAStrangerIsRefusedForARegisterOnly) {
  CopyRequest request = holder();
  for (const Relation relation : {Relation::presenter, Relation::reader}) {
    request.relation = relation;
    request.kind = CopyKind::register_copy;
    EXPECT_NE(refusal(request), "");
    request.kind = CopyKind::sao_y;
    EXPECT_EQ(refusal(request), "");
  }
}

TEST(CopyRequest, AcceptsTheIdentityPapersThereAre) {
  CopyRequest request = holder();
  request.paper = IdentityPaper::cmnd;
  request.paper_number = "012345678";
  EXPECT_EQ(refusal(request), "");
  request.paper_number = "01234567X";
  EXPECT_NE(refusal(request), "");
  request.paper = IdentityPaper::passport;
  request.paper_number = "C1234567";
  EXPECT_EQ(refusal(request), "");
  request.paper_number = " ";
  EXPECT_NE(refusal(request), "");
}

TEST(CopyRequest, ReadsWhatItWrites) {
  CopyRequest request = holder();
  request.relation = Relation::heir;
  request.basis = "Di chúc \"số 2\"";
  request.holder_dead = true;
  request.source = CopySource{CopySourceKind::entry, 77};
  request.extension_days = 2;
  request.extension_reason = "nhiều trang";
  EXPECT_EQ(value_of(request_from_json(value_of(request_to_json(request)))), request);
}

TEST(CopyRequest, RefusesJsonItDoesNotKnow) {
  for (const char* text : {"[]", "{", R"({"full_name":1})", R"({"fullname":"x"})", R"({"relation":"uncle"})", R"({"copies":-1})",
                           R"({"copies":1.5})", R"({"copies":1e30})", R"({"holder_dead":"yes"})", R"({"source":1})",
                           R"({"copies":1,"copies":2})"})
    EXPECT_FALSE(request_from_json(text)) << text;
  EXPECT_NE(request_from_json(R"({"relation":"uncle"})").error().message.find("sibling"), std::string::npos);
}

// ---- Deadlines ---------------------------------------------------------------------------------

WorkCalendar calendar() {
  WorkCalendar calendar;
  OfficeHours hours;
  hours.from = Day(year{2015}, April, day{10});
  hours.rest[0] = hours.rest[6] = true;
  hours.cutoff = 15h;
  hours.closes = 17h;
  calendar.hours.push_back(hours);
  WorkYear y2026;
  y2026.year = 2026;
  y2026.holidays = {Day(year{2026}, September, day{1}), Day(year{2026}, September, day{2})};
  y2026.working = {Day(year{2026}, September, day{5})};  // a Saturday that is worked
  y2026.unknown = {{Day(year{2026}, November, day{24}), Day(year{2026}, November, day{24}), "nobody knows"}};
  calendar.years.push_back(y2026);
  return calendar;
}
UtcTime at(int month_, int day_, hours hour, minutes minute = 0min, seconds second = 0s) {
  return utc_of({Day(year{2026}, month{static_cast<unsigned>(month_)}, day{static_cast<unsigned>(day_)}), hour + minute + second});
}
std::string due(UtcTime received, int extension = 0) {
  const auto deadline = request_deadline(calendar(), received, extension);
  return deadline ? iso_local(*deadline) : to_string(deadline.error());
}

TEST(Deadline, IsTheSameDayUntilThreeAndTheNextWorkingDayAfter) {
  EXPECT_EQ(due(at(9, 3, 8h)), "2026-09-03T17:00:00+07:00");            // Thursday
  EXPECT_EQ(due(at(9, 3, 15h)), "2026-09-03T17:00:00+07:00");           // not after 15:00
  EXPECT_EQ(due(at(9, 3, 15h, 0min, 1s)), "2026-09-04T17:00:00+07:00");
  EXPECT_EQ(due(at(9, 3, 23h, 59min)), "2026-09-04T17:00:00+07:00");    // 16:59 UTC, still Thursday here
  EXPECT_EQ(due(at(9, 4, 0h)), "2026-09-04T17:00:00+07:00");            // 17:00 UTC of the third
}

TEST(Deadline, PassesOverRestDaysAndHolidaysAndTakesDaysWorkedInLieu) {
  EXPECT_EQ(due(at(8, 31, 16h)), "2026-09-03T17:00:00+07:00");  // Monday before two holidays
  EXPECT_EQ(due(at(9, 4, 16h)), "2026-09-05T17:00:00+07:00");   // Friday before a worked Saturday
  EXPECT_EQ(due(at(9, 5, 16h)), "2026-09-07T17:00:00+07:00");   // that Saturday, after 15:00
  EXPECT_EQ(due(at(9, 6, 9h)), "2026-09-07T17:00:00+07:00");    // online on a Sunday
}

TEST(Deadline, IsExtendedByAtMostTwoWorkingDays) {
  EXPECT_EQ(due(at(8, 31, 9h), 1), "2026-09-03T17:00:00+07:00");
  EXPECT_EQ(due(at(8, 31, 9h), 2), "2026-09-04T17:00:00+07:00");
  EXPECT_EQ(request_deadline(calendar(), at(8, 31, 9h), 3).error().code, ErrorCode::usage);
}

TEST(Deadline, CannotBeComputedWhereTheCalendarDoesNotKnow) {
  const auto next_year = request_deadline(calendar(), at(12, 31, 16h), 0);
  ASSERT_FALSE(next_year);
  EXPECT_EQ(next_year.error().code, ErrorCode::undecidable);
  EXPECT_NE(next_year.error().message.find("2027"), std::string::npos);
  EXPECT_EQ(due(at(12, 31, 14h)), "2026-12-31T17:00:00+07:00");  // what is known is computed
  const auto unsure = request_deadline(calendar(), at(11, 23, 16h), 0);
  ASSERT_FALSE(unsure);
  EXPECT_NE(unsure.error().message.find("nobody knows"), std::string::npos);
  EXPECT_FALSE(request_deadline(calendar(), utc_of({Day(year{2025}, June, day{2}), 9h}), 0));
  WorkCalendar early = calendar();
  early.hours[0].from = Day(year{2027}, January, day{1});
  EXPECT_FALSE(request_deadline(early, at(9, 3, 8h), 0));
}

TEST(AppointmentSlip, SaysHourAndDate) {
  const AppointmentSlip slip = appointment_slip(7, holder(), at(9, 3, 9h, 5min), at(9, 3, 17h));
  EXPECT_EQ(slip.due, "trước 17 giờ 00 phút, ngày 03 tháng 9 năm 2026");
  EXPECT_EQ(slip.received, "09 giờ 05 phút, ngày 03 tháng 9 năm 2026");
}

TEST(VietnamTime, IsSevenHoursAheadAllYear) {
  EXPECT_EQ(signature_time(UtcTime(sys_days(Day(year{2026}, September, day{5})) + 7h + 3min + 22s)), "05-09-2026 14:03:22 +07:00");
  EXPECT_EQ(vietnam_year(UtcTime(sys_days(Day(year{2026}, December, day{31})) + 17h)), 2027);
  EXPECT_EQ(vietnam_year(UtcTime(sys_days(Day(year{2026}, December, day{31})) + 17h - 1ms)), 2026);
  EXPECT_EQ(day_in_words(Day(year{2026}, September, day{5})), "ngày 05 tháng 9 năm 2026");
  EXPECT_EQ(day_in_words(Day(year{2026}, February, day{15})), "ngày 15 tháng 02 năm 2026");
  const UtcTime time(sys_days(Day(year{2026}, September, day{5})) + 7h + 3min + 22s + 45ms);
  EXPECT_EQ(iso_utc(time), "2026-09-05T07:03:22.045Z");
  EXPECT_EQ(utc_from_iso(iso_utc(time)), time);
  for (const char* text : {"2026-09-05T07:03:22Z", "2026-13-05T07:03:22.045Z", "2026-02-30T07:03:22.045Z", "2026-09-05T24:03:22.045Z",
                           "2026-09-05 07:03:22.045Z", "+026-09-05T07:03:22.045Z"})
    EXPECT_FALSE(utc_from_iso(text)) << text;
  EXPECT_FALSE(day_from_iso("2026-02-29"));
  EXPECT_TRUE(day_from_iso("2028-02-29"));
}

}  // namespace
}  // namespace sogoc
