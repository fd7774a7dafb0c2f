// Many callers at once: nobody waits for another's timestamp, and what is remembered stays one story.

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

#include "pipeline/copies/merkle.hpp"
#include "tests/unit/signing/signing_world.hpp"
#include "tools/signer/encoding.hpp"
#include "tools/signer/question_pool.hpp"
#include "tools/signer/signer_desk.hpp"

namespace sogoc {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

// Timestamps come when the test lets them; everything else as the world says.
class Gate {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void wait_for_a_waiter() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_ > 0; });
  }
  void open() {
    const std::scoped_lock lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

class GatedClient final : public ValidationClient {
 public:
  GatedClient(std::unique_ptr<ValidationClient> inner, Gate& gate) : inner_(std::move(inner)), gate_(gate) {}
  Result<std::vector<std::uint8_t>> timestamp(std::span<const std::uint8_t> imprint) override {
    gate_.wait();
    return inner_->timestamp(imprint);
  }
  Result<RevocationEvidence> evidence_for(std::span<const DerBytes> chain) override {
    return inner_->evidence_for(chain);
  }

 private:
  std::unique_ptr<ValidationClient> inner_;
  Gate& gate_;
};

struct FixedClock final : Clock {
  UtcTime at{};
  [[nodiscard]] UtcTime now() const override { return at; }
};

const std::vector<std::uint8_t> kSecret(20, 7);

Sha256 digest_of(int number) {
  Sha256 digest;
  digest.bytes[0] = static_cast<std::uint8_t>(number);
  digest.bytes[1] = static_cast<std::uint8_t>(number >> 8);
  return digest;
}

class BusySigner : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "sogoc-busy-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    home_ = pattern;
    clock_.at = world_.now;
    open();
  }
  void TearDown() override {
    desk_.reset();
    fs::remove_all(home_);
  }
  void open() {
    desk_.reset();
    SignerDesk::Parts parts;
    parts.config.home = home_;
    parts.config.tsa_url = world_.settings().tsa_url;
    parts.keys["body"].key = std::make_unique<test::MemoryKey>(world_.body, SignatureScheme::ecdsa_sha256);
    parts.keys["body"].settings.unattended = true;
    parts.keys["certifier"].key = std::make_unique<test::MemoryKey>(world_.certifier, SignatureScheme::ecdsa_sha256);
    parts.approvers["lan"] = {{"certifier"}, kSecret, {}};
    parts.head_key = PlainKey::load_or_make(home_ / "head_key.pem").value();
    parts.qr_key = PlainKey::load_or_make(home_ / "qr_key.pem").value();
    parts.trust = world_.store();
    parts.network = [this](const TrustStore&) { return std::make_unique<GatedClient>(world_.network(), gate_); };
    parts.clock = &clock_;
    desk_ = SignerDesk::open(std::move(parts), Log()).value();
  }
  Result<json> sign(int digest, const std::string& level = "B-B") {
    return desk_->answer("sign", {{"copy", "1"}, {"role", "body"}, {"level", level}, {"digest", to_hex(digest_of(digest))}});
  }
  Result<json> certify(int digest, const std::string& code) {
    const std::string text = statement_text({"lan", "certifier", "B-B", clock_.at, {digest_of(digest)}});
    return desk_->answer("sign", {{"copy", "1"}, {"role", "certifier"}, {"level", "B-B"}, {"digest", to_hex(digest_of(digest))},
                                  {"statement", text}, {"proof_kind", "totp"}, {"proof", totp_proof(text, code).value}});
  }

  test::World world_;
  FixedClock clock_;
  Gate gate_;
  fs::path home_;
  std::unique_ptr<SignerDesk> desk_;
};

TEST_F(BusySigner, AnswersEverybodyElseWhileOneWaitsForItsTimestamp) {
  Result<json> stamped = json();
  std::thread waiting([&] { stamped = sign(1, "B-T"); });
  gate_.wait_for_a_waiter();
  for (int i = 2; i < 12; ++i) EXPECT_TRUE(sign(i));
  EXPECT_TRUE(desk_->answer("qr", {{"payload", base64_of(std::vector<std::uint8_t>{1, 2, 3})}}));
  EXPECT_TRUE(desk_->answer("last_head", json::object()));
  EXPECT_TRUE(certify(20, totp_code(kSecret, clock_.at).value()));
  gate_.open();
  waiting.join();
  EXPECT_TRUE(stamped) << stamped.error().message;
}

TEST_F(BusySigner, AttackByRacingOneCodeForManyStatementsSignsOneOfThem) {
  const std::string code = totp_code(kSecret, clock_.at).value();
  std::atomic<int> signed_now{0};
  std::vector<std::thread> racers;
  for (int i = 0; i < 8; ++i)
    racers.emplace_back([&, i] {
      if (certify(100 + i, code)) ++signed_now;
    });
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(signed_now, 1);
}

TEST_F(BusySigner, KeepsOneUnbrokenRecordOfWhatManyAsk) {
  constexpr int kCallers = 6, kEach = 15;
  std::atomic<int> failures{0};
  {
    QuestionPool pool(kCallers);
    for (int i = 0; i < kCallers * kEach; ++i)
      pool.add([&, i] {
        const bool fine = i % 3 == 0
                              ? desk_->answer("qr", {{"payload", base64_of(std::vector<std::uint8_t>{1, 2})}}).has_value()
                              : sign(i).has_value();
        if (!fine) ++failures;
      });
    // The pool drops what is queued when it goes: wait until every line is there.
    for (int lines = 0; lines < kCallers * kEach && failures == 0;) {
      std::ifstream record(home_ / "record.jsonl");
      lines = static_cast<int>(std::count(std::istreambuf_iterator<char>(record), {}, '\n'));
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  EXPECT_EQ(failures, 0);
  open();  // fails on a line that does not follow from the one before
  EXPECT_NE(desk_, nullptr);
}

TEST_F(BusySigner, SignsHeadsOneAfterTheOtherSoThatEachContinuesTheLast) {
  gate_.open();
  // Four callers saw the same last head and ask for four different next ones: each must continue it.
  std::atomic<int> signed_now{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&, i] {
      const auto answer = desk_->answer("head", {{"timestamp", 1000u + static_cast<unsigned>(i)},
                                                 {"tree_size", 1u},
                                                 {"root", to_hex(digest_of(i))},
                                                 {"consistency", json::array()}});
      if (answer) ++signed_now;
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(signed_now, 1) << "two different logs of one leaf were signed";
}

}  // namespace
}  // namespace sogoc
