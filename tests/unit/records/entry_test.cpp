#include <gtest/gtest.h>

#include <set>

#include "pipeline/records/completeness.hpp"
#include "pipeline/records/date_in_words.hpp"
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
           {"nksGioiTinh", "Giới tính", FieldKind::sex, true, {{"1", "Nam", "", ""}, {"2", "Nữ", "", ""}, {"9", "Chưa rõ", "2010-01-01", "2019-12-31"}}},
           {"nksNgaySinh", "Ngày sinh", FieldKind::date, true, {}},
           {"nksNgaySinhBangChu", "Ghi bằng chữ", FieldKind::text, true, {}},
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
      {{{"so", "7/2005"}, {"nksNgaySinh", "01/09/2005"}, {"nksNgaySinhBangChu", "ngày hai tháng chín năm hai nghìn không trăm linh năm"}}, "words_differ"},
      {{{"so", "7/2005"}, {"nksNgaySinh", "01/09/2005"}, {"nksNgaySinhBangChu", "ngày một tháng chính năm"}}, "words_unclear"},
      {{{"so", "7/2005"}, {"nksNgaySinh", "01/09/2005"}, {"meNgaySinh", "2006"}}, "parent_younger"},
      {{{"so", "7/2005"}, {"nksNgaySinh", "01/09/2005"}, {"meNgaySinh", "1996"}}, "parent_age"},
      {{{"so", "7/2005"}, {"meSoGiayToTuyThan", "097180012345"}}, "id_province"},
      {{{"so", "7/2005"}, {"meNgaySinh", "1980"}, {"meSoGiayToTuyThan", "001181012345"}}, "id_year"},
      {{{"so", "7/2005"}, {"meSoGiayToTuyThan", "12345678"}}, "id_length"}};
  for (const auto& [values, rule] : faults) EXPECT_EQ(rules(entry(values)), Rules{rule}) << rule;
}

TEST(EntryChecks, AValueMustHaveBeenInItsListOnTheDayOfRegistration) {
  const auto registered = [](const char* day) {
    CheckedEntry one = entry({{"so", "7/2010"}, {"ngayDangKy", day}, {"nksGioiTinh", "Chưa rõ"}});
    std::set<std::string> names;
    for (const CheckFinding& finding : check_entry(birth_form(), one, 2009, 2020)) names.insert(finding.rule);
    names.erase("year_mismatch");
    return names;
  };
  EXPECT_EQ(registered("31.12.2009"), Rules{"not_in_list_then"});
  EXPECT_EQ(registered("01.01.2010"), Rules{});
  EXPECT_EQ(registered("31.12.2019"), Rules{});
  EXPECT_EQ(registered("01.01.2020"), Rules{"not_in_list_then"});
}

TEST(EntryChecks, OldPapersAndAgesInWordsAreFine) {
  EXPECT_EQ(rules(entry({{"so", "7/2005"}, {"meNgaySinh", "25 tuổi"}, {"meSoGiayToTuyThan", "123456789"}})), Rules{});
}

TEST(EntryChecks, ANumberStandsOnceInABook) {
  const auto found = check_unique(birth_form(), {entry({{"so", "07/2005"}}, 1), entry({{"so", "7/2005"}}, 2), entry({{"so", "8/2005"}}, 3)});
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1].entry, 2);
}

TEST(DatesInWords, AreUnderstoodAsRegistersWriteThem) {
  EXPECT_EQ(date_in_words("Ngày mồng hai tháng giêng năm một nghìn chín trăm tám mươi lăm"), (SpokenDate{2, 1, 1985}));
  EXPECT_EQ(date_in_words("ngày hai mươi mốt, tháng mười năm hai ngàn không trăm linh chín"), (SpokenDate{21, 10, 2009}));
  EXPECT_EQ(date_in_words("NGÀY MƯỜI LĂM THÁNG NĂM NĂM HAI NGHÌN"), (SpokenDate{15, 5, 2000}));
  EXPECT_EQ(date_in_words("ngày hăm tư tháng chạp năm một nghìn chín trăm năm mươi tư"), (SpokenDate{24, 12, 1954}));
  EXPECT_EQ(date_in_words("tháng mười một năm một nghìn chín trăm chín mươi chín"), (SpokenDate{0, 11, 1999}));
  for (const char* text : {"", "ngày", "ngày hại tháng ba", "hai nghìn", "ngày ba mươi hai", "tháng mười ba", "01/09/2005"})
    EXPECT_FALSE(date_in_words(text)) << text;
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

using Numbers = std::vector<std::string>;

TEST(NumbersByNeighbours, AreWhatAnUnbrokenBookWouldHave) {
  EXPECT_EQ(numbers_by_neighbours({"01/2005", "02/2005", "", "04/2005", "95/2005", "06/2005", "07/2005", "08/2005"}),
            (Numbers{"01/2005", "02/2005", "03/2005", "04/2005", "05/2005", "06/2005", "07/2005", "08/2005"}));
  EXPECT_EQ(numbers_by_neighbours({"8", "9", "70", "11", "12", "13"}), (Numbers{"8", "9", "10", "11", "12", "13"}));
}

TEST(NumbersByNeighbours, SayNothingBesideABreakOrWhereLittleWasRead) {
  const Numbers broken = numbers_by_neighbours({"1", "2", "3", "4", "5", "", "9", "10", "11", "12", "13"});
  EXPECT_EQ(broken[1], "2");
  EXPECT_EQ(broken[5], "") << "6 or 8: nobody knows on which side the missing entries were";
  EXPECT_EQ(numbers_by_neighbours({"1", "", "3"}), (Numbers{"", "", ""}));
  EXPECT_EQ(numbers_by_neighbours({"7", "31", "2", "88", "5", "14"}), (Numbers(6)));
  EXPECT_EQ(numbers_by_neighbours({}), Numbers{});
}

TEST(NumbersByNeighbours, BeginAgainWithEachYear) {
  const Numbers two = numbers_by_neighbours(
      {"5/2004", "6/2004", "7/2004", "8/2004", "9/2004", "1/2005", "2/2005", "?", "4/2005", "5/2005", "6/2005"});
  EXPECT_EQ(two[4], "9/2004");
  EXPECT_EQ(two[5], "1/2005");
  EXPECT_EQ(two[7], "3/2005");
}

TEST(Review, TheNumbersAroundAnEntryRaiseAndLowerTheDoubtAboutItsOwn) {
  ReviewHint hint;
  hint.doubt = 0.2;
  hint.alternatives = {"16/2005"};
  heed_neighbours(hint, written_value("18/2005"), "16/2005");
  EXPECT_GT(hint.doubt, 0.8);
  EXPECT_EQ(hint.alternatives, std::vector<std::string>{"16/2005"});
  ReviewHint same;
  same.doubt = 0.2;
  heed_neighbours(same, written_value("16"), "16/2005");
  EXPECT_LT(same.doubt, 0.2);
  EXPECT_TRUE(same.alternatives.empty());
  ReviewHint unread;
  heed_neighbours(unread, {EntryValueState::illegible, ""}, "16/2005");
  EXPECT_EQ(unread.doubt, 1) << "what is written is not known by what should be";
  EXPECT_EQ(unread.alternatives, std::vector<std::string>{"16/2005"});
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
