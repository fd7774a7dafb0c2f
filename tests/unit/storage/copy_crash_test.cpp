// Eight clerks at once, killed at random moments: numbers 1..N without a gap or repeat, and a log that
// holds. Who comes back with the same token goes on where the killed one stopped.

#include <csignal>
#include <random>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/storage/copies_fixture.hpp"

namespace sogoc {
namespace {

constexpr int kClients = 8;

int wanted_copies() {
  const char* asked = std::getenv("SOGOC_COPIES");
  return asked != nullptr ? std::max(kClients, std::atoi(asked)) : 300;
}

// Issues copies client * n + i of the work, each under its token, until all are done. Never returns.
[[noreturn]] void work(const std::filesystem::path& root, int client, int copies, DocumentId document, const Sha256& source) {
  auto archive = Archive::open(root, {.durable = false});
  if (!archive) ::_exit(3);
  for (int i = client; i < copies; i += kClients) {
    NewCopy copy;
    copy.client_token = "token " + std::to_string(i);
    copy.kind = i % 3 == 0 ? CopyKind::certified_copy : CopyKind::register_copy;
    copy.source = {CopySourceKind::document, document};
    while (true) {
      auto begun = (*archive)->copies().begin_copy(copy, {source, {}, "", ""}, test_series(), kClerk);
      if (!begun && begun.error().retry == Retry::same_step) continue;
      if (!begun) {
        std::fprintf(stderr, "begin: %s\n", to_string(begun.error()).c_str());
        ::_exit(4);
      }
      if (begun->state == CopyState::issued || begun->state == CopyState::voided) break;
      // One in twenty comes to nothing.
      const auto ended = i % 20 == 7 ? (*archive)->copies().void_copy(begun->id, "hỏng", kClerk) : sign_and_issue(**archive, *begun);
      if (!ended && ended.error().retry == Retry::same_step) continue;
      if (!ended) {
        std::fprintf(stderr, "end: %s\n", to_string(ended.error()).c_str());
        ::_exit(5);
      }
      break;
    }
  }
  ::_exit(0);
}

TEST(CopyCrash, EightClientsKilledAtRandomLeaveNumbersWithoutGapOrRepeat) {
  const int copies = wanted_copies();
  const TempFolder folder;
  const auto root = folder.path() / "archive";
  DocumentId document = 0;
  Sha256 source;
  {
    auto archive = value_of(Archive::create(root, {}, {.durable = false}));
    source = value_of(archive->blobs().put(bytes_of("the derived PDF")));
    (void)value_of(archive->jobs().add_batch(batch_of({"a.pdf"})));
    document = value_of(archive->catalogue().documents({})).front().id;
    (void)value_of(archive->copies().open_book(test_series(), false, kClerk));
  }
  std::mt19937 random(23);
  std::vector<pid_t> clients(kClients, 0);
  std::vector<bool> done(kClients, false);
  const auto start = [&](std::size_t client) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) work(root, static_cast<int>(client), copies, document, source);
    clients[client] = child;
  };
  for (std::size_t i = 0; i < clients.size(); ++i) start(i);
  int kills = 0;
  while (std::count(done.begin(), done.end(), true) < kClients) {
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 30'000));
    const std::size_t victim = random() % clients.size();
    if (!done[victim] && kills < copies) {
      ::kill(clients[victim], SIGKILL);
      ++kills;
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
      if (done[i]) continue;
      int status = 0;
      if (::waitpid(clients[i], &status, i == victim && !done[i] ? 0 : WNOHANG) != clients[i]) continue;
      if (WIFSIGNALED(status)) {
        start(i);
      } else {
        ASSERT_EQ(WEXITSTATUS(status), 0);
        done[i] = true;
      }
    }
  }
  EXPECT_GT(kills, 5);

  auto archive = value_of(Archive::open(root, {.durable = false}));
  std::vector<std::int64_t> numbers;
  std::int64_t voided = 0;
  for (const CopyDetails& copy : value_of(archive->copies().copies({.limit = 1'000'000}))) {
    EXPECT_TRUE(copy.state == CopyState::issued || copy.state == CopyState::voided) << copy.id << name(copy.state);
    voided += copy.state == CopyState::voided;
    numbers.push_back(copy.number);
  }
  std::sort(numbers.begin(), numbers.end());
  ASSERT_EQ(numbers.size(), static_cast<std::size_t>(copies));
  for (std::size_t i = 0; i < numbers.size(); ++i) ASSERT_EQ(numbers[i], static_cast<std::int64_t>(i) + 1);
  EXPECT_EQ(voided, (copies + 12) / 20);
  const LogFindings log = value_of(archive->verify_log({}));
  for (const VerifyProblem& problem : log.problems) ADD_FAILURE() << problem.path << ": " << problem.reason;
  std::printf("%d copies, %d kills, %lld leaves\n", copies, kills, static_cast<long long>(log.leaves));
}

}  // namespace
}  // namespace sogoc
