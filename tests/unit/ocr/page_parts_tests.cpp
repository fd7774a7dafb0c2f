#include "workers/ocr/page_parts.hpp"

#include <gtest/gtest.h>

namespace sogoc::ocr {
namespace {

void add(ReadPage& page, const char* text, BoxPx box, Verdict verdict = Verdict::text,
         double x_height = 26) {
  ReadLine line;
  line.ink.box = line.ink.core = box;
  line.ink.x_height = x_height;
  line.text.words.push_back({text, box, Confidence::from_fraction(0.95)});
  line.text.box = box;
  page.lines.push_back(line);
  page.verdicts.push_back(verdict);
}

ReadPage page_of_text() {
  ReadPage page;
  page.size = {2480, 3508};
  page.block = {{300, 200, 2200, 3200}, 26};
  return page;
}

std::vector<RegionKind> kinds(const std::vector<Region>& regions) {
  std::vector<RegionKind> out;
  for (const Region& region : regions) out.push_back(region.kind);
  return out;
}

using Kinds = std::vector<RegionKind>;

TEST(PageParts, TheMarkOfAnElectronicSignatureIsNoBody) {
  ReadPage page = page_of_text();
  add(page, "Người ký: Văn phòng", {1500, 60, 1900, 90}, Verdict::text, 18);
  add(page, "Thời gian ký: 01.02.2025 08:00:00 +07:00", {1500, 100, 2100, 130}, Verdict::text, 18);
  add(page, "Thực hiện kế hoạch", {300, 900, 2200, 940});
  EXPECT_EQ(kinds(regions_of(page)), (Kinds{RegionKind::text, RegionKind::signature_overlay}));
}

TEST(PageParts, ASentenceAboutSigningIsBody) {
  ReadPage page = page_of_text();
  add(page, "Người ký văn bản chịu trách nhiệm", {300, 700, 2200, 740});
  EXPECT_EQ(kinds(regions_of(page)), Kinds{RegionKind::text});
}

TEST(PageParts, WhatStandsInAFrameIsTheStamps) {
  ReadPage page = page_of_text();
  page.marks.frames.push_back({100, 600, 500, 800});
  add(page, "ĐẾN", {120, 650, 300, 690});
  add(page, "///", {120, 700, 300, 740}, Verdict::mark);
  const auto regions = regions_of(page);
  ASSERT_EQ(kinds(regions), Kinds{RegionKind::stamp});
  EXPECT_EQ(regions[0].lines.size(), 1u);
  EXPECT_FALSE(regions[0].illegible);
}

TEST(PageParts, UnreadableStrokesAreIllegibleHandwriting) {
  ReadPage page = page_of_text();
  page.marks.scrawls.push_back({1400, 2500, 1900, 2800});
  add(page, "~&/", {1700, 2700, 2000, 2790}, Verdict::mark);
  const auto regions = regions_of(page);
  ASSERT_EQ(kinds(regions), Kinds{RegionKind::handwriting});
  EXPECT_TRUE(regions[0].illegible);
  EXPECT_TRUE(regions[0].lines.empty());
}

TEST(PageParts, SmallPrintUnderItsRuleIsAFootnote) {
  ReadPage page = page_of_text();
  page.marks.footnote_rule = BoxPx{300, 3000, 800, 3003};
  add(page, "quyết định.", {300, 2900, 700, 2940});
  add(page, "1 Thông báo số 185", {300, 3020, 1500, 3050}, Verdict::text, 20);
  EXPECT_EQ(kinds(regions_of(page)), (Kinds{RegionKind::text, RegionKind::footnote}));
}

TEST(PageParts, TheRightColumnIsCutOffTheLetterHeadsLine) {
  ReadPage page = page_of_text();
  add(page, "UBND", {300, 200, 500, 240});
  auto& words = page.lines[0].text.words;
  words.push_back({"CỘNG", {700, 200, 900, 240}, {}});
  words.push_back({"HÒA", {920, 200, 1000, 240}, {}});
  page.lines[0].text.box.right = 1000;
  EXPECT_EQ(regions_of(page).size(), 2u);
}

}  // namespace
}  // namespace sogoc::ocr
