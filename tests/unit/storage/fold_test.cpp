#include <gtest/gtest.h>

#include "storage/search/fold.hpp"
#include "storage/search/search_terms.hpp"

namespace sogoc {
namespace {

struct FoldCase {
  const char* a;
  const char* b;
  bool exact;  // the same word with its diacritics
  bool plain;  // the same word without
};

constexpr FoldCase kFoldCases[] = {
    {"Nguyễn", "nguyễn", true, true},
    {"NGUYỄN", "nguyễn", true, true},
    {"Nguyễn", "Nguyen", false, true},
    {"hòa", "hoà", true, true},
    {"HÒA", "hoà", true, true},
    {"thủy", "thuỷ", true, true},
    {"khỏe", "khoẻ", true, true},
    {"quý", "qúy", true, true},
    {"già", "gìa", true, true},
    {"hòa", "hóa", false, true},
    {"hòa", "hoa", false, true},
    {"hòa", "hỏa", false, true},
    {"hòa", "họa", false, true},
    {"hòa", "hõa", false, true},
    {"đường", "dường", false, true},
    {"Đ", "đ", true, true},
    {"đ", "d", false, true},
    {"a", "ă", false, true},
    {"a", "â", false, true},
    {"ơ", "o", false, true},
    {"ư", "u", false, true},
    {"ấ", "ậ", false, true},
    {"ma", "mb", false, false},
    // decomposed input
    {"hòa", "ho\u0300a", true, true},
    {"Nguyễn", "Nguye\u0302\u0303n", true, true},
    {"Nguyễn", "Nguy\u1EBF\u0303n", false, true},  // two tones are not one
    {"tiếng", "tie\u0301\u0302ng", true, true},    // marks in the other order
    {"ệ", "e\u0323\u0302", true, true},
    // compatibility forms
    {"１２３", "123", true, true},
    {"Straße", "STRASSE", true, true},
};

TEST(Fold, TellsWordsApartByTheirMarksAndPutsTheSameWordTogether) {
  for (const FoldCase& c : kFoldCases) {
    EXPECT_EQ(fold_word_exact(c.a) == fold_word_exact(c.b), c.exact) << c.a << " / " << c.b;
    EXPECT_EQ(fold_word_plain(c.a) == fold_word_plain(c.b), c.plain) << c.a << " / " << c.b;
  }
}

TEST(Fold, LeavesPlainWordsInPlainLetters) {
  EXPECT_EQ(fold_plain("Cộng hòa Xã hội Chủ nghĩa Việt Nam — Đ/c Nguyễn Văn A"),
            "cong hoa xa hoi chu nghia viet nam d c nguyen van a");
  EXPECT_EQ(fold_plain("  "), "");
  EXPECT_EQ(fold_exact("CT-UBND 16"), "ct ubnd 16");
}

TEST(Fold, FindsWordsWithTheirBytes) {
  EXPECT_EQ(words_of("Hà Nội, 16/CT"), (std::vector<WordSpan>{{0, 3}, {4, 9}, {11, 13}, {14, 16}}));
  EXPECT_TRUE(words_of("").empty());
  EXPECT_TRUE(words_of("—… ,.;").empty());
}

TEST(Fold, TakesAnyBytesForText) {
  EXPECT_EQ(words_of("a\xFF\xFE"
                     "b")
                .size(),
            2U);
  EXPECT_EQ(words_of(std::string_view("a\0b", 3)).size(), 2U);
  (void)words_of("\xF0\x9F");
  (void)fold_word_exact("\xC3");
  (void)fold_word_plain("\xED\xA0\x80\xED");
  EXPECT_TRUE(words_of("\u0301").empty());  // a mark without a letter
}

TEST(Fold, KnowsWhichWordsCarryMarks) {
  EXPECT_TRUE(has_marks("văn"));
  EXPECT_TRUE(has_marks("đ"));
  EXPECT_TRUE(has_marks("Hòa"));
  EXPECT_FALSE(has_marks("van"));
  EXPECT_FALSE(has_marks("UBND"));
  EXPECT_FALSE(has_marks("2021"));
}

TEST(SearchTerms, GoFromStrictToLoose) {
  EXPECT_EQ(search_terms("nguyễn van"),
            (std::vector<std::string>{"\"=nguyễn\" AND \"=van\"", "\"=nguyễn\" AND \"van\"",
                                      "\"nguyễn\" AND \"van\""}));
  EXPECT_EQ(search_terms("van"), (std::vector<std::string>{"\"=van\"", "\"van\""}));
}

TEST(SearchTerms, LetTheLastWordGoOnBeforeAStar) {
  EXPECT_EQ(search_terms("nguyễn va*"), (std::vector<std::string>{"\"=nguyễn\" AND \"=va\" *", "\"=nguyễn\" AND \"va\" *", "\"nguyễn\" AND \"va\" *"}));
  EXPECT_EQ(search_terms("\"xa ho*").front(), "\"=xa ho\" *");
  EXPECT_EQ(search_terms("x*").front(), "\"=x\"") << "one letter begins too many words";
  EXPECT_TRUE(search_terms("*").empty());
}

TEST(SearchTerms, KeepQuotedAndJoinedWordsInOrder) {
  EXPECT_EQ(search_terms("\"xa hoi\" 16/CT-UBND").front(), "\"=xa hoi\" AND \"=16 CT UBND\"");
  EXPECT_EQ(search_terms("“xa hoi”").front(), "\"=xa hoi\"");
  EXPECT_EQ(search_terms("\"never closed").front(), "\"=never closed\"");
}

TEST(SearchTerms, AreNoneWhenThereIsNoWord) {
  for (const char* text : {"", " ", "\"", "\"\"", "* - + ( ) :", "\"  \"", "…", "\xFF"})
    EXPECT_TRUE(search_terms(text).empty()) << text;
}

TEST(SearchTerms, StayShortWhateverIsTyped) {
  std::string flood;
  for (int i = 0; i < 100'000; ++i) flood += "a b\" ";
  EXPECT_LT(search_terms(flood).front().size(), 2'000U);
}

}  // namespace
}  // namespace sogoc
