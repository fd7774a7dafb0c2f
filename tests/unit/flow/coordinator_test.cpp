#include "pipeline/flow/coordinator.hpp"

#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "pipeline/core/record_json.hpp"
#include "pipeline/flow/worker_loop.hpp"
#include "tests/faults/hash_runner.hpp"
#include "tests/unit/flow/memory_stores.hpp"

namespace sogoc {
namespace {

using std::chrono::milliseconds;
namespace fs = std::filesystem;

std::span<const std::uint8_t> octets(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// A coordinator with stores in memory; workers are threads of this process.
class Coordinator : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "sogoc-flow-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    fs::create_directories(folder_ / "blobs");
    blobs_ = std::make_unique<FolderBlobStore>(folder_ / "blobs");
    endpoint_ = "ipc://" + (folder_ / "c").string();
    settings_.beat_every = milliseconds(50);
    settings_.silence_limit = milliseconds(1500);
    settings_.stop_grace = milliseconds(500);
    settings_.look_for_jobs_every = milliseconds(20);
    set_log_level(LogLevel::off);
  }
  void TearDown() override {
    end_workers();
    fs::remove_all(folder_);
  }

  Sha256 add_document(const std::string& script) {
    const Sha256 file = blobs_->put(octets(script)).value();
    NewBatch batch;
    batch.settings = reading_;
    batch.documents.push_back({{{file, "file.txt", script.size()}}});
    EXPECT_TRUE(jobs_.add_batch(batch));
    return file;
  }

  void start_worker(TaskRunner& runner, std::uint32_t credits = 1) {
    const std::string id = "worker-" + std::to_string(++started_);
    fs::create_directories(folder_ / id);
    workers_.emplace_back([this, id, credits, &runner] {
      WorkerSettings settings;
      settings.connection.endpoint = endpoint_;
      settings.id = id;
      settings.local = false;
      settings.credits = credits;
      settings.scratch = folder_ / id;
      settings.answer_limit = milliseconds(2000);
      settings.first_pause = milliseconds(20);
      settings.longest_pause = milliseconds(100);
      settings.stop = &end_;
      const Done done = run_worker(context_, settings, runner, Log());
      if (!done) worker_error_ = done.error().message;
    });
  }
  void end_workers() {
    end_.store(true);
    workers_.clear();
    end_.store(false);
  }

  std::unique_ptr<CoordinatorSocket> bind() {
    auto socket = bind_coordinator(context_, {.endpoints = {endpoint_}, .curve = {}});
    if (!socket) ADD_FAILURE() << to_string(socket.error());
    return std::move(*socket);
  }

  Result<Progress> run() {
    const auto socket = bind();
    return run_coordinator({jobs_, *blobs_, *socket, no_processes_, clock_}, settings_, stop_,
                           nullptr, Log());
  }

  void expect_every_page_once(const Sha256& file, std::size_t document, std::uint32_t pages) {
    const auto& found = jobs_.documents.at(document);
    ASSERT_TRUE(found.written);
    ASSERT_EQ(found.written->page_texts.size(), pages);
    for (std::uint32_t i = 0; i < pages; ++i)
      EXPECT_EQ(found.written->page_texts[i], text_of_page(file, PageIndex(i)) + "\n");
    for (const auto& job : jobs_.jobs)
      if (job.state == JobState::done) {
        EXPECT_EQ(job.finished, 1) << job.task.about;
      }
  }

  const MemoryJobStore::Job& page_job(std::uint32_t index) {
    for (const auto& job : jobs_.jobs)
      if (job.task.kind == JobKind::page && job.task.index == PageIndex(index)) return job;
    throw std::logic_error("no such page");
  }

