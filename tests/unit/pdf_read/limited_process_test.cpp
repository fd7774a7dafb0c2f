#include "workers/pdf_read/limited_process.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sogoc {
namespace {

using std::chrono::milliseconds;

std::string text(const ProcessOutput& output) { return {output.out.begin(), output.out.end()}; }

TEST(LimitedProcess, GivesWhatTheProgramWritesAndItsExitCode) {
  const auto output = run_limited({"sh", "-c", "printf hello; printf oops >&2; exit 3"});
  ASSERT_TRUE(output) << to_string(output.error());
  EXPECT_EQ(text(*output), "hello");
  EXPECT_EQ(output->err, "oops");
  EXPECT_EQ(output->exit_code, 3);
}

TEST(LimitedProcess, PassesArgumentsWithoutAShell) {
  const auto output = run_limited({"printf", "%s", "$HOME; rm *"});
  ASSERT_TRUE(output);
  EXPECT_EQ(text(*output), "$HOME; rm *");
}

TEST(LimitedProcess, SaysThatAProgramIsNotInstalled) {
  const auto output = run_limited({"sogoc-no-such-program"});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::missing_model);
}

TEST(LimitedProcess, KillsAProgramThatHangs) {
  const auto start = std::chrono::steady_clock::now();
  const auto output = run_limited({"sleep", "60"}, {.wall = milliseconds(200)});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(LimitedProcess, KillsAGrandchildThatHoldsThePipe) {
  const auto start = std::chrono::steady_clock::now();
  const auto output = run_limited({"sh", "-c", "sleep 60 & exit 0"}, {.wall = milliseconds(300)});
  EXPECT_FALSE(output);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(LimitedProcess, StopsAProgramThatWritesWithoutEnd) {
  const auto output = run_limited({"yes"}, {.output_bytes = 100'000});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::limit_exceeded);
}

TEST(LimitedProcess, StopsAProgramThatEatsMemory) {
  const auto output = run_limited(
      {"sh", "-c", "x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done"},
      {.memory_bytes = 200u << 20, .cpu_s = 10, .wall = milliseconds(20'000)});
  EXPECT_TRUE(!output || output->exit_code != 0);
}

TEST(LimitedProcess, StopsAProgramThatComputesWithoutEnd) {
  const auto output = run_limited({"sh", "-c", "while :; do :; done"}, {.cpu_s = 1});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::timeout);
}

TEST(LimitedProcess, GivesTheProgramNothingButThreeDescriptors) {
  const auto output = run_limited({"sh", "-c", "ls /proc/self/fd | wc -l; cat | wc -c"});
  ASSERT_TRUE(output);
  EXPECT_EQ(text(*output), "4\n0\n");  // 0, 1, 2 and the folder that ls reads
}

}  // namespace
}  // namespace sogoc
