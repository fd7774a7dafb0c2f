// A process killed at a random moment: no half blob, and every promise that was given is kept.

#include <csignal>
#include <random>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/unit/storage/storage_fixture.hpp"

namespace sogoc {
namespace {

using namespace std::chrono_literals;
constexpr int kKills = 50;

// What the child says after each call that returned.
struct Promise {
  enum Kind : std::uint8_t { blob, batch, finished_page } kind = blob;
  Sha256 digest;
  std::int64_t id = 0;
};

// Works until it is killed. Never returns.
[[noreturn]] void work(const std::filesystem::path& folder, int to_parent, unsigned seed) {
  auto archive = Archive::open(folder, {.durable = false});
  if (!archive) ::_exit(3);
  JobStore& jobs = (*archive)->jobs();
  BlobStore& blobs = (*archive)->blobs();
  const auto say = [&](const Promise& promise) {
    if (::write(to_parent, &promise, sizeof promise) != sizeof promise) ::_exit(4);
  };
  const auto put = [&](const std::string& text) {
    const auto digest = blobs.put(bytes_of(text));
    if (!digest) ::_exit(5);
    say({Promise::blob, *digest, 0});
    return *digest;
  };
  (void)jobs.release_all_leases();
  for (unsigned round = 0;; ++round) {
    const std::string name = std::to_string(seed) + "." + std::to_string(round);
    const std::string master = name + std::string(100'000 + round, 'm');
    NewBatch batch;
    batch.documents.push_back({{{put(master), name, master.size()}}});
    const auto id = jobs.add_batch(batch);
    if (!id) ::_exit(6);
    say({Promise::batch, {}, *id});
    while (true) {
      const auto now = SystemClock().now();
      auto claimed = jobs.claim("w", now, now + 1h);
      if (!claimed) ::_exit(7);
      if (!*claimed) break;
      const Task& task = **claimed;
      if (task.kind == JobKind::open) {
        if (!jobs.finish_open(task.lease, {MediaType::pdf, 3, {}, {}})) ::_exit(8);
      } else if (task.kind == JobKind::page) {
        PageOutcome outcome;
        outcome.record = put(task.about + " record");
        outcome.work_blobs = {put(task.about + " picture" + std::string(50'000, 'p'))};
        if (!jobs.finish_page(task.lease, outcome)) ::_exit(9);
        say({Promise::finished_page, outcome.record, 0});
      } else {
        DocumentOutcome outcome;
        outcome.record = put(task.about + " document record");
        outcome.written.pdf = put(task.about + " pdf");
        outcome.written.text = put(task.about + " text");
        outcome.written.alto = put(task.about + " alto");
        outcome.page_texts = {"Nguyễn", "Văn", "A"};
        if (!jobs.finish_document(task.lease, outcome)) ::_exit(10);
        (void)(*archive)->sweep(round % 3 == 0);
      }
    }
  }
}

TEST(Crash, AKilledProcessLeavesNoHalfBlobAndKeepsEveryPromise) {
  const TempFolder folder;
  const auto root = folder.path() / "archive";
  { (void)value_of(Archive::create(root, {}, {.durable = false})); }
  std::mt19937 random(11);
  std::int64_t batches = 0;
  std::int64_t pages_finished = 0;
  for (int kill = 0; kill < kKills; ++kill) {
    int pipe[2];
    ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(pipe[0]);
      work(root, pipe[1], static_cast<unsigned>(kill));
    }
    ::close(pipe[1]);
    // Let it come far enough to have something to lose, whatever else the machine does.
    std::vector<Promise> promises;
    const auto hear = [&] {
      Promise promise;
      if (::read(pipe[0], &promise, sizeof promise) != sizeof promise) return false;
      promises.push_back(promise);
      return true;
    };
    for (auto wanted = random() % 30; wanted > 0 && hear(); --wanted) {
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 3'000));
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child gave up with code " << WEXITSTATUS(status);

    const auto archive = value_of(Archive::open(root, {.durable = false}));
    while (hear()) {
    }
    for (const Promise& promise : promises) {
      if (promise.kind == Promise::batch) {
        ++batches;
        EXPECT_TRUE(archive->catalogue().batch(promise.id)) << "after kill " << kill;
      } else if (promise.kind == Promise::finished_page) {
        ++pages_finished;
      }
    }
    ::close(pipe[0]);
    const VerifyReport report = value_of(archive->verify({}));
    for (const VerifyProblem& problem : report.problems)
      ADD_FAILURE() << "after kill " << kill << ": " << problem.path << " " << problem.reason;
    const Progress progress = value_of(archive->jobs().progress(std::nullopt));
    EXPECT_GE(progress.pages_done, pages_finished) << "after kill " << kill;
    EXPECT_LE(progress.pages_done, pages_finished + kill + 1);  // the last word may not have come
  }
  EXPECT_GT(batches, kKills / 2);
  EXPECT_GT(pages_finished, kKills / 2);
  // Whoever comes next finishes everything, each page once.
  const auto archive = value_of(Archive::open(root, {.durable = false}));
  (void)value_of(archive->jobs().release_all_leases());
  (void)value_of(archive->sweep(true));
  EXPECT_EQ(value_of(archive->verify({})).orphans, 0);
}

}  // namespace
}  // namespace sogoc
