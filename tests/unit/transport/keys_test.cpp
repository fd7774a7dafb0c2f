#include "pipeline/transport/keys.hpp"

#include <sys/stat.h>

#include <fstream>

#include <gtest/gtest.h>

namespace sogoc {
namespace {

namespace fs = std::filesystem;

class Keys : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "sogoc-keys-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path write(const std::string& text, unsigned mode = 0600) const {
    const fs::path file = folder_ / "given";
    std::ofstream(file) << text;
    ::chmod(file.c_str(), mode);
    return file;
  }
  fs::path folder_;
};

TEST_F(Keys, AreMadeOnceAndOnlyTheirOwnerReadsThem) {
  const fs::path file = folder_ / "coordinator.key";
  const auto made = load_or_make_keys(file);
  ASSERT_TRUE(made) << to_string(made.error());
  struct stat facts {};
  ASSERT_EQ(::stat(file.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777u, 0600u);
  const auto again = load_or_make_keys(file);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->public_key, made->public_key);
  EXPECT_EQ(again->secret_key, made->secret_key);
  const auto public_key = public_key_of(file.string());
  ASSERT_TRUE(public_key);
  EXPECT_EQ(*public_key, made->public_key);
  EXPECT_EQ(public_key_of(made->public_key).value(), made->public_key);
}

TEST_F(Keys, AFileThatOthersMayReadIsRefused) {
  const fs::path file = folder_ / "worker.key";
  ASSERT_TRUE(load_or_make_keys(file));
  ::chmod(file.c_str(), 0644);
  const auto keys = load_keys(file);
  ASSERT_FALSE(keys);
  EXPECT_EQ(keys.error().code, ErrorCode::no_permission);
  EXPECT_NE(keys.error().message.find("chmod 600"), std::string::npos);
}

TEST_F(Keys, WhatIsNoKeyFileIsRefused) {
  const auto pair = load_or_make_keys(folder_ / "a.key");
  const auto other = load_or_make_keys(folder_ / "b.key");
  ASSERT_TRUE(pair && other);
  for (const std::string& text :
       {std::string(), std::string("public x\nsecret y\n"), std::string("public " + pair->public_key),
        "public " + other->public_key + "\nsecret " + pair->secret_key + "\n"}) {
    const auto keys = load_keys(write(text));
    ASSERT_FALSE(keys) << text;
    EXPECT_EQ(keys.error().code, ErrorCode::invalid_input);
  }
  EXPECT_EQ(load_keys(folder_ / "absent").error().code, ErrorCode::not_found);
  EXPECT_EQ(public_key_of("short").error().code, ErrorCode::not_found);
}

TEST_F(Keys, AListOfWorkersIsNamesAndKeys) {
  const auto pair = load_or_make_keys(folder_ / "a.key");
  ASSERT_TRUE(pair);
  const auto list = load_allowed_workers(
      write("# workers of the back room\n\nroom-2.pc1 " + pair->public_key + "\r\n"));
  ASSERT_TRUE(list) << to_string(list.error());
  ASSERT_EQ(list->size(), 1u);
  EXPECT_EQ(list->front().name, "room-2.pc1");
  EXPECT_EQ(list->front().public_key, pair->public_key);
}

TEST_F(Keys, NobodyIsOnAListThatIsAbsent) {
  const auto list = load_allowed_workers(folder_ / "absent");
  ASSERT_TRUE(list);
  EXPECT_TRUE(list->empty());
}

TEST_F(Keys, EveryBadLineOfAListIsNamed) {
  const auto list = parse_allowed_workers("a b\nsố 1\nok", "workers");
  ASSERT_FALSE(list);
  for (const char* line : {"line 1", "line 2", "line 3"})
    EXPECT_NE(list.error().message.find(line), std::string::npos) << list.error().message;
}

}  // namespace
}  // namespace sogoc
