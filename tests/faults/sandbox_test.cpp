#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

namespace {

namespace fs = std::filesystem;

class Sandbox : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "sogoc-sandbox-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    fs::create_directories(folder_ / "scratch");
    fs::create_directories(folder_ / "archive");
    std::ofstream(folder_ / "archive" / "secret") << "secret";
  }
  void TearDown() override { fs::remove_all(folder_); }

  void enter(const std::string& more = "") {
    const std::string command = std::string(SOGOC_SANDBOX_PROBE) + " " +
                                (folder_ / "scratch").string() + " " +
                                (folder_ / "archive").string() + " " + more;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), &::pclose);
    ASSERT_TRUE(pipe);
    char line[512];
    while (std::fgets(line, sizeof line, pipe.get())) {
      said_.emplace_back(line);
      said_.back().pop_back();
    }
    ASSERT_FALSE(said_.empty()) << "the probe died";
  }
  bool said(const std::string& line) const {
    return std::find(said_.begin(), said_.end(), line) != said_.end();
  }
  bool is_active(const std::string& what) const {
    return std::any_of(said_.begin(), said_.end(),
                       [&](const std::string& line) { return line.starts_with("active: " + what); });
  }
  void expect(const std::string& line) const { EXPECT_TRUE(said(line)) << line; }

  fs::path folder_;
  std::vector<std::string> said_;
};

TEST_F(Sandbox, LetsAWorkerWork) {
  enter();
  for (const char* line : {"write scratch: yes", "read fonts folder: yes", "unix socket: yes",
                           "start a thread: yes", "run a program: yes", "run poppler: yes"})
    expect(line);
}

TEST_F(Sandbox, KeepsNetworkAndOtherProcessesAway) {
  enter();
  if (!is_active("seccomp")) GTEST_SKIP() << "no seccomp here";
  for (const char* line : {"tcp socket: no", "packet socket: no", "ptrace: no", "new namespace: no",
                           "become root: no"})
    expect(line);
}

TEST_F(Sandbox, LetsARemoteWorkerHaveItsSocketOnly) {
  enter("tcp");
  if (!is_active("seccomp")) GTEST_SKIP() << "no seccomp here";
  expect("tcp socket: yes");
  expect("packet socket: no");
}

TEST_F(Sandbox, SetsLimits) {
  enter();
  expect("dump core: no");
#if !defined(SOGOC_ASAN) && !defined(SOGOC_TSAN)
  expect("allocate 8 GiB: no");
#endif
}

TEST_F(Sandbox, HidesTheArchive) {
  enter();
  if (!is_active("archive hidden") && !is_active("landlock"))
    GTEST_SKIP() << "neither namespaces nor Landlock here";
  expect("read hidden: no");
}

TEST_F(Sandbox, ReadsAndWritesOnlyWhatItMustWhereTheKernelHasLandlock) {
  enter();
  if (!is_active("landlock")) GTEST_SKIP() << "no Landlock in this kernel";
  expect("write beside scratch: no");
  expect("read password file: no");
}

}  // namespace
