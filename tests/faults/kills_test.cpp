// A random process is killed at a random moment, again and again: every page exactly once.

#include <signal.h>

#include <cstdlib>
#include <random>
#include <thread>

#include "tests/faults/archive_under_test.hpp"

namespace sogoc {
namespace {

using std::chrono::milliseconds;

int kills_wanted() {
  const char* text = std::getenv("SOGOC_KILLS");
  return text ? std::atoi(text) : 20;
}

class Kills : public ArchiveUnderTest {
 protected:
  // What was quarantined by bad luck (three kills of one page) runs again, as a person would say.
  void finish(const std::vector<std::string>& more = {}, int workers = 2) {
    for (int round = 0; round < 10; ++round) {
      ASSERT_EQ(run_to_end(workers, more), 0);
      const auto again = open()->jobs().requeue_quarantined(std::nullopt);
      ASSERT_TRUE(again);
      if (*again == 0) return;
    }
  }

  std::mt19937 random_{20261122};  // the moments are random anyway: processes race
  int between(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
};

TEST_F(Kills, OfCoordinatorAndWorkersLoseAndDoubleNothing) {
  int coordinators = 0;
  int workers = 0;
  const auto more_work = [&] { add_document(40, "work 15\nbulk 700000\n"); };
  more_work();
  std::optional<ChildProcess> coordinator;
  while (coordinators + workers < kills_wanted()) {
    if (!coordinator) coordinator = start_coordinator(2, {"--patient"});
    std::this_thread::sleep_for(milliseconds(between(5, 250)));
    if (const auto status = coordinator->ended()) {
      coordinator.reset();
      if (*status == 0) more_work();  // done too soon
      continue;
    }
    const std::vector<int> children = children_of(coordinator->pid());
    if (children.empty() || between(1, 10) <= 3) {
      ::kill(coordinator->pid(), SIGKILL);
      ++coordinators;
      coordinator.reset();
    } else {
      ::kill(children[static_cast<std::size_t>(between(0, static_cast<int>(children.size()) - 1))],
             SIGKILL);
      ++workers;
    }
  }
  if (coordinator) {
    ::kill(coordinator->pid(), SIGKILL);
    coordinator.reset();
  }
  finish();
  expect_every_page_once();
  std::printf("killed %d coordinators and %d workers over %zu documents\n", coordinators, workers,
              documents_.size());
}

TEST_F(Kills, OfTheCoordinatorLeaveRemoteWorkersThatComeBack) {
  const std::string endpoint = "ipc://" + (folder_ / "c").string();
  std::vector<ChildProcess> workers;
  for (const char* id : {"one", "two"}) {
    std::filesystem::create_directories(folder_ / id);
    ProcessStart start;
    start.program = SOGOC_FAULT_WORKER;
    start.arguments = {"worker", "--remote", "--connect", endpoint, "--id", id,
                       "--scratch", (folder_ / id).string()};
    auto worker = ChildProcess::start(start);
    ASSERT_TRUE(worker);
    workers.push_back(std::move(*worker));
  }
  add_document(120, "work 10\n");
  for (int i = 0; i < 5; ++i) {
    ChildProcess coordinator = start_coordinator(0, {"--endpoint", endpoint});
    std::this_thread::sleep_for(milliseconds(between(50, 400)));
    ::kill(coordinator.pid(), SIGKILL);
  }
  finish({"--endpoint", endpoint}, 0);
  expect_every_page_once();
  for (ChildProcess& worker : workers) EXPECT_FALSE(worker.ended());
}

}  // namespace
}  // namespace sogoc
