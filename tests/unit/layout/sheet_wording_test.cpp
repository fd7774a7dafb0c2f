// What is printed in the margin of a sheet: its number, or something that only looks like one.

#include <gtest/gtest.h>

#include "workers/layout/sheet_wording.hpp"

namespace sogoc::layout {
namespace {

TEST(SheetWording, NumbersAloneBehindALabelAndBeforeASlashAreRead) {
  for (const auto& [text, number] : {std::pair{"12", 12}, {"0012", 12}, {"- 5 -", 5}, {"(7)", 7}, {"12.", 12}, {"Trang 12", 12}, {"trang: 9", 9}, {"Trang số 33", 33},
                                     {"TỜ SỐ: 7", 7}, {"Tờ số 7", 7}, {"Số tờ 107", 107}, {"Sốtờ: 11", 11}, {"Tờ 4", 4}, {"Tr. 8", 8}, {"12/40", 12}, {"Trang 3 / 15", 3},
                                     {"Trang12", 12}}) {
    const auto wording = sheet_wording(text);
    ASSERT_TRUE(wording) << text;
    EXPECT_EQ(wording->number, number) << text;
    EXPECT_EQ(std::string_view(text).substr(wording->number_begin, wording->number_end - wording->number_begin).find_first_not_of("0123456789"), std::string_view::npos) << text;
  }
  EXPECT_EQ(sheet_wording("12/40")->of, 40);
}

TEST(SheetWording, ALabelAloneIsOneWhoseNumberIsNotPrinted) {
  for (const char* text : {"Trang", "Tờ số:", "Số tờ: ab", "Trang số ....."}) {
    const auto wording = sheet_wording(text);
    ASSERT_TRUE(wording) << text;
    EXPECT_TRUE(wording->label) << text;
    EXPECT_FALSE(wording->number) << text;
  }
}

TEST(SheetWording, DatesDocumentsPricesAndOtherWordsAreNoNumbersOfSheets) {
  for (const char* text : {"Số: 128/QĐ-UBND", "12 tháng 5", "2.500 đ", "ĐT: 0261 3852 147", "Mẫu số 04", "QĐ 45", "TRẠNG 5", "Tổ 5", "Tở 5", "5/1999", "40/12", "", " - ", "0", "12345678", "1,5"})
    EXPECT_FALSE(sheet_wording(text).has_value()) << text;
}

TEST(SheetWording, FiguresOfANumberingMachineMayBeginWithZeros) {
  EXPECT_EQ(sheet_figures("000123"), 123);
  for (const char* text : {"", "0", "000", "12a", "0000123", "12345", "-1"}) EXPECT_FALSE(sheet_figures(text)) << text;
}

}  // namespace
}  // namespace sogoc::layout
