// A remote signing service behind a program: what it may say, and what becomes of a program that hangs,
// refuses, floods or is not there.

#include "tools/signer/remote_command.hpp"

#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/unit/signing/signing_world.hpp"
#include "tools/signer/encoding.hpp"
#include "tools/signer/signer_desk.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using std::chrono::milliseconds;

const Sha256 kDigest = sha256_of(std::as_bytes(std::span("a copy")));

Result<std::vector<std::uint8_t>> told_by(const std::string& script, milliseconds timeout = std::chrono::seconds(20)) {
  return RemoteCommand({{"/bin/sh", "-c", script}, timeout}).sign_hash(kDigest);
}
Error refusal_of(const std::string& script, milliseconds timeout = std::chrono::seconds(20)) {
  const auto answer = told_by(script, timeout);
  EXPECT_FALSE(answer);
  return answer ? Error{} : answer.error();
}

TEST(RemoteCommand, GivesTheDigestInHexAndTakesWhatComesBack) {
  const auto answer = told_by("cat");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(std::string(answer->begin(), answer->end()), to_hex(kDigest) + "\n");
}

TEST(RemoteCommand, IsGivenNothingElseOfTheSigner) {
  ::setenv("SOGOC_TEST_SECRET", "pin", 1);
  const auto answer = told_by("env | grep -c SECRET; ls /proc/self/fd | wc -l; true");
  ::unsetenv("SOGOC_TEST_SECRET");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(std::string(answer->begin(), answer->end()), "0\n4\n") << "three streams and the folder that ls reads";
}

TEST(RemoteCommand, PassesTheReasonOfARefusalOn) {
  const Error error = refusal_of("echo 'the holder declined\x1b[31m' >&2; echo 'more' >&2; exit 1");
  EXPECT_EQ(error.code, ErrorCode::no_permission);
  EXPECT_EQ(error.message, "refused to sign: the holder declined[31m");
}

TEST(RemoteCommand, ThatIsBusyIsAskedAgainLater) {
  const Error error = refusal_of("echo 'no network' >&2; exit 75");
  EXPECT_EQ(error.code, ErrorCode::unavailable);
  EXPECT_EQ(error.retry, Retry::same_step);
}

TEST(RemoteCommand, ThatHangsIsEndedWithEverythingItStarted) {
  std::string name = (fs::temp_directory_path() / "sogoc-remote-XXXXXX").string();
  ASSERT_GE(::close(::mkstemp(name.data())), 0);
  EXPECT_EQ(refusal_of("sleep 600 & echo $! > " + name + "; wait", milliseconds(300)).code, ErrorCode::timeout);
  pid_t grandchild = 0;
  std::ifstream(name) >> grandchild;
  ASSERT_GT(grandchild, 0);
  for (int i = 0; i < 500 && ::kill(grandchild, 0) == 0; ++i) ::usleep(10'000);
  EXPECT_NE(::kill(grandchild, 0), 0);
  fs::remove(name);
}

TEST(RemoteCommand, ThatClosesItsStreamsAndStaysIsNoAnswer) {
  EXPECT_EQ(refusal_of("exec >&- 2>&-; sleep 600", milliseconds(300)).code, ErrorCode::timeout);
}

TEST(RemoteCommand, ThatFloodsOrSaysNothingIsRefused) {
  EXPECT_EQ(refusal_of("cat /dev/zero").code, ErrorCode::invalid);
  EXPECT_EQ(refusal_of("true").code, ErrorCode::invalid);
  EXPECT_EQ(refusal_of("kill -9 $$").code, ErrorCode::no_permission);
}

TEST(RemoteCommand, ThatIsNotThereSaysWhereItIsNamed) {
  const auto answer = RemoteCommand({{"/nowhere/sign"}, milliseconds(1000)}).sign_hash(kDigest);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::not_found);
  EXPECT_NE(answer.error().message.find("signer.toml"), std::string::npos);
}

TEST(RemoteCommand, IsNotWaitedForByASignerThatStops) {
  const std::atomic<bool> stop{true};
  EXPECT_EQ(RemoteCommand({{"/bin/sleep", "600"}, std::chrono::seconds(600), &stop}).sign_hash(kDigest).error().code,
            ErrorCode::unavailable);
}

// The desk with a body's key at a remote service that signs this one digest.
class RemoteDesk : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "sogoc-remote-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    home_ = pattern;
    clock_.at = world_.now;
    const DerBytes cms = test::made_cms(world_.body, {.message_digest = {kDigest.bytes.begin(), kDigest.bytes.end()}});
    std::ofstream(home_ / "cms", std::ios::binary).write(reinterpret_cast<const char*>(cms.data()), std::ssize(cms));
    SignerDesk::Parts parts;
    parts.config.home = home_;
    SignerDesk::Key& key = parts.keys["body"];
    key.settings.unattended = true;
    key.service = std::make_unique<RemoteCommand>(
        RemoteCommandSettings{{"/bin/cat", (home_ / "cms").string()}, std::chrono::seconds(20)});
    key.certificate = world_.body.certificate;
    key.helpers = world_.body.chain;
    parts.head_key = PlainKey::load_or_make(home_ / "head_key.pem").value();
    parts.qr_key = PlainKey::load_or_make(home_ / "qr_key.pem").value();
    parts.trust = world_.store();
    parts.network = [this](const TrustStore&) { return world_.network(); };
    parts.clock = &clock_;
    desk_ = SignerDesk::open(std::move(parts), Log()).value();
  }
  void TearDown() override {
    desk_.reset();
    fs::remove_all(home_);
  }
  Result<json> sign(const Sha256& digest) {
    return desk_->answer("sign", {{"copy", "1"}, {"role", "body"}, {"level", "B-B"}, {"digest", to_hex(digest)}});
  }

  struct TestClock final : Clock {
    UtcTime at{};
    [[nodiscard]] UtcTime now() const override { return at; }
  };
  test::World world_;
  TestClock clock_;
  fs::path home_;
  std::unique_ptr<SignerDesk> desk_;
};

TEST_F(RemoteDesk, TakesTheServicesSignatureOverTheDigestThatWasAsked) {
  const auto answer = sign(kDigest);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ((*answer)["chain"].size(), 3U);
}

TEST_F(RemoteDesk, AttackByAServiceThatSignsSomethingElse) {
  const auto answer = sign(sha256_of(std::as_bytes(std::span("another copy"))));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::invalid);
}

}  // namespace
}  // namespace sogoc
