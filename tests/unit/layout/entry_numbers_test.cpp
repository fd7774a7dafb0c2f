#include <gtest/gtest.h>

#include "workers/layout/entry_numbers.hpp"

namespace sogoc::layout {
namespace {

struct Read {
  const char* text;
  double confidence;
};

std::vector<EntryReading> page(const std::vector<Read>& numbers) {
  std::vector<EntryReading> entries;
  for (const Read& read : numbers) {
    FieldReading field;
    field.key = "so";
    field.value = read.text;
    field.state = *read.text != 0 ? ValueState::read : ValueState::empty;
    field.confidence = Confidence::from_fraction(read.confidence);
    entries.emplace_back().fields.push_back(field);
  }
  return entries;
}

const FieldReading& number(const std::vector<EntryReading>& entries, std::size_t index) {
  return entries[index].fields.front();
}

TEST(EntryNumbers, ANumberThatWasDueIsBelievedMore) {
  auto entries = page({{"07/1987", 0.95}, {"08/1987", 0.6}, {"09/1987", 0.9}, {"10/1987", 0.99}});
  compare_numbers(entries, "so");
  EXPECT_EQ(number(entries, 1).value, "08/1987");
  EXPECT_NEAR(number(entries, 1).confidence.fraction(), 0.98, 1e-9);
  EXPECT_TRUE(number(entries, 1).doubts.empty());
}

TEST(EntryNumbers, ANumberThatBreaksTheCountIsDoubtedButNotChanged) {
  auto entries = page({{"07/1987", 0.95}, {"03/1987", 0.99}, {"09/1987", 0.9}, {"10/1987", 0.99}});
  compare_numbers(entries, "so");
  EXPECT_EQ(number(entries, 1).value, "03/1987");
  EXPECT_EQ(number(entries, 1).doubts.size(), 1u);
  EXPECT_DOUBLE_EQ(number(entries, 1).confidence.fraction(), 0.99);
}

TEST(EntryNumbers, AnotherYearIsAnotherCount) {
  auto entries = page({{"07/1987", 0.9}, {"08/1981", 0.9}, {"09/1987", 0.9}, {"10/1987", 0.9}});
  compare_numbers(entries, "so");
  EXPECT_EQ(number(entries, 1).doubts.size(), 1u);
}

TEST(EntryNumbers, AnUnreadNumberKeepsItsPlaceInTheCount) {
  auto entries = page({{"7", 0.9}, {"", 0}, {"9", 0.9}, {"10", 0.9}});
  compare_numbers(entries, "so");
  EXPECT_GT(number(entries, 2).confidence.fraction(), 0.99);
  EXPECT_EQ(number(entries, 1).state, ValueState::empty);
}

TEST(EntryNumbers, TwoThatAgreeProveNothing) {
  auto entries = page({{"7", 0.9}, {"8", 0.9}, {"31", 0.9}});
  compare_numbers(entries, "so");
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_DOUBLE_EQ(number(entries, i).confidence.fraction(), 0.9);
    EXPECT_TRUE(number(entries, i).doubts.empty());
  }
}

TEST(EntryNumbers, UnsureReadingsDoNotVote) {
  auto entries = page({{"7", 0.5}, {"8", 0.5}, {"9", 0.5}, {"20", 0.9}});
  compare_numbers(entries, "so");
  EXPECT_DOUBLE_EQ(number(entries, 0).confidence.fraction(), 0.5);
  EXPECT_TRUE(number(entries, 3).doubts.empty());
}

}  // namespace
}  // namespace sogoc::layout
