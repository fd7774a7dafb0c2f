#include <gtest/gtest.h>

#include <set>

#include "pipeline/records/entry_checks.hpp"
#include "pipeline/records/review.hpp"

namespace sogoc {
namespace {

EntryForm birth_form() {
  return {"ks-table", "KS", "Sổ đăng ký khai sinh",
          {{"so", "Số", FieldKind::entry_number, true, {}},
           {"quyenSo", "Quyển", FieldKind::book_number, false, {}},
           {"trangSo", "Trang", FieldKind::page_number, false, {}},
           {"ngayDangKy", "Ngày đăng ký", FieldKind::date, true, {}},
           {"nksHoTen", "Họ và tên", FieldKind::name, true, {}},
           {"nksGioiTinh", "Giới tính", FieldKind::sex, true, {{"1", "Nam"}, {"2", "Nữ"}}},
           {"nksNgaySinh", "Ngày sinh", FieldKind::date, true, {}},
           {"nksNoiSinh", "Nơi sinh", FieldKind::place, true, {}},
           {"meNgaySinh", "Năm sinh của mẹ", FieldKind::date, false, {}},
           {"meSoGiayToTuyThan", "Giấy tờ của mẹ", FieldKind::id, false, {}}}};
}

CheckedEntry entry(std::vector<std::pair<std::string, std::string>> values, EntryId id = 1) {
  CheckedEntry one;
  one.id = id;
  for (auto& [key, text] : values) one.values.emplace_back(key, written_value(text));
  return one;
}

std::set<std::string> rules(const CheckedEntry& one) {
  std::set<std::string> names;
  for (const CheckFinding& finding : check_entry(birth_form(), one, 2005, 2005)) names.insert(finding.rule);
  return names;
}
using Rules = std::set<std::string>;

TEST(EntryChecks, SayNothingOfAGoodEntry) {
  EXPECT_EQ(rules(entry({{"so", "07/2005"}, {"quyenSo", "01/2005"}, {"trangSo", "12"}, {"ngayDangKy", "05.09.2005"},
                         {"nksGioiTinh", "Nam"}, {"nksNgaySinh", "01/09/2005"}, {"meNgaySinh", "1980"}, {"meSoGiayToTuyThan", "001180012345"}})),
            Rules{});
}

TEST(EntryChecks, EachRuleFindsItsFault) {
  const std::vector<std::pair<std::vector<std::pair<std::string, std::string>>, std::string>> faults = {
      {{{"so", ""}}, "number_empty"},
      {{{"so", "bảy/2005"}}, "number_form"},
      {{{"so", "7"}}, "number_without_year"},
      {{{"so", "7/2006"}}, "year_not_of_book"},
      {{{"so", "7/2005"}, {"ngayDangKy", "05.09.2006"}}, "year_mismatch"},
      {{{"so", "7/2005"}, {"ngayDangKy", "2005"}}, "date_incomplete"},
      {{{"so", "7/2005"}, {"trangSo", "12a"}}, "page_not_numeric"},
      {{{"so", "7/2005"}, {"quyenSo", "01"}}, "book_number_form"},
      {{{"so", "7/2005"}, {"nksNgaySinh", "30/02/2005"}}, "date_form"},
      {{{"so", "7/2005"}, {"ngayDangKy", "05.09.2005"}, {"nksNgaySinh", "01.01.2006"}}, "after_registration"},
      {{{"so", "7/2005"}, {"nksGioiTinh", "Nan"}}, "not_in_list"},
      {{{"so", "7/2005"}, {"nksNgaySinh", "01/09/2005"}, {"meNgaySinh", "2006"}}, "parent_younger"},
      {{{"so", "7/2005"}, {"nksNgaySinh", "01/09/2005"}, {"meNgaySinh", "1996"}}, "parent_age"},
      {{{"so", "7/2005"}, {"meSoGiayToTuyThan", "097180012345"}}, "id_province"},
      {{{"so", "7/2005"}, {"meNgaySinh", "1980"}, {"meSoGiayToTuyThan", "001181012345"}}, "id_year"},
      {{{"so", "7/2005"}, {"meSoGiayToTuyThan", "12345678"}}, "id_length"}};
  for (const auto& [values, rule] : faults) EXPECT_EQ(rules(entry(values)), Rules{rule}) << rule;
}

TEST(EntryChecks, OldPapersAndAgesInWordsAreFine) {
  EXPECT_EQ(rules(entry({{"so", "7/2005"}, {"meNgaySinh", "25 tuổi"}, {"meSoGiayToTuyThan", "123456789"}})), Rules{});
}

TEST(EntryChecks, ANumberStandsOnceInABook) {
  const auto found = check_unique(birth_form(), {entry({{"so", "07/2005"}}, 1), entry({{"so", "7/2005"}}, 2), entry({{"so", "8/2005"}}, 3)});
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1].entry, 2);
}

