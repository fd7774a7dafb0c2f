// Large batches. Processor time is measured, not the clock: the machine may be busy.

#include <ctime>

#include <gtest/gtest.h>

#include "storage/search/search_most.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

namespace sogoc {
namespace {

double seconds_of(const std::function<void()>& work) {
  const std::clock_t start = std::clock();
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

class Scale : public ArchiveTest {};

TEST_F(Scale, OpensAFileOfTwentyThousandPagesInTwoSeconds) {
  (void)value_of(jobs().add_batch(batch_of({"book.pdf"})));
  const Task task = claim(JobKind::open);
  const double spent = seconds_of([&] {
    EXPECT_DONE(jobs().finish_open(task.lease, {MediaType::pdf, 20'000, {}, {}}));
  });
  RecordProperty("seconds", std::to_string(spent));
  std::cout << "finish_open of 20,000 pages: " << spent << " s\n";
  EXPECT_LT(spent, 2.0);
}

TEST_F(Scale, ClaimsAndProgressDoNotSlowDownWithTheQueue) {
  const auto claims = [&](int n) {
    return seconds_of([&] {
      for (int i = 0; i < n; ++i) {
        const Task task = claim(JobKind::page);
        EXPECT_DONE(jobs().finish_page(task.lease, page_outcome(task.about)));
        (void)progress();
      }
    });
  };
  (void)value_of(jobs().add_batch(batch_of({"small.pdf"})));
  open_next(1'000);
  const double few = claims(300);
  (void)value_of(jobs().add_batch(batch_of({"large.pdf"})));
  for (int i = 0; i < 700; ++i) {
    const Task task = claim(JobKind::page);
    EXPECT_DONE(jobs().finish_page(task.lease, page_outcome(task.about)));
  }
  write_next(std::vector<std::string>(1'000));
  open_next(200'000);
  const double many = claims(300);
  std::cout << "claim, finish, progress: " << few / 300 * 1e6 << " us at 1,000 pages, "
            << many / 300 * 1e6 << " us at 200,000\n";
  EXPECT_LT(many, 4 * few + 0.05);
}

TEST_F(Scale, SearchesTenThousandPagesQuickly) {
  std::vector<std::string> texts;
  for (int i = 0; i < 10'000; ++i)
    texts.push_back("Ủy ban nhân dân xã số " + std::to_string(i) +
                    " về việc giải quyết hồ sơ của ông Nguyễn Văn A, thường trú tại thôn " +
                    std::to_string(i % 97) + ", ngày 05 tháng 9 năm 1998 theo quy định hiện hành");
  double spent = seconds_of([&] { (void)add_document("book.pdf", texts); });
  std::cout << "10,000 pages through the store and into the index: " << spent << " s\n";
  for (const char* common : {"nguyen van a", "nguyễn văn a", "ng*", "nguyễn v*", "uy ban nhan dan*"}) {
    SearchAnswer found;
    spent = seconds_of([&] { found = value_of(catalogue().search({.text = common})); });
    std::cout << "search that finds all of them (" << common << "): " << spent << " s\n";
    EXPECT_EQ(found.total, kMostFoundPages) << common;
    EXPECT_LT(spent, 0.2);
  }
  spent = seconds_of([&] {
    EXPECT_EQ(value_of(catalogue().search({.text = "\"số 1234\""})).hits.front().page_of_document,
              1235);
  });
  EXPECT_LT(spent, 0.2);
}

}  // namespace
}  // namespace sogoc
