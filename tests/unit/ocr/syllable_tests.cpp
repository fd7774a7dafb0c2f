#include "workers/ocr/syllable.hpp"

#include <gtest/gtest.h>

namespace sogoc::ocr {
namespace {

TEST(Syllable, AcceptsEveryShapeOfTheLanguage) {
  for (const char* word :
       {"nghị", "quyết", "giếng", "gìn",  "gì",    "khuya", "nghiêng", "ương",
        "Ủy",   "hòa",   "hoà",   "thuở", "QUẢNG", "đặc",   "ỷ",       "yên",
        "quốc", "quý",   "ghế",   "kỳ",   "xoong", "khuỷu", "ngoằn",   "người"}) {
    EXPECT_TRUE(is_vietnamese_syllable(word)) << word;
  }
}

TEST(Syllable, RefusesWhatNobodyCanSpell) {
  for (const char* word : {"", "zw", "bcd", "ngi", "gế", "các1", "tac", "phạpp", "kanh", "cê",
                           "nhànước", "x", "ơôu", "fñle"}) {
    EXPECT_FALSE(is_vietnamese_syllable(word)) << word;
  }
}

TEST(Syllable, AStoppedSyllableTakesOnlyAcuteOrDotBelow) {
  EXPECT_TRUE(is_vietnamese_syllable("tập"));
  EXPECT_TRUE(is_vietnamese_syllable("tấp"));
  EXPECT_FALSE(is_vietnamese_syllable("tầp"));
  EXPECT_FALSE(is_vietnamese_syllable("tâp"));
}

TEST(Syllable, DecomposedTextIsTheSameWord) {
  EXPECT_TRUE(is_vietnamese_syllable("quye\xCC\x82\xCC\x81t"));
}

TEST(PlausibleWord, AcceptsWhatOfficesWrite) {
  for (const char* word : {"12/2021/QĐ-UBND", "25/10/2021", "Covid-19", "(b/cáo);", "TTHC,", "98%",
                           "./.1", "“Điều", "1.250"}) {
    EXPECT_TRUE(is_plausible_word(word)) << word;
  }
}

TEST(PlausibleWord, RefusesSymbolsAndScrawls) {
  for (const char* word : {"", "—", "|", "&X", "\\z", "¬*", "ñ$⁄", "\xFF\xFE"}) {
    EXPECT_FALSE(is_plausible_word(word)) << word;
  }
}

}  // namespace
}  // namespace sogoc::ocr
