// What one bad page can do to its worker process, and what it costs.

#include "tests/faults/archive_under_test.hpp"

namespace sogoc {
namespace {

class Processes : public ArchiveUnderTest {
 protected:
  void expect_quarantined(std::uint32_t index, ErrorCode code, const std::string& words) {
    const PageRow row = page(0, index);
    EXPECT_EQ(row.state, PageState::quarantined);
    ASSERT_TRUE(row.error);
    EXPECT_EQ(row.error->code, code) << row.error->message;
    EXPECT_NE(row.error->message.find(words), std::string::npos) << row.error->message;
  }
};

TEST_F(Processes, TwoWorkersDoABatch) {
  add_document(20, "work 5\nbulk 1500000\n");
  EXPECT_EQ(run_to_end(2), 0);
  expect_every_page_once();
}

TEST_F(Processes, ACrashCostsOneTryAndTheWorkerIsReplaced) {
  add_document(6, "2 crash once\n4 crash once\n");
  EXPECT_EQ(run_to_end(2), 0);
  expect_every_page_once();
}

TEST_F(Processes, APageThatAlwaysCrashesIsQuarantinedAndTheOthersAreDone) {
  add_document(6, "2 crash\n");
  EXPECT_EQ(run_to_end(2), 0);
  EXPECT_EQ(progress().pages_done, 5);
  EXPECT_EQ(progress().pages_failed, 1);
  expect_quarantined(2, ErrorCode::crashed, "SIGABRT");
}

TEST_F(Processes, AWorkerThatHangsIsEndedAndReplaced) {
  ReadingSettings settings;
  settings.page_time_limit_s = 1;
  add_document(4, "1 hang once\n", settings);
  EXPECT_EQ(run_to_end(1), 0);
  expect_every_page_once();
}

TEST_F(Processes, APageThatAlwaysHangsIsQuarantinedAsTimeout) {
  ReadingSettings settings;
  settings.page_time_limit_s = 1;
  add_document(3, "1 hang\n", settings);
  EXPECT_EQ(run_to_end(2), 0);
  EXPECT_EQ(progress().pages_done, 2);
  expect_quarantined(1, ErrorCode::timeout, "limit of 1 s");
}

TEST_F(Processes, APageThatEatsMemoryIsQuarantinedAsOutOfMemory) {
#if defined(SOGOC_ASAN) || defined(SOGOC_TSAN)
  GTEST_SKIP() << "sanitizers use memory of their own";
#endif
  ReadingSettings settings;
  settings.memory_limit_mb = 150;
  add_document(3, "1 eat\n", settings);
  EXPECT_EQ(run_to_end(2), 0);
  EXPECT_EQ(progress().pages_done, 2);
  expect_quarantined(1, ErrorCode::out_of_memory, "its limit is 150 MB");
}

TEST_F(Processes, WorkersThatCannotStartEndTheRunWithASentence) {
  add_document(2, "");
  EXPECT_EQ(run_to_end(1, {"--bad-workers"}), 5);
  EXPECT_EQ(progress().pages_failed, 0);
  EXPECT_EQ(run_to_end(1), 0);
  expect_every_page_once();
}

TEST_F(Processes, ALocalWorkerDoesNotSeeTheArchive) {
  add_document(3, "secret " + (folder_ / "archive" / "archive.json").string() + "\n");
  ASSERT_TRUE(std::filesystem::exists(folder_ / "archive" / "archive.json"));
  EXPECT_EQ(run_to_end(1), 0);
  if (progress().pages_failed > 0) GTEST_SKIP() << "this system has neither namespaces nor Landlock";
  expect_every_page_once();
}

}  // namespace
}  // namespace sogoc
