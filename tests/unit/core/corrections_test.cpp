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

TEST(Corrections, AnAddedWordGoesIntoItsLineWhereItStands) {
  PageRecord record = page({{"Nguyễn", {10, 10, 100, 40}}, {"A", {200, 10, 230, 40}}});
  record.parts[0].text.regions[0].lines[0].box = {10, 10, 230, 40};
  EXPECT_TRUE(apply_corrections(record, {{0, {110, 12, 180, 40}, "Văn", true}}).empty());
  ASSERT_EQ(words_of(record).size(), 3u);
  EXPECT_EQ(words_of(record)[1].text, "Văn");
  EXPECT_EQ(words_of(record)[1].confidence.fraction(), 1);
}

TEST(Corrections, AWordFarFromAllOthersIsALineOfItsOwnInReadingOrder) {
  PageRecord record = page({{"Dưới", {10, 500, 100, 530}}});
  record.parts[0].text.regions[0].box = record.parts[0].text.regions[0].lines[0].box = {10, 500, 100, 530};
  EXPECT_TRUE(apply_corrections(record, {{0, {10, 100, 90, 130}, "Trên", true}}).empty());
  ASSERT_EQ(record.parts[0].text.regions.size(), 2u);
  EXPECT_EQ(words_of(record)[0].text, "Trên");
}

TEST(Corrections, AnAddedWordThatTheMachineReadsLaterIsThatWordAndOneTakenAwayIsNone) {
  PageRecord record = page({{"Van", {110, 10, 160, 40}}});
  EXPECT_TRUE(apply_corrections(record, {{0, {110, 11, 160, 40}, "Văn", true}, {0, {500, 500, 600, 540}, "", true}}).empty());
  ASSERT_EQ(words_of(record).size(), 1u);
  EXPECT_EQ(words_of(record)[0].text, "Văn");
}

TEST(Corrections, AWordOutsideOfThePageIsSaid) {
  PageRecord record = page({{"Van", {110, 10, 160, 40}}});
  EXPECT_EQ(apply_corrections(record, {{0, {1500, 500, 1600, 540}, "Văn", true}}).size(), 1u);
}

TEST(Corrections, WhatFindsNoWordIsSaid) {
  PageRecord record = page({{"Van", {110, 10, 160, 40}}});
  const auto lost = apply_corrections(record, {{0, {500, 500, 600, 540}, "Văn"}});
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(words_of(record)[0].text, "Van");
}

}  // namespace
}  // namespace sogoc
