#include "workers/ocr/hand_gap.hpp"

#include <gtest/gtest.h>

namespace sogoc::ocr {
namespace {

// A line of boxes: capitals and figures 29 high, small letters 20 high, all on baseline 100.
struct Form {
  Ink ink;
  ReadLine line;
  int x = 100;

  Form() {
    ink.size = {2480, 3508};
    ink.dpi = 300;
    line.ink.x_height = 20;
    line.ink.baseline = 100;
    line.ink.box = line.ink.core = {100, 70, 600, 100};
    line.ink.clip_bottom = 3508;
  }
  void glyph(int width, int height, int foot) {
    Component c;
    c.box = {x, foot - height, x + width, foot};
    c.first_run = ink.runs.size();
    for (int y = c.box.top; y < c.box.bottom; ++y) ink.runs.push_back({y, x, x + 3});
    c.run_count = static_cast<std::size_t>(height);
    c.pixels = 3 * height;
    line.ink.components.push_back(ink.components.size());
    ++line.ink.letters;
    ink.components.push_back(c);
  }
  void print(const std::vector<std::string>& word, int height = 29) {
    line.text.words.push_back({"", {x, 70, x + 1, 101}, Confidence::from_fraction(0.9)});
    line.word_ink.emplace_back();
    for (const std::string& symbol : word) {
      glyph(14, height, 100);
      put(symbol);
    }
    x += 12;
  }
  void put(const std::string& symbol) {
    Word& word = line.text.words.back();
    word.text += symbol;
    word.box.right = x + 14;
    line.symbols.push_back({symbol, double(x), double(x + 14), line.text.words.size() - 1});
    x += 18;
  }
};

HandGap gap_of(GapKind kind, std::string year = {}) {
  HandGap gap;
  gap.kind = kind;
  gap.year = std::move(year);
  return gap;
}

TEST(HandGap, PrintedFiguresArePrint) {
  Form form;
  form.print({"S", "ố", ":"});
  form.print({"1", "5", "/", "B", "C"});
  const auto gaps = find_gaps(form.ink, form.line, {});
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_FALSE(gaps[0].by_hand);
}

TEST(HandGap, FiguresThatLeaveTheBaselineAreByHand) {
  Form form;
  form.print({"S", "ố", ":"});
  form.line.text.words.push_back({"", {form.x, 70, form.x + 1, 110}, {}});
  form.line.word_ink.emplace_back();
  form.glyph(20, 40, 108);
  form.put("@");
  form.glyph(24, 42, 110);
  form.put("&");
  form.print({"/", "T", "T", "r"});
  const auto gaps = find_gaps(form.ink, form.line, {});
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_TRUE(gaps[0].by_hand);
  EXPECT_EQ(gaps[0].kind, GapKind::number);
  EXPECT_EQ(gaps[0].components.size(), 2u);

  ReadLine good = form.line;
  fill_gap(good, gaps[0], "22", Confidence::from_fraction(0.9));
  EXPECT_EQ(text_of(good.text), "Số: 22 /TTr");
  ReadLine unread = form.line;
  fill_gap(unread, gaps[0], "", {});
  EXPECT_EQ(text_of(unread.text), "Số: /TTr");
}

TEST(HandGap, ADateInsideASentenceIsNoForm) {
  Form form;
  form.print({"n", "g", "à", "y"}, 20);
  form.print({"0", "7"});
  form.print({"t", "h", "á", "n", "g"}, 20);
  form.print({"3"});
  form.print({"n", "ă", "m"}, 20);
  EXPECT_TRUE(find_gaps(form.ink, form.line, {}).empty());
}

TEST(HandGap, TheFormAndTheInkRuleOutReadings) {
  HandGap day = gap_of(GapKind::day);
  day.box = {0, 0, 44, 40};
  EXPECT_TRUE(can_be(day, "30"));
  EXPECT_FALSE(can_be(day, "5"));  // wider than high: two figures
  EXPECT_FALSE(can_be(day, "32"));
  EXPECT_FALSE(can_be(day, "00"));
  EXPECT_FALSE(can_be(day, "1x"));
  EXPECT_FALSE(can_be(day, ""));
}

TEST(HandGap, ABodyThatBeginsLikeTheLabelIsNoForm) {
  Form form;
  form.print({"S", "Ở"});
  form.print({"T", "À", "I"});
  form.print({"C", "H", "Í", "N", "H"});
  EXPECT_TRUE(find_gaps(form.ink, form.line, {}).empty());
  EXPECT_FALSE(has_number_gap(form.line));
}

TEST(HandGap, ThePartysNotationBeginsBeforeItsStroke) {
  Form form;
  form.print({"S", "ố"});
  form.line.text.words.push_back({"", {form.x, 70, form.x + 1, 110}, {}});
  form.line.word_ink.emplace_back();
  form.glyph(20, 40, 108);
  form.put("4");
  form.print({"-", "K", "H", "/", "T", "U"});
  const auto gaps = find_gaps(form.ink, form.line, {});
  ASSERT_EQ(gaps.size(), 1u);
  ReadLine unread = form.line;
  fill_gap(unread, gaps[0], "", {});
  EXPECT_EQ(text_of(unread.text), "Số -KH/TU");
}

TEST(HandGap, InkLargerThanItsTypeIsTakenOutOfTheLine) {
  Form form;
  form.print({"S", "ố", ":"});
  form.glyph(30, 60, 104);
  form.put("2");
  form.print({"c", "c", "B", "-", "K", "T"});
  const auto print = without_pen(form.ink, form.line);
  ASSERT_TRUE(print.has_value());
  EXPECT_EQ(print->letters + 1, form.line.ink.letters);
  EXPECT_EQ(print->box.height(), 29);

  Form clean;
  clean.print({"S", "ố", ":"});
  clean.print({"1", "2", "/", "B", "C"});
  EXPECT_FALSE(without_pen(clean.ink, clean.line).has_value());
}

TEST(HandGap, ADateReadWholeGivesItsDayOnlyWithTheYearOfTheLine) {
  EXPECT_EQ(figures_of(gap_of(GapKind::day, "2025"), "ngày 05 tháng 02 năm 2025"), "05");
  EXPECT_EQ(figures_of(gap_of(GapKind::month, "2025"), "ngày 05 tháng 02 năm 2025"), "02");
  EXPECT_EQ(figures_of(gap_of(GapKind::day, "2015"), "ngày 05 tháng 02 năm 2025"), "");
  EXPECT_EQ(figures_of(gap_of(GapKind::day), "ngày 05 tháng 02 năm 2025"), "");
  EXPECT_EQ(figures_of(gap_of(GapKind::day, "2025"), "tháng 02 năm 2025"), "");
}

TEST(HandGap, TwoViewsThatReadAlikeAreSurerThanEach) {
  const Figures read = agreed(gap_of(GapKind::number), {"22", 0.9}, {"22", 0.8}, {"84", 0.7});
  EXPECT_EQ(read.text, "22");
  EXPECT_NEAR(read.confidence, 0.98, 1e-9);
}

TEST(HandGap, ViewsThatDifferLeaveLittle) {
  // What a wrongly cut gap gives looks sure by itself: "13" of "138".
  const Figures read = agreed(gap_of(GapKind::number), {"13", 1.0}, {"138", 0.9}, {});
  EXPECT_LT(read.confidence, 0.2);
}

TEST(HandGap, ALeadingZeroIsNoOtherDayButAnotherNumber) {
  EXPECT_TRUE(same_figures(gap_of(GapKind::day), "05", "5"));
  EXPECT_FALSE(same_figures(gap_of(GapKind::number), "05", "5"));
}

TEST(HandGap, OnlyADateMayStandWithoutItsInkReadAlone) {
  EXPECT_EQ(agreed(gap_of(GapKind::day), {}, {"05", 0.97}, {}).confidence, 0.97);
  EXPECT_EQ(agreed(gap_of(GapKind::number), {}, {"05", 0.97}, {"84", 0.9}).confidence, 0.97 - 0.9);
}

TEST(HandGap, AnEmptyLineHasNone) { EXPECT_TRUE(find_gaps(Ink{}, ReadLine{}, {}).empty()); }

}  // namespace
}  // namespace sogoc::ocr
