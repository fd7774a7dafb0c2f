// PINs: from files that nobody else reads.

#include <gtest/gtest.h>

#include <pty.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/signable_pdf.hpp"
#include "workers/signing/secret.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

class SecretFile : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Secret>> secret(const std::string& content, mode_t mode) {
    write_bytes(file_, content);
    chmod(file_.c_str(), mode);
    return secret_from_file(file_);
  }
  TestFolder folder_;
  std::filesystem::path file_ = folder_.path() / "pin";
};

TEST_F(SecretFile, GivesItsFirstLine) {
  EXPECT_EQ(secret("123456\n", 0600).value()->text(), "123456");
  EXPECT_EQ(secret("123456", 0400).value()->text(), "123456");
  EXPECT_EQ(secret("a b\r\nsecond line\n", 0600).value()->text(), "a b");
  EXPECT_STREQ(secret("123456\n", 0600).value()->c_str(), "123456");
}

TEST_F(SecretFile, ThatOthersMayReadIsRefused) {
  for (const mode_t mode : {0640, 0604, 0660, 0644, 0610, 0601}) {
    const auto refused = secret("123456\n", mode);
    ASSERT_FALSE(refused) << mode;
    EXPECT_EQ(refused.error().code, ErrorCode::no_permission);
    EXPECT_EQ(to_string(refused.error()).find("123456"), std::string::npos);
  }
}

TEST_F(SecretFile, WithoutASensibleSecretIsRefused) {
  for (const std::string& content :
       {std::string(), std::string("\n"), std::string(257, '1'), std::string(5000, '1')})
    EXPECT_EQ(secret(content, 0600).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(secret(std::string(256, '1'), 0600).value()->text().size(), 256U);
}

TEST_F(SecretFile, ThatIsNoFileIsRefused) {
  EXPECT_EQ(secret_from_file(folder_.path() / "missing").error().code, ErrorCode::not_found);
  EXPECT_EQ(secret_from_file(folder_.path()).error().code, ErrorCode::invalid_input);
  ASSERT_EQ(mkfifo(file_.c_str(), 0600), 0);
  EXPECT_EQ(secret_from_file(file_).error().code, ErrorCode::invalid_input);
}

// Everything a person would see on a terminal of the test's own.
std::string seen_on(int terminal, const std::string& until) {
  std::string seen;
  char bytes[256];
  for (ssize_t got = 0; seen.find(until) == std::string::npos;
       seen.append(bytes, static_cast<std::size_t>(got)))
    if ((got = ::read(terminal, bytes, sizeof bytes)) <= 0) break;
  return seen;
}

TEST(SecretPrompt, TakesAPinThatTheTerminalDoesNotShow) {
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) {
    const auto secret = secret_from_prompt("PIN: ");
    const bool right = secret && (*secret)->text() == "271828";
    [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, right ? "good." : "evil.", 5);
    _exit(right ? 0 : 1);
  }
  EXPECT_EQ(seen_on(terminal, "PIN: "), "PIN: ");
  ASSERT_EQ(::write(terminal, "271828\n", 7), 7);
  const std::string after = seen_on(terminal, ".");
  EXPECT_EQ(after.find("271828"), std::string::npos) << after;
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  ::close(terminal);
}

TEST(SecretPrompt, WithoutATerminalSaysHowElse) {
  const pid_t child = fork();
  if (child == 0) {
    ::setsid();  // no terminal from here on
    const auto secret = secret_from_prompt("PIN: ");
    _exit(!secret && secret.error().code == ErrorCode::unavailable ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace sogoc
