#include "pipeline/flow/worker_loop.hpp"

#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <gtest/gtest.h>

namespace sogoc {
namespace {

using std::chrono::milliseconds;
namespace fs = std::filesystem;

Sha256 digest_of(const std::string& text) {
  return sha256_of(std::as_bytes(std::span<const char>(text)));
}

// Fetches the task's file and says how long it is.
class LengthRunner final : public TaskRunner {
 public:
  Result<TaskResult> run(const Task& task, BlobSource& source, BlobSink&, const fs::path& folder) override {
    ++runs;
    EXPECT_TRUE(fs::is_empty(folder));
    std::ofstream(folder / "left over") << "x";
    SOGOC_TRY(const fs::path file, source.fetch(task.file));
    if (delay.count() > 0) std::this_thread::sleep_for(delay);
    OpenedFile opened;
    opened.page_count = static_cast<std::uint32_t>(fs::file_size(file));
    return TaskResult(opened);
  }
  std::atomic<int> runs{0};
  milliseconds delay{0};
};

// A worker in a thread; the test plays the coordinator.
class WorkerLoop : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "sogoc-loop-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    fs::create_directories(folder_ / "scratch");
    set_log_level(LogLevel::off);
    settings_.connection.endpoint = "ipc://" + (folder_ / "c").string();
    settings_.id = "w";
    settings_.scratch = folder_ / "scratch";
    settings_.answer_limit = milliseconds(1000);
    settings_.first_pause = milliseconds(10);
    settings_.longest_pause = milliseconds(10);
    settings_.stop = &stop_;
    settings_.local = false;
    socket_ = bind_coordinator(context_, {.endpoints = {settings_.connection.endpoint}, .curve = {}}).value();
  }
  void TearDown() override {
    stop_ = true;
    worker_ = {};
    socket_.reset();
    fs::remove_all(folder_);
  }
  void start() {
    worker_ = std::jthread([this] { ended_ = run_worker(context_, settings_, runner_, Log()); });
  }
  // The next message that is not a beat; beats are answered while `alive_`.
  Message hear() {
    for (int i = 0; i < 200; ++i) {
      auto received = socket_->receive(milliseconds(20));
      if (!received || !*received || !(*received)->message) continue;
      Message message = std::move(*(*received)->message);
      if (message.kind == MessageKind::beat) {
        if (alive_) tell((*received)->peer, to_message(Beat{"s", 0, {}}));
        continue;
      }
      peer_ = (*received)->peer;
      return message;
    }
    ADD_FAILURE() << "silence";
    return {};
  }
  void tell(const std::string& peer, const Message& message) {
    const Done sent = socket_->send(peer, message);
    if (!sent) ADD_FAILURE() << sent.error().message;
  }
  void say(const Message& message) { tell(peer_, message); }
  void welcome(std::int64_t silence_limit_ms = 5000) {
    EXPECT_EQ(hear().kind, MessageKind::hello);
    say(to_message(Welcome{"s", 20, silence_limit_ms}));
  }
  void give(JobId job, const std::string& content) {
    Task task;
    task.lease = {job, 1};
    task.kind = JobKind::open;
    task.about = "file";
    task.file = digest_of(content);
    say(to_message(task));
  }
  void serve(const std::string& content, const std::string& real) {
    const auto fetch = fetch_in(hear());
    ASSERT_TRUE(fetch);
    say(to_message(Chunk{digest_of(content), 0, real.size()}, real));
  }
  void acknowledge(JobId job) { say(to_message(Ack{{job, 1}, {}, 0})); }

  fs::path folder_;
  std::shared_ptr<TransportContext> context_ = make_transport_context();
  std::unique_ptr<CoordinatorSocket> socket_;
  WorkerSettings settings_;
  LengthRunner runner_;
  std::atomic<bool> stop_{false};
  bool alive_ = true;
  std::string peer_;
  Done ended_;
  std::jthread worker_;
};

TEST_F(WorkerLoop, DoesTasksOneAfterTheOtherAndKeepsTheFile) {
  start();
  welcome();
  for (JobId job = 1; job <= 3; ++job) {
    give(job, "content");
    if (job == 1) serve("content", "content");
    const Message result = hear();
    ASSERT_EQ(result.kind, MessageKind::result) << name(result.kind);
    EXPECT_EQ(std::get<OpenedFile>(result_in(result, JobKind::open).value()).page_count, 7u);
    acknowledge(job);
  }
  EXPECT_EQ(runner_.runs, 3);
}

TEST_F(WorkerLoop, ABlobWithOtherBytesThanItsDigestFailsTheTask) {
  start();
  welcome();
  give(1, "content");
  serve("content", "CONTENT");
  const Message failed = hear();
  ASSERT_EQ(failed.kind, MessageKind::failed);
  EXPECT_EQ(failure_in(failed).value().code, ErrorCode::corrupt);
}

TEST_F(WorkerLoop, PiecesOutOfOrderEndTheSession) {
  start();
  welcome();
  give(1, "content");
  ASSERT_EQ(hear().kind, MessageKind::fetch);
  say(to_message(Chunk{digest_of("content"), 3, 7}, "tent"));
  EXPECT_EQ(hear().kind, MessageKind::hello);
}

TEST_F(WorkerLoop, AResultThatIsRefusedIsForgottenAndTheNextTaskDone) {
  start();
  welcome();
  give(1, "content");
  serve("content", "content");
  ASSERT_EQ(hear().kind, MessageKind::result);
  say(to_message(Refuse{RefusalReason::stale_lease, "too late", LeaseToken{1, 1}, {}}));
  give(2, "content");
  EXPECT_EQ(hear().kind, MessageKind::result);
}

TEST_F(WorkerLoop, WhoIsUnknownSaysHelloAgain) {
  start();
  welcome();
  say(to_message(Refuse{RefusalReason::hello_first, "who are you", {}, {}}));
  welcome();
  give(1, "content");
  serve("content", "content");
  EXPECT_EQ(hear().kind, MessageKind::result);
}

TEST_F(WorkerLoop, WhoIsNotWelcomeEndsWithTheReason) {
  start();
  EXPECT_EQ(hear().kind, MessageKind::hello);
  say(to_message(Refuse{RefusalReason::not_welcome, "install the same version", {}, {}}));
  worker_.join();
  ASSERT_FALSE(ended_);
  EXPECT_EQ(ended_.error().message, "install the same version");
}

TEST_F(WorkerLoop, ALocalWorkerWhoseCoordinatorFallsSilentWhileItWorksIsEnded) {
  std::atomic<bool> orphaned{false};
  settings_.local = true;
  settings_.orphaned = [&] { orphaned = true; };
  runner_.delay = milliseconds(700);
  start();
  welcome(200);
  give(1, "content");
  serve("content", "content");
  alive_ = false;
  for (int i = 0; i < 100 && !orphaned; ++i) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_TRUE(orphaned);
  worker_.join();
  EXPECT_FALSE(ended_);
}

TEST_F(WorkerLoop, ToldToStopItSaysGoodbye) {
  start();
  welcome();
  say(stop_message());
  EXPECT_EQ(hear().kind, MessageKind::bye);
  worker_.join();
  EXPECT_TRUE(ended_);
}

}  // namespace
}  // namespace sogoc
