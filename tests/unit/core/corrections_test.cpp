#include "pipeline/core/corrections.hpp"

#include <gtest/gtest.h>

namespace sogoc {
namespace {

PageRecord page(std::vector<std::pair<const char*, BoxPx>> words) {
  PageRecord record;
  record.master_size = {1000, 1000};
  PagePart part;
  part.size = record.master_size;
  TextLine line;
  for (const auto& [text, box] : words) line.words.push_back({text, box, Confidence::from_fraction(0.5)});
  part.text.regions.push_back({});
  part.text.regions.back().lines.push_back(line);
  record.parts.push_back(part);
  return record;
}

const std::vector<Word>& words_of(const PageRecord& record) { return record.parts[0].text.regions[0].lines[0].words; }

TEST(Corrections, TheWordThatStandsThereIsReplacedAndCertain) {
  PageRecord record = page({{"Nguyên", {10, 10, 100, 40}}, {"Van", {110, 10, 160, 40}}});
  EXPECT_TRUE(apply_corrections(record, {{0, {110, 10, 160, 40}, "Văn"}}).empty());
  EXPECT_EQ(words_of(record)[0].text, "Nguyên");
  EXPECT_EQ(words_of(record)[1].text, "Văn");
  EXPECT_EQ(words_of(record)[1].confidence.fraction(), 1);
}

TEST(Corrections, ABoxThatMovedALittleIsStillItsWord) {
  PageRecord record = page({{"Van", {112, 12, 163, 41}}});
  EXPECT_TRUE(apply_corrections(record, {{0, {110, 10, 160, 40}, "Văn"}}).empty());
  EXPECT_EQ(words_of(record)[0].text, "Văn");
}

TEST(Corrections, AnEmptyTextTakesTheWordAwayAndOthersAreStillFound) {
  PageRecord record = page({{".", {10, 10, 20, 20}}, {"Van", {110, 10, 160, 40}}});
  EXPECT_TRUE(apply_corrections(record, {{0, {10, 10, 20, 20}, ""}, {0, {110, 10, 160, 40}, "Văn"}}).empty());
  ASSERT_EQ(words_of(record).size(), 1u);
  EXPECT_EQ(words_of(record)[0].text, "Văn");
}

TEST(Corrections, WhatFindsNoWordIsSaid) {
  PageRecord record = page({{"Van", {110, 10, 160, 40}}});
  const auto lost = apply_corrections(record, {{0, {500, 500, 600, 540}, "Văn"}});
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(words_of(record)[0].text, "Van");
}

}  // namespace
}  // namespace sogoc
