// A token that is unplugged and plugged in again while the signer runs.

#include "tools/signer/reopening_key.hpp"

#include <gtest/gtest.h>

#include "tests/unit/signing/signing_world.hpp"

namespace sogoc {
namespace {

// What is in the slot.
struct Slot {
  const test::Credential* token = nullptr;
  bool right_pin = true;
  int opened = 0, sessions_lost = 0;
};

class SlotKey final : public SigningKey {
 public:
  explicit SlotKey(Slot& slot) : slot_(slot), session_(slot.sessions_lost), key_(*slot.token, SignatureScheme::ecdsa_sha256) {}
  const DerBytes& certificate() const override { return key_.certificate(); }
  const std::vector<DerBytes>& chain() const override { return key_.chain(); }
  SignatureScheme scheme() const override { return key_.scheme(); }
  Result<std::vector<std::uint8_t>> sign_digest(std::span<const std::uint8_t> digest) override {
    if (slot_.token == nullptr || slot_.sessions_lost != session_)
      return fail(ErrorCode::unavailable, Retry::after_operator, "token", "the token was unplugged");
    return key_.sign_digest(digest);
  }

 private:
  Slot& slot_;
  int session_;
  test::MemoryKey key_;
};

class UnpluggedToken : public ::testing::Test {
 protected:
  void SetUp() override {
    slot_.token = &world_.body;
    auto key = ReopeningKey::open([this]() -> Result<std::unique_ptr<SigningKey>> {
      ++slot_.opened;
      if (slot_.token == nullptr)
        return fail(ErrorCode::unavailable, Retry::after_operator, "token", "the token is not there; plug it in");
      if (!slot_.right_pin) return fail(ErrorCode::no_permission, Retry::after_operator, "token", "the PIN is wrong");
      return std::make_unique<SlotKey>(slot_);
    });
    ASSERT_TRUE(key);
    key_ = *std::move(key);
  }
  void unplug() {
    slot_.token = nullptr;
    ++slot_.sessions_lost;
  }
  Result<std::vector<std::uint8_t>> sign() { return key_->sign_digest(std::vector<std::uint8_t>(32, 1)); }

  test::World world_;
  Slot slot_;
  std::unique_ptr<SigningKey> key_;
};

TEST_F(UnpluggedToken, FailsWithWhatToDoAndSignsAgainOnceItIsBack) {
  ASSERT_TRUE(sign());
  unplug();
  for (int i = 0; i < 3; ++i) {
    const auto gone = sign();
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().code, ErrorCode::unavailable);
  }
  slot_.token = &world_.body;
  EXPECT_TRUE(sign());
}

TEST_F(UnpluggedToken, ThatWasBackBeforeAnybodyAskedIsNotNoticed) {
  unplug();
  slot_.token = &world_.body;
  EXPECT_TRUE(sign());
}

TEST_F(UnpluggedToken, ThatRefusesThePinAfterwardsIsNotAskedTwice) {
  unplug();
  EXPECT_FALSE(sign());
  slot_.token = &world_.body;
  slot_.right_pin = false;
  const int before = slot_.opened;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(sign().error().code, ErrorCode::no_permission);
  EXPECT_EQ(slot_.opened, before + 1) << "three wrong PINs lock a token";
}

TEST_F(UnpluggedToken, AttackByPluggingInAnotherTokenSignsNothing) {
  unplug();
  EXPECT_FALSE(sign());
  slot_.token = &world_.certifier;
  const auto refused = sign();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
}

}  // namespace
}  // namespace sogoc
