// A worker on "another machine": another user, no access to the archive, tcp with keys.

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "pipeline/transport/keys.hpp"
#include "tests/faults/archive_under_test.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

class RemoteWorker : public ArchiveUnderTest {
 protected:
  void SetUp() override {
    ArchiveUnderTest::SetUp();
    if (::getuid() != 0) GTEST_SKIP() << "only root can run a worker as another user";
    if (!fs::exists("/usr/bin/setpriv")) GTEST_SKIP() << "setpriv is not installed";
    // What the other user may see: a folder with the program, its keys and its scratch.
    fs::permissions(folder_, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
    fs::create_directories(home_ = folder_ / "nobody");
    fs::copy_file(SOGOC_FAULT_WORKER, home_ / "worker");
    fs::permissions(home_ / "worker", fs::perms(0755));
    worker_keys_ = load_or_make_keys(home_ / "worker.key").value();
    server_keys_ = load_or_make_keys(folder_ / "server.key").value();
    ASSERT_EQ(::chown(home_.c_str(), kNobody, kNobody), 0);
    ASSERT_EQ(::chown((home_ / "worker.key").c_str(), kNobody, kNobody), 0);
  }

  void allow(const std::string& lines) { std::ofstream(folder_ / "workers.txt") << lines; }

  // Runs a coordinator without local workers and one worker as nobody. The worker's last word.
  std::string run_with_worker(bool until_worker_ends) {
    const fs::path addresses = folder_ / "addresses";
    ProcessStart start;
    start.program = "/bin/sh";
    start.arguments = {"-c",
                       std::string("exec \"$0\" run \"$1\" 0 --listen tcp://127.0.0.1:* --key \"$2\" "
                                   "--allowed \"$3\" > \"$4\""),
                       SOGOC_FAULT_WORKER,
                       (folder_ / "archive").string(),
                       (folder_ / "server.key").string(),
                       (folder_ / "workers.txt").string(),
                       addresses.string()};
    start.environment = {"TMPDIR=" + (folder_ / "tmp").string()};
    ChildProcess coordinator = std::move(ChildProcess::start(start).value());
    const std::string address = tcp_address_in(addresses);
    ProcessStart as_nobody;
    as_nobody.program = "/bin/sh";
    as_nobody.arguments = {"-c",
                           "exec /usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups "
                           "\"$0/worker\" worker --remote --connect \"$1\" --id far --scratch \"$0\" "
                           "--key \"$0/worker.key\" --server-key \"$2\" 2> \"$3\"",
                           home_.string(), address, server_keys_.public_key,
                           (folder_ / "words").string()};
    ChildProcess worker = std::move(ChildProcess::start(as_nobody).value());
    if (until_worker_ends)
      EXPECT_EQ(wait_for(worker, std::chrono::seconds(30)), 5);
    else
      EXPECT_EQ(wait_for(coordinator, std::chrono::seconds(60)), 0);
    std::ifstream words(folder_ / "words");
    return std::string((std::istreambuf_iterator<char>(words)), {});
  }

  static std::string tcp_address_in(const fs::path& file) {
    for (int i = 0; i < 400; ++i) {
      std::ifstream lines(file);
      std::string line;
      while (std::getline(lines, line))
        if (line.starts_with("tcp://")) return line;
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
    ADD_FAILURE() << "the coordinator does not listen";
    return "tcp://127.0.0.1:1";
  }

  static constexpr unsigned kNobody = 65534;
  fs::path home_;
  CurveKeys worker_keys_, server_keys_;
};

TEST_F(RemoteWorker, AsAnotherUserDoesTheWorkWithoutSeeingTheArchive) {
  allow("far-pc " + worker_keys_.public_key + "\n");
  add_document(8, "bulk 3000000\nsecret " + (folder_ / "archive" / "archive.json").string() + "\n");
  run_with_worker(false);
  EXPECT_EQ(progress().pages_failed, 0);
  expect_every_page_once();
}

TEST_F(RemoteWorker, WhoseKeyIsNotOnTheListIsRefusedWithASentence) {
  allow("# nobody\n");
  add_document(1, "");
  const std::string words = run_with_worker(true);
  EXPECT_NE(words.find("add its public key to the coordinator's list of workers"), std::string::npos)
      << words;
}

}  // namespace
}  // namespace sogoc
