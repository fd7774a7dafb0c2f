// Several stores on one file, in every order: each page ends exactly once, whatever is lost,
// late or repeated.

#include <atomic>
#include <map>
#include <random>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "tests/unit/storage/storage_fixture.hpp"

namespace sogoc {
namespace {

using namespace std::chrono_literals;

struct Given {
  Task task;
  std::string worker;
};

// One random life of a batch. Every token that was ever given is kept and tried again later.
void live(unsigned seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  const TempFolder folder;
  TestClock clock;
  const ArchiveOptions options{.durable = false, .clock = &clock};
  std::vector<std::unique_ptr<Archive>> stores;
  stores.push_back(value_of(Archive::create(folder.path() / "a", {}, options)));
  for (int i = 0; i < 2; ++i)
    stores.push_back(value_of(Archive::open(folder.path() / "a", options)));

  std::mt19937 random(seed);
  const auto any = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const auto store = [&]() -> JobStore& { return stores[any(stores.size())]->jobs(); };
  const Error crash{ErrorCode::crashed, Retry::same_step, "", "died", {}, {}};

  (void)value_of(store().add_batch(batch_of({"a", "b", "c", "d"})));
  std::vector<Given> live_tasks;
  std::vector<LeaseToken> dead;
  std::map<std::string, int> ended;  // page -> times

  const auto finish = [&](const Given& given) -> Done {
    const LeaseToken& lease = given.task.lease;
    switch (given.task.kind) {
      case JobKind::open:
        return store().finish_open(
            lease, {MediaType::pdf, 1 + static_cast<std::uint32_t>(any(4)), {}, {}});
      case JobKind::page: return store().finish_page(lease, page_outcome(given.task.about));
      case JobKind::document:
        return store().finish_document(
            lease,
            document_outcome(given.task.about,
                             std::vector<std::string>(given.task.document.page_records.size())));
    }
    return {};
  };
  const auto bury = [&](auto is_dead) {
    for (auto it = live_tasks.begin(); it != live_tasks.end();) {
      if (!is_dead(*it)) {
        ++it;
        continue;
      }
      dead.push_back(it->task.lease);
      it = live_tasks.erase(it);
    }
  };

  for (int step = 0; step < 4000; ++step) {
    clock.turn(500ms);
    const std::string worker = "w" + std::to_string(any(4));
    switch (any(12)) {
      case 0:
      case 1:
      case 2:
      case 3:
        if (auto task = value_of(store().claim(worker, clock.now(), clock.now() + 20s)))
          live_tasks.push_back({std::move(*task), worker});
        break;
      case 4:
      case 5:
      case 6:
      case 7: {
        if (live_tasks.empty()) break;
        const std::size_t at = any(live_tasks.size());
        const Given given = live_tasks[at];
        const Done done = finish(given);
        // Its lease may have run out unnoticed; then it is alive until somebody expires it.
        ASSERT_TRUE(done) << to_string(done.error());
        if (given.task.kind == JobKind::page)
          ++ended[to_hex(given.task.file) + std::to_string(given.task.index.zero_based())];
        dead.push_back(given.task.lease);
        live_tasks.erase(live_tasks.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      }
      case 8:
        if (!dead.empty()) {  // a result that comes late or twice
          const LeaseToken& token = dead[any(dead.size())];
          EXPECT_EQ(store().finish_page(token, page_outcome("late")).error().code,
                    ErrorCode::conflict);
          EXPECT_EQ(store().fail_job(token, crash, clock.now()).error().code, ErrorCode::conflict);
          EXPECT_EQ(store().renew(token, clock.now() + 1h).error().code, ErrorCode::conflict);
        }
        break;
      case 9:
        if (any(4) == 0) {
          (void)value_of(store().release_worker(worker, crash, clock.now()));
          bury([&](const Given& given) { return given.worker == worker; });
        }
        break;
      case 10: {
        if (any(8) != 0) break;
        clock.turn(21s);
        (void)value_of(store().expire_leases(clock.now()));
        bury([](const Given&) { return true; });
        break;
      }
      case 11:
        if (any(4) == 0) (void)value_of(store().requeue_quarantined(std::nullopt));
        break;
      default: break;
    }
    const Progress progress = value_of(store().progress(std::nullopt));
    ASSERT_EQ(progress.jobs_leased, static_cast<std::int64_t>(live_tasks.size()));
    if (progress.documents_done == 4) break;
  }
  // Whatever is left, ends.
  bury([](const Given&) { return true; });
  (void)value_of(store().release_all_leases());
  for (int i = 0; i < 500; ++i) {
    clock.turn(1h);
    (void)value_of(store().requeue_quarantined(std::nullopt));
    auto task = value_of(store().claim("last", clock.now(), clock.now() + 1h));
    if (!task) break;
    const Given given{std::move(*task), "last"};
    EXPECT_DONE(finish(given));
    if (given.task.kind == JobKind::page)
      ++ended[to_hex(given.task.file) + std::to_string(given.task.index.zero_based())];
  }

  const Progress progress = value_of(store().progress(std::nullopt));
  EXPECT_TRUE(progress.idle());
  EXPECT_EQ(progress.documents_done, 4);
  EXPECT_EQ(progress.pages_done, progress.pages);
  EXPECT_EQ(static_cast<std::int64_t>(ended.size()), progress.pages);
  for (const auto& [page, times] : ended) EXPECT_EQ(times, 1) << page;
  // Numbers are unique, whole and in the order of the files (refused files come last).
  std::set<std::int64_t> ordinals;
  for (const PageRow& page : value_of(stores[0]->catalogue().pages({})))
    ordinals.insert(page.ordinal.value_or(-1));
  EXPECT_EQ(static_cast<std::int64_t>(ordinals.size()), progress.pages);
  EXPECT_EQ(*ordinals.begin(), 1);
  EXPECT_EQ(*ordinals.rbegin(), progress.pages);
  EXPECT_EQ(value_of(stores[0]->verify({})).problems.size(),
            [&] {  // blobs were never stored here: each is missing, and nothing else is wrong
              std::size_t missing = 0;
              for (const auto& problem : value_of(stores[0]->verify({})).problems)
                missing += problem.kind == VerifyKind::missing ? 1 : 0;
              return missing;
            }());
}

TEST(Interleaving, EveryPageEndsExactlyOnceInAnyOrder) {
  for (unsigned seed = 1; seed <= 15; ++seed) live(seed);
}

TEST(Interleaving, EveryPageEndsExactlyOnceWithThreadsOnTheirOwnStores) {
  const TempFolder folder;
  const ArchiveOptions options{.durable = false};
  const auto first = value_of(Archive::create(folder.path() / "a", {}, options));
  (void)value_of(first->jobs().add_batch(batch_of({"a", "b", "c"})));
  std::atomic<int> pages_ended{0};
  std::atomic<int> failures{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 3; ++t)
      threads.emplace_back([&, t] {
        auto archive = Archive::open(folder.path() / "a", options);
        if (!archive) {
          ++failures;
          return;
        }
        JobStore& jobs = (*archive)->jobs();
        for (int idle = 0; idle < 200;) {
          const auto now = SystemClock().now();
          auto task = jobs.claim("w" + std::to_string(t), now, now + 1min);
          if (!task) {
            ++failures;
            return;
          }
          if (!*task) {
            const auto progress = jobs.progress(std::nullopt);
            if (progress && progress->documents_done == 3) return;
            ++idle;
            std::this_thread::sleep_for(10ms);
            continue;
          }
          Done done;
          switch ((*task)->kind) {
            case JobKind::open:
              done = jobs.finish_open((*task)->lease, {MediaType::pdf, 20, {}, {}});
              break;
            case JobKind::page:
              done = jobs.finish_page((*task)->lease, page_outcome((*task)->about));
              ++pages_ended;
              break;
            case JobKind::document:
              done = jobs.finish_document(
                  (*task)->lease, document_outcome((*task)->about, std::vector<std::string>(20)));
              break;
          }
          if (!done) ++failures;
        }
      });
  }
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(pages_ended, 60);
  EXPECT_EQ(value_of(first->jobs().progress(std::nullopt)).documents_done, 3);
}

}  // namespace
}  // namespace sogoc