TEST(WrittenDates, AreReadAsRegistersWriteThem) {
  EXPECT_EQ(written_date("05.09.2005"), (WrittenDate{5, 9, 2005, false}));
  EXPECT_EQ(written_date("ngày 05 tháng 9 năm 2005"), (WrittenDate{5, 9, 2005, false}));
  EXPECT_EQ(written_date("1978"), (WrittenDate{0, 0, 1978, false}));
  EXPECT_TRUE(written_date("khoảng 30 tuổi")->free_text);
  EXPECT_FALSE(written_date("31/04/2005"));
  EXPECT_TRUE(written_date("29/02/2004"));
  EXPECT_FALSE(written_date("29/02/1900"));
  EXPECT_FALSE(written_date("12"));
}

FieldReading name_reading(const std::string& value, double confidence) {
  FieldReading reading;
  reading.key = "nksHoTen";
  reading.value = value;
  reading.state = ValueState::read;
  reading.confidence = Confidence::from_fraction(confidence);
  return reading;
}

TEST(Review, ConfusableToneMarksOfABindingFieldComeFirst) {
  const EntryForm form = birth_form();
  FieldReading tones = name_reading("Lê Thị Hoa", 0.95);
  tones.alternatives = {"Lê Thị Hóa"};
  const double first = review_weight(*form.field("nksHoTen"), review_hint(*form.field("nksHoTen"), tones, {}, 0));
  const double second = review_weight(*form.field("nksHoTen"), review_hint(*form.field("nksHoTen"), name_reading("Xx", 0.1), {}, 0));
  const double third = review_weight(*form.field("quyenSo"), review_hint(*form.field("quyenSo"), name_reading("Xx", 0.1), {}, 0));
  EXPECT_GT(first, second);
  EXPECT_GT(second, third);
}

TEST(Review, ConfirmedFieldsOfTheBookRaiseAndLowerDoubtAndAreOffered) {
  const EntryForm form = birth_form();
  const FormField& place = *form.field("nksNoiSinh");
  const BookDictionary book = {{FieldKind::place, {{"xã Hòa Bình", 4}}}};
  EXPECT_LT(review_hint(place, name_reading("xã Hòa Bình", 0.6), book, 0).doubt, review_hint(place, name_reading("xã Hòa Bình", 0.6), {}, 0).doubt);
  const ReviewHint other = review_hint(place, name_reading("xã Hoa Binh", 0.9), book, 0);
  EXPECT_GT(other.doubt, 0.5);
  EXPECT_EQ(other.alternatives, std::vector<std::string>{"xã Hòa Bình"});
}

TEST(Review, WhatCouldNotBeReadIsWhollyInDoubt) {
  FieldReading reading = name_reading("", 0.9);
  reading.state = ValueState::illegible;
  EXPECT_EQ(review_hint(*birth_form().field("nksHoTen"), reading, {}, 0).doubt, 1);
}

TEST(DoubleKeying, TwoAgreeOrAThirdDecidesOrAPersonLooks) {
  const EntryValue a = written_value("Hoa"), b = written_value("Hóa"), c = written_value("Hòa");
  EXPECT_EQ(settle_keying({{"lan", a}}).state, KeyingState::open);
  EXPECT_EQ(settle_keying({{"lan", a}, {"minh", a}}).state, KeyingState::agreed);
  EXPECT_EQ(settle_keying({{"lan", a}, {"minh", b}}).state, KeyingState::disputed);
  const KeyingOutcome third = settle_keying({{"lan", a}, {"minh", b}, {"hoa", a}});
  EXPECT_EQ(third.state, KeyingState::agreed);
  EXPECT_EQ(third.value, a);
  EXPECT_EQ(third.by, "hoa");
  EXPECT_EQ(settle_keying({{"lan", a}, {"minh", b}, {"hoa", c}}).state, KeyingState::split);
}

TEST(DoubleKeying, EmptyAndIllegibleAreDifferentAnswers) {
  EXPECT_EQ(settle_keying({{"lan", {EntryValueState::empty, ""}}, {"minh", {EntryValueState::illegible, ""}}}).state, KeyingState::disputed);
}

}  // namespace
}  // namespace sogoc
