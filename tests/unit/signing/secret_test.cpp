// PINs: from files that nobody else reads.

#include <gtest/gtest.h>

#include <sys/stat.h>

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

}  // namespace
}  // namespace sogoc
