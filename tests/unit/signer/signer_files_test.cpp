#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tools/signer/encoding.hpp"
#include "tools/signer/plain_key.hpp"
#include "tools/signer/signer_config.hpp"
#include "tools/signer/signer_home.hpp"
#include "tools/signer/signer_record.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

class SignerFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "sogoc-signer-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }
  void write(const fs::path& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    fs::permissions(folder_ / name, fs::perms::owner_read | fs::perms::owner_write);
  }
  std::string read(const fs::path& name) {
    std::ifstream stream(folder_ / name, std::ios::binary);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
  }
  fs::path folder_;
};

class Record : public SignerFiles {
 protected:
  // Adds one line and says how many there were before.
  Result<int> add(const std::string& what) {
    int seen = 0;
    auto record = SignerRecord::open(folder_ / "record.jsonl", [&](const nlohmann::json&) { ++seen; });
    if (!record) return tl::unexpected<Error>(record.error());
    SOGOC_CHECK(record->add(UtcTime(std::chrono::seconds(1)), {{"what", what}}));
    return seen;
  }
};

TEST_F(Record, KeepsEveryLineInOrder) {
  EXPECT_EQ(add("a").value(), 0);
  EXPECT_EQ(add("b").value(), 1);
  EXPECT_EQ(add("c").value(), 2);
}

TEST_F(Record, NoticesAChangedLine) {
  ASSERT_TRUE(add("signed"));
  ASSERT_TRUE(add("signed"));
  std::string text = read("record.jsonl");
  text.replace(text.find("signed"), 6, "voided");
  write("record.jsonl", text);
  const auto opened = add("c");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
}

TEST_F(Record, NoticesALineTakenAway) {
  for (const char* what : {"a", "b", "c"}) ASSERT_TRUE(add(what));
  const std::string text = read("record.jsonl");
  const std::size_t first = text.find('\n') + 1;
  write("record.jsonl", text.substr(0, first) + text.substr(text.find('\n', first) + 1));
  EXPECT_FALSE(add("d"));
}

TEST_F(Record, DropsOnlyALineThatWasCutOff) {
  ASSERT_TRUE(add("a"));
  write("record.jsonl", read("record.jsonl") + R"({"what":"b","n":1)");
  EXPECT_EQ(add("c").value(), 1);
  EXPECT_EQ(add("d").value(), 2);
}

TEST_F(Record, IsOpenedByOneSignerOnly) {
  auto first = SignerRecord::open(folder_ / "record.jsonl", [](const nlohmann::json&) {});
  ASSERT_TRUE(first);
  const auto second = SignerRecord::open(folder_ / "record.jsonl", [](const nlohmann::json&) {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
}

TEST_F(SignerFiles, APlainKeyIsMadeOnceAndPrivate) {
  const auto first = PlainKey::load_or_make(folder_ / "key.pem");
  ASSERT_TRUE(first);
  struct stat facts {};
  ASSERT_EQ(::stat((folder_ / "key.pem").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  const auto second = PlainKey::load_or_make(folder_ / "key.pem");
  ASSERT_TRUE(second);
  EXPECT_EQ(first->id(), second->id());
  const std::vector<std::uint8_t> bytes{1, 2, 3};
  EXPECT_EQ(first->sign_raw(bytes).value().size(), 64u);
}

TEST_F(SignerFiles, APlainKeyThatOthersMayReadIsRefused) {
  ASSERT_TRUE(PlainKey::load_or_make(folder_ / "key.pem"));
  fs::permissions(folder_ / "key.pem", fs::perms::group_read, fs::perm_options::add);
  const auto key = PlainKey::load_or_make(folder_ / "key.pem");
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, ErrorCode::no_permission);
}

TEST_F(SignerFiles, SettingsAreReadWholeAndEveryProblemIsNamed) {
  write("signer.toml", "tsa = 1\n[keys.body]\nkind = \"card\"\n[keys.lan]\nkind = \"pkcs12\"\nunattended = true\n"
                       "[approvers.an]\nroles = [\"body\"]\n");
  const auto config = load_signer_config(folder_);
  ASSERT_FALSE(config);
  for (const char* part : {"tsa is not a setting", "keys.body.kind must be", "keys.lan is not a role",
                           "keys.lan.file is required", "never run unattended", "approvers.an has neither"})
    EXPECT_NE(config.error().message.find(part), std::string::npos) << part;
}

TEST_F(SignerFiles, ASignerWithoutAHomeSaysHowToMakeOne) {
  const auto config = load_signer_config(folder_ / "nowhere");
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().message.find("--setup"), std::string::npos);
}

TEST_F(SignerFiles, SettingUpTwiceChangesNothing) {
  const fs::path archive = folder_ / "archive";
  fs::create_directories(archive);
  ASSERT_TRUE(set_up_signer({archive, folder_ / "home", true, ""}));
  const std::string before = read("home/signer.toml") + read("home/callers.txt") + read("home/curve.key");
  ASSERT_TRUE(set_up_signer({archive, folder_ / "home", true, ""}));
  EXPECT_EQ(before, read("home/signer.toml") + read("home/callers.txt") + read("home/curve.key"));
  EXPECT_NE(read("archive/keys/signer.json").find("server_key"), std::string::npos);
}

TEST_F(SignerFiles, AnApproverIsEnrolledOnce) {
  fs::create_directories(folder_ / "archive");
  ASSERT_TRUE(set_up_signer({folder_ / "archive", folder_ / "home", true, ""}));
  const auto enrolled = enroll_approver(folder_ / "home", "lan", {"certifier"});
  ASSERT_TRUE(enrolled);
  EXPECT_EQ(enrolled->secret.size(), 32u);
  const auto again = enroll_approver(folder_ / "home", "lan", {"certifier"});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::already_exists);
  EXPECT_FALSE(enroll_approver(folder_ / "home", "../x", {"body"}));
  EXPECT_FALSE(enroll_approver(folder_ / "home", "an", {"chief"}));
}

TEST(Base64, IsReadStrictly) {
  const std::vector<std::uint8_t> bytes{0, 255, 7, 9};
  EXPECT_EQ(bytes_from_base64(base64_of(bytes)), bytes);
  for (const char* bad : {"A", "AAA", "AA==A", "AAAA\n", " AAAA", "AB==", "!AAA"})
    EXPECT_FALSE(bytes_from_base64(bad)) << bad;
}

}  // namespace
}  // namespace sogoc
