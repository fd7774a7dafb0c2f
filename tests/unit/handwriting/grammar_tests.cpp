#include <gtest/gtest.h>

#include "workers/handwriting/grammar.hpp"

namespace sogoc::handwriting {
namespace {

TEST(Grammar, dates_in_figures_and_words_are_dates) {
  for (const std::u32string_view text :
       {U"05/02/1972", U"9/3/1990", U"31-12-99", U"01.01.2020", U"21 / 04 / 2021", U"7 - 8 - 1945",
        U"09 2022", U"02/1972", U"1972", U"ngày 05 tháng 02 năm 1972", U"Ngày 5 tháng 2 năm 72",
        U"NGÀY 05 THÁNG 02 NĂM 1972", U"năm 1972"})
    EXPECT_TRUE(is_date(text)) << text.size();
}

TEST(Grammar, impossible_days_months_and_years_are_no_dates) {
  for (const std::u32string_view text :
       {U"32/01/2020", U"00/01/2020", U"01/13/2020", U"01/00/2020", U"01/01/1749", U"01/01/2199",
        U"1/2/3", U"01//02/2020", U"01/02-2020", U"", U"05/02/", U"a", U"ngày 05"})
    EXPECT_FALSE(is_date(text)) << text.size();
}

TEST(Grammar, every_beginning_of_a_date_may_begin_one) {
  for (const std::u32string_view text :
       {U"05/02/1972", U"9/3/90", U"21 / 04 / 2021", U"ngày 05 tháng 02 năm 1972"})
    for (std::size_t n = 0; n <= text.size(); ++n)
      EXPECT_TRUE(may_begin_date(text.substr(0, n))) << n;
  EXPECT_FALSE(may_begin_date(U"39/"));
  EXPECT_FALSE(may_begin_date(U"12/15/"));
  EXPECT_FALSE(may_begin_date(U"12/11/33/"));
}

TEST(Grammar, numbers_are_figures_with_single_signs) {
  for (const std::u32string_view text :
       {U"0316461166", U"038 083 012 345", U"128/2019", U"1.250.000", U"12,5", U"7"}) {
    EXPECT_TRUE(is_number(text)) << text.size();
    for (std::size_t n = 0; n <= text.size(); ++n) EXPECT_TRUE(may_begin_number(text.substr(0, n)));
  }
  for (const std::u32string_view text : {U"", U"/12", U"12/", U"1--2", U"12a", U"1. 2"})
    EXPECT_FALSE(is_number(text)) << text.size();
}

TEST(Grammar, dates_in_words_are_made_of_the_words_of_dates) {
  for (const std::u32string_view text :
       {U"ngày mồng hai tháng giêng năm một nghìn chín trăm tám mươi lăm", U"Ngày Ba Mươi Mốt, tháng chạp",
        U"HAI NGHÌN KHÔNG TRĂM LINH CHÍN"}) {
    EXPECT_TRUE(is_date_in_words(text)) << text.size();
    for (std::size_t n = 0; n <= text.size(); ++n) EXPECT_TRUE(may_begin_date_in_words(text.substr(0, n))) << n;
  }
  for (const std::u32string_view text : {U"ngày hại tháng", U"ngày  hai", U"ngày 5", U"ngãy"})
    EXPECT_FALSE(may_begin_date_in_words(text)) << text.size();
  for (const std::u32string_view text : {U"", U"ngày ha", U"năm "}) EXPECT_FALSE(is_date_in_words(text)) << text.size();
}

TEST(Grammar, entry_numbers_have_a_whole_year_or_none) {
  for (const auto* text : {U"7", U"12a", U"05/1987", U"128 - 98", U"00012/2005"}) {
    EXPECT_TRUE(is_entry_number(text));
    for (std::size_t n = 0; n <= std::u32string_view(text).size(); ++n)
      EXPECT_TRUE(may_begin_entry_number(std::u32string_view(text).substr(0, n))) << n;
  }
  for (const auto* text : {U"", U"07/981", U"07/9811", U"a7", U"123456", U"7/", U"7/1987/2"})
    EXPECT_FALSE(is_entry_number(text));
  EXPECT_FALSE(may_begin_entry_number(U"07/981"));
}

}  // namespace
}  // namespace sogoc::handwriting