  fs::path folder_;
  std::string endpoint_;
  std::shared_ptr<TransportContext> context_ = make_transport_context();
  std::unique_ptr<FolderBlobStore> blobs_;
  MemoryJobStore jobs_;
  NoLocalWorkers no_processes_;
  SystemClock clock_;
  ReadingSettings reading_;
  CoordinatorSettings settings_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> end_{false};
  HashRunner hash_;
  std::string worker_error_;
  int started_ = 0;
  std::vector<std::jthread> workers_;
};

TEST_F(Coordinator, EndsAtOnceWhenThereIsNothingToDo) {
  const auto progress = run();
  ASSERT_TRUE(progress);
  EXPECT_TRUE(progress->idle());
}

TEST_F(Coordinator, TwoWorkersReadEveryPageOfEveryDocumentOnce) {
  const Sha256 first = add_document("pages 30\nwork 1\n");
  const Sha256 second = add_document("pages 5\n");
  start_worker(hash_);
  start_worker(hash_, 2);
  const auto progress = run();
  ASSERT_TRUE(progress) << to_string(progress.error());
  EXPECT_EQ(progress->pages_done, 35);
  EXPECT_EQ(progress->documents_done, 2);
  expect_every_page_once(first, 0, 30);
  expect_every_page_once(second, 1, 5);
}

TEST_F(Coordinator, LargePicturesGoThereAndBackInPieces) {
  const Sha256 file = add_document("pages 3\nbulk 9000001\n");
  start_worker(hash_);
  const auto progress = run();
  ASSERT_TRUE(progress) << to_string(progress.error());
  EXPECT_EQ(progress->documents_done, 1);
  expect_every_page_once(file, 0, 3);
}

TEST_F(Coordinator, TheSameBlobAgainIsNotSentAgain) {
  add_document("pages 2\nbulk 3000000\n");
  add_document("pages 2\nbulk 3000000\n9 none\n");  // other file, same pictures
  start_worker(hash_);
  const auto progress = run();
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->documents_done, 2);
}

TEST_F(Coordinator, AWorkerFetchesAFileOnceForAllItsPages) {
  const Sha256 file = add_document("pages 20\n");
  start_worker(hash_);
  ASSERT_TRUE(run());
  // Opened by the coordinator once for the worker's first task; the rest came from its cache.
  EXPECT_LE(blobs_->looked_up[file], 2);
}

TEST_F(Coordinator, AnExceptionCostsItsPageOnly) {
  add_document("pages 4\n2 throw\n");
  start_worker(hash_);
  const auto progress = run();
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->pages_done, 3);
  EXPECT_EQ(progress->pages_failed, 1);
  EXPECT_EQ(page_job(2).errors.back().code, ErrorCode::internal);
  EXPECT_NE(page_job(2).errors.back().message.find("thrown on purpose"), std::string::npos);
}

TEST_F(Coordinator, AnInputThatIsRefusedIsNotTriedAgain) {
  add_document("pages 2\n1 refuse\n");
  add_document("no script\n");
  start_worker(hash_);
  const auto progress = run();
  ASSERT_TRUE(progress);
  EXPECT_EQ(page_job(1).errors.size(), 1u);
  EXPECT_EQ(page_job(1).state, JobState::quarantined);
  EXPECT_EQ(progress->files_failed, 1);
}

TEST_F(Coordinator, AResultAboutAnotherPageIsNotBelieved) {
  add_document("pages 3\n1 lie\n");
  start_worker(hash_);
  const auto progress = run();
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->pages_done, 2);
  const auto& job = page_job(1);
  EXPECT_EQ(job.state, JobState::quarantined);
  ASSERT_EQ(job.errors.size(), 3u);
  EXPECT_NE(job.errors.back().message.find("another page"), std::string::npos);
}

TEST_F(Coordinator, ALatePageIsTakenFromARemoteWorkerAndItsResultRefused) {
  reading_.page_time_limit_s = 1;
  const Sha256 file = add_document("pages 2\n1 slow once\n");
  start_worker(hash_);
  start_worker(hash_);
  const auto progress = run();
  ASSERT_TRUE(progress);
  ASSERT_FALSE(page_job(1).errors.empty());
  EXPECT_EQ(page_job(1).errors.front().code, ErrorCode::timeout);
  expect_every_page_once(file, 0, 2);
}

TEST_F(Coordinator, AFullDiskStopsTheRunAndTheNextOneGoesOn) {
  const Sha256 file = add_document("pages 10\n");
  blobs_->room = 4;
  start_worker(hash_);
  const auto stopped = run();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::no_space);
  for (const auto& job : jobs_.jobs) EXPECT_NE(job.state, JobState::leased);
  blobs_->room = -1;
  const auto progress = run();
  ASSERT_TRUE(progress) << to_string(progress.error());
  expect_every_page_once(file, 0, 10);
}

