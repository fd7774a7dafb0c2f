// A station's disk after any crash: sheets in the ledger are there, everything else is gone and scanned again.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "workers/capture/spool.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

class Spool : public ::testing::Test {
 protected:
  Spool() : folder_(fs::temp_directory_path() / ("sogoc-spool-" + std::to_string(::getpid()))) { fs::remove_all(folder_); }
  ~Spool() override { fs::remove_all(folder_); }
  CaptureOrder order() {
    CaptureOrder order;
    order.id = order.session = std::string(32, 'b');
    order.device = "sim:sheets=3";
    order.settings = "{}";
    return order;
  }
  static CapturedSheet write_sheet(SpooledOrder& spool, std::int64_t number) {
    EXPECT_TRUE(spool.begin_sheet(number));
    std::ofstream(spool.partial_of(number, 0)) << "picture " << number;
    return {number, {CapturedSide{}}};
  }
  fs::path folder_;
};

TEST_F(Spool, KeepsSheetsUntilTheArchiveHasThemAndGoesAwayAtTheEnd) {
  {
    auto spool = SpooledOrder::create(folder_, order());
    ASSERT_TRUE(spool) << to_string(spool.error());
    const CapturedSheet one = write_sheet(**spool, 1);
    ASSERT_TRUE((*spool)->keep_sheet(one));
    ASSERT_TRUE((*spool)->keep_sheet(write_sheet(**spool, 2)));
    ASSERT_TRUE((*spool)->sent(one));
    EXPECT_FALSE(fs::exists((*spool)->file_of(1, 0)));
    EXPECT_TRUE(fs::exists((*spool)->file_of(2, 0)));
    (void)write_sheet(**spool, 3);  // killed while it was in the feeder
  }
  const auto open = open_orders(folder_);
  ASSERT_TRUE(open);
  ASSERT_EQ(open->size(), 1u);
  auto again = SpooledOrder::reopen(open->front().folder);
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ((*again)->state().next_sheet(), 3);
  EXPECT_EQ((*again)->state().in_feeder, 3);
  EXPECT_FALSE(fs::exists((*again)->partial_of(3, 0)));
  ASSERT_TRUE((*again)->sent((*again)->state().pending.front()));
  ASSERT_TRUE((*again)->end("no_more"));
  ASSERT_TRUE((*again)->close());
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(Spool, LetsOneProcessAtATimeHaveAStack) {
  auto spool = SpooledOrder::create(folder_, order());
  ASSERT_TRUE(spool);
  const auto second = SpooledOrder::reopen((*spool)->folder());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
}

TEST_F(Spool, CutsOffHalfALineAndWritesOnBehindTheLastWholeOne) {
  fs::path ledger;
  {
    auto spool = SpooledOrder::create(folder_, order());
    ASSERT_TRUE(spool);
    ledger = (*spool)->folder() / "ledger";
    ASSERT_TRUE((*spool)->keep_sheet(write_sheet(**spool, 1)));
  }
  std::ofstream(ledger, std::ios::app) << "1234abcd {\"what\":\"fe";
  {
    auto again = SpooledOrder::reopen(ledger.parent_path());
    ASSERT_TRUE(again);
    ASSERT_TRUE((*again)->keep_sheet(write_sheet(**again, 2)));
  }
  auto third = SpooledOrder::reopen(ledger.parent_path());
  ASSERT_TRUE(third);
  EXPECT_EQ((*third)->state().sheets, 2);
}

TEST_F(Spool, SaysWhenAPictureOfTheLedgerIsMissing) {
  fs::path folder;
  {
    auto spool = SpooledOrder::create(folder_, order());
    ASSERT_TRUE((*spool)->keep_sheet(write_sheet(**spool, 1)));
    folder = (*spool)->folder();
    fs::remove((*spool)->file_of(1, 0));
  }
  const auto again = SpooledOrder::reopen(folder);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace sogoc
