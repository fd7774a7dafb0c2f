// The ledger of a station tells where the work stood, wherever a crash cut it off.

#include <gtest/gtest.h>

#include "pipeline/capture/ledger.hpp"

namespace sogoc {
namespace {

CaptureOrder order() {
  CaptureOrder order;
  order.id = order.session = std::string(32, 'a');
  order.target.dossier = "H1.2";
  order.device = "test:0";
  order.settings = "{}";
  return order;
}
CapturedSheet sheet(std::int64_t number) {
  CapturedSheet sheet{number, {CapturedSide{}}};
  sheet.sides[0].bytes = static_cast<std::uint64_t>(number);
  sheet.sides[0].findings = {{"blurred", FindingWeight::rescan}};
  return sheet;
}
std::string whole_story() {
  return order_line(order()) + feed_line(1) + sheet_line(sheet(1)) + feed_line(2) + sheet_line(sheet(2)) + sent_line(1) + feed_line(3) +
         fault_line("jam");
}

TEST(Ledger, KnowsWhatIsSafeWhatIsSentAndWhatWasInTheFeeder) {
  const auto state = read_ledger(whole_story());
  ASSERT_TRUE(state) << to_string(state.error());
  EXPECT_EQ(state->sheets, 2);
  EXPECT_EQ(state->next_sheet(), 3);
  EXPECT_EQ(state->in_feeder, 3);
  ASSERT_EQ(state->pending.size(), 1u);
  EXPECT_EQ(state->pending[0].sheet, 2);
  EXPECT_EQ(state->pending[0].sides[0].worst(), FindingWeight::rescan);
  EXPECT_EQ(state->fault, "jam");
  EXPECT_FALSE(state->ended);
  EXPECT_TRUE(state->continues(order()));
}

TEST(Ledger, HoldsAfterACrashAtEveryByte) {
  const std::string story = whole_story();
  std::int64_t last = 0;
  for (std::size_t cut = 0; cut <= story.size(); ++cut) {
    const auto state = read_ledger(story.substr(0, cut));
    ASSERT_TRUE(state) << cut << ": " << to_string(state.error());
    EXPECT_LE(state->whole_bytes, cut);
    EXPECT_GE(state->sheets, last);
    last = state->sheets;
  }
}

TEST(Ledger, DropsALineWhoseBytesWereDamagedAndAllBehindIt) {
  std::string story = whole_story();
  const std::size_t second = order_line(order()).size() + feed_line(1).size();
  story[second + 20] ^= 1;
  const auto state = read_ledger(story);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->sheets, 0);
  EXPECT_EQ(state->in_feeder, 1);
}

TEST(Ledger, RefusesLinesThatContradictEachOther) {
  const std::string begin = order_line(order());
  for (const std::string& story : {feed_line(1), begin + begin, begin + feed_line(2), begin + feed_line(1) + sheet_line(sheet(2)), begin + sent_line(1)}) {
    const auto state = read_ledger(story);
    ASSERT_FALSE(state) << story;
    EXPECT_EQ(state.error().code, ErrorCode::corrupt);
  }
}

TEST(Ledger, GoesOnOnlyForTheSamePaperAndDevice) {
  const auto state = read_ledger(whole_story());
  CaptureOrder other = order();
  other.device = "test:1";
  EXPECT_FALSE(state->continues(other));
  other = order();
  other.target.dossier = "H1.3";
  EXPECT_FALSE(state->continues(other));
  EXPECT_FALSE(read_ledger(whole_story() + end_line("no_more") + closed_line())->continues(order()));
}

}  // namespace
}  // namespace sogoc