TEST_F(Coordinator, ABrokenJobStoreStopsTheRunWithItsSentence) {
  add_document("pages 2\n");
  jobs_.broken = Error{ErrorCode::no_space, Retry::after_operator, "sogoc.db", "the disk is full",
                       {}, std::source_location::current()};
  start_worker(hash_);
  const auto stopped = run();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().message, "the disk is full");
}

TEST_F(Coordinator, WorkersComeBackToARestartedCoordinator) {
  const Sha256 file = add_document("pages 40\nwork 10\n");
  start_worker(hash_);
  start_worker(hash_);
  for (int i = 0; i < 3; ++i) {
    stop_.store(false);
    std::jthread stopper([this] {
      std::this_thread::sleep_for(milliseconds(120));
      stop_.store(true);
    });
    ASSERT_TRUE(run());
  }
  stop_.store(false);
  const auto progress = run();
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->documents_done, 1);
  expect_every_page_once(file, 0, 40);
}

TEST_F(Coordinator, ToldToStopItLetsTasksInHandEnd) {
  settings_.stop_grace = milliseconds(5000);
  add_document("pages 40\nwork 100\n");
  start_worker(hash_);
  std::jthread stopper([this] {
    std::this_thread::sleep_for(milliseconds(150));
    stop_.store(true);
  });
  const auto progress = run();
  ASSERT_TRUE(progress);
  EXPECT_FALSE(progress->idle());
  EXPECT_EQ(progress->jobs_leased, 0);
  for (const auto& job : jobs_.jobs) EXPECT_TRUE(job.errors.empty());
}

TEST_F(Coordinator, AWorkerOfAnotherVersionIsSentAwayWithASentence) {
  add_document("pages 1\n");
  settings_.program = "sogoc 9.9.9";
  settings_.stop_when_idle = false;
  start_worker(hash_);
  std::jthread stopper([this] {
    std::this_thread::sleep_for(milliseconds(400));
    stop_.store(true);
  });
  ASSERT_TRUE(run());
  end_workers();
  EXPECT_NE(worker_error_.find("install the same version"), std::string::npos) << worker_error_;
}

// A worker that follows no rules.
class Stranger : public Coordinator {
 protected:
  // Runs the coordinator in a thread while `talk` plays a worker; then a real worker cleans up.
  template <typename Talk>
  void while_running(Talk talk) {
    settings_.stop_when_idle = false;
    Result<Progress> progress = Progress{};
    std::jthread coordinator([&] { progress = run(); });
    socket_ = connect_worker(context_, {.endpoint = endpoint_, .curve = {}}).value();
    talk();
    socket_.reset();
    stop_.store(true);
    coordinator.join();
    ASSERT_TRUE(progress) << to_string(progress.error());
  }

  void say(const Message& message) { ASSERT_TRUE(socket_->send(message, milliseconds(1000))); }

  // The next message that is not a beat.
  Message hear() {
    for (int i = 0; i < 100; ++i) {
      auto message = socket_->receive(milliseconds(50));
      if (!message) ADD_FAILURE() << to_string(message.error());
      if (message && *message && (*message)->kind != MessageKind::beat) return std::move(**message);
    }
    ADD_FAILURE() << "silence";
    return {};
  }
  Task join_and_take() {
    say(to_message(Hello{"stranger", "here", 1, 1, "sogoc"}));
    EXPECT_EQ(hear().kind, MessageKind::welcome);
    const auto task = task_in(hear());
    EXPECT_TRUE(task);
    return task.value_or(Task{});
  }
  RefusalReason refused() {
    const Message message = hear();
    const auto refuse = refuse_in(message);
    if (!refuse) {
      ADD_FAILURE() << name(message.kind) << message.header;
      return RefusalReason::unavailable;
    }
    return refuse->reason;
  }

  std::unique_ptr<WorkerSocket> socket_;
};

TEST_F(Stranger, MustSayHelloFirst) {
  const Sha256 file = add_document("pages 1\n");
  while_running([&] {
    say(to_message(Fetch{{1, 1}, file, 0, 10}));
    EXPECT_EQ(refused(), RefusalReason::hello_first);
    say(to_message(Beat{"guessed", 0, {}}));
    EXPECT_EQ(refused(), RefusalReason::hello_first);
  });
}

TEST_F(Stranger, ReadsOnlyTheBlobsOfItsTask) {
  add_document("pages 1\n");
  const Sha256 secret = blobs_->put(octets("secret")).value();
  while_running([&] {
    const Task task = join_and_take();
    say(to_message(Fetch{task.lease, secret, 0, 10}));
    EXPECT_EQ(refused(), RefusalReason::not_yours);
    say(to_message(Fetch{{task.lease.job, task.lease.fence + 1}, task.file, 0, 10}));
    EXPECT_EQ(refused(), RefusalReason::stale_lease);
    say(to_message(Fetch{task.lease, task.file, 0, 5}));
    const Message chunk = hear();
    EXPECT_EQ(chunk.kind, MessageKind::chunk);
    EXPECT_EQ(chunk.body, "pages");
  });
}

TEST_F(Stranger, StoresOnlyUnderItsLeaseAndOnlyWhatItSays) {
  add_document("pages 1\n");
  settings_.max_bytes_a_task = 100;
  const Sha256 digest = sha256_of(std::as_bytes(std::span<const char>("text", 4)));
  while_running([&] {
    const Task task = join_and_take();
    say(to_message(PutBegin{{task.lease.job + 1, 1}, digest, 4}, "text"));
    EXPECT_EQ(refused(), RefusalReason::stale_lease);
    say(to_message(PutBegin{task.lease, digest, 5}, "lying"));
    EXPECT_EQ(refused(), RefusalReason::bad_content);
    say(to_message(PutBegin{task.lease, digest, 101}, ""));
    EXPECT_EQ(refused(), RefusalReason::too_much);
    say(to_message(PutBegin{task.lease, digest, 4}, "text"));
    EXPECT_EQ(hear().kind, MessageKind::stored);
  });
}

TEST_F(Stranger, CannotNameBlobsThatItDidNotStore) {
  add_document("pages 1\n");
  while_running([&] {
    Task task = join_and_take();
    OpenedFile opened;
    opened.page_count = 1;
    say(result_message(task.lease, opened));
    EXPECT_EQ(hear().kind, MessageKind::ack);
    task = task_in(hear()).value();
    ASSERT_EQ(task.kind, JobKind::page);
    PageOutcome outcome;
    outcome.record = task.file;  // a blob that exists
    say(result_message(task.lease, outcome));
    EXPECT_EQ(hear().kind, MessageKind::ack);
  });
  EXPECT_NE(page_job(0).errors.front().message.find("was not stored"), std::string::npos);
}

TEST_F(Stranger, WhoSendsGarbageIsSentAway) {
  add_document("pages 1\n");
  while_running([&] {
    join_and_take();
    const MessageKind kinds[] = {MessageKind::fetch,     MessageKind::put_begin, MessageKind::put_end,
                                 MessageKind::put_chunk, MessageKind::result,    MessageKind::failed,
                                 MessageKind::part,      MessageKind::welcome,   MessageKind::stop};
    for (std::size_t i = 0; i < 30; ++i)
      say({kinds[i % std::size(kinds)], "{\"lease\":" + std::string(i, '[') + "}", "garbage"});
    bool sent_away = false;
    for (int i = 0; i < 30 && !sent_away; ++i) {
      const auto refuse = refuse_in(hear());
      sent_away = refuse && refuse->reason == RefusalReason::not_welcome;
    }
    EXPECT_TRUE(sent_away);
  });
  EXPECT_EQ(jobs_.jobs.front().errors.size(), 1u);  // its task goes to another
}

TEST_F(Stranger, WhoFallsSilentLosesItsTask) {
  add_document("pages 1\n");
  settings_.silence_limit = milliseconds(200);
  while_running([&] {
    join_and_take();
    std::this_thread::sleep_for(milliseconds(500));
  });
  ASSERT_EQ(jobs_.jobs.front().errors.size(), 1u);
  EXPECT_NE(jobs_.jobs.front().errors.front().message.find("silent"), std::string::npos);
}

TEST_F(Stranger, AWorkerThatLeavesGivesItsTaskBack) {
  add_document("pages 1\n");
  while_running([&] {
    join_and_take();
    say(to_message(Bye{"tired"}));
    std::this_thread::sleep_for(milliseconds(100));
  });
  EXPECT_EQ(jobs_.jobs.front().errors.size(), 1u);
}

}  // namespace
}  // namespace sogoc
