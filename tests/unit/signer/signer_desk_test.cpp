// The signer as an attacker meets it who controls the coordinator: the database, the socket, every
// stored approval; but neither an approver's secret nor the signer's home.

#include "tools/signer/signer_desk.hpp"

#include <unistd.h>

#include <filesystem>

#include <gtest/gtest.h>

#include "pipeline/copies/merkle.hpp"
#include "tests/unit/signing/signing_world.hpp"
#include "tools/signer/encoding.hpp"

namespace sogoc {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;
using std::chrono::seconds;

struct TestClock final : Clock {
  UtcTime at{};
  [[nodiscard]] UtcTime now() const override { return at; }
};

const std::vector<std::uint8_t> kSecret(20, 7);

Sha256 digest_of(std::uint8_t first) {
  Sha256 digest;
  digest.bytes[0] = first;
  return digest;
}

class Signer : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "sogoc-desk-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    home_ = pattern;
    clock_.at = world_.now;
    open();
  }
  void TearDown() override {
    desk_.reset();
    fs::remove_all(home_);
  }

  void open(bool unattended = false) {
    desk_.reset();
    SignerDesk::Parts parts;
    parts.config.home = home_;
    parts.keys["body"].key = key_of(world_.body);
    parts.keys["body"].settings.unattended = unattended;
    parts.keys["certifier"].key = key_of(world_.certifier);
    parts.approvers["lan"] = {{"certifier"}, kSecret, {}};
    parts.approvers["an"] = {{"body", "certifier"}, {}, world_.certifier.certificate};
    parts.head_key = PlainKey::load_or_make(home_ / "head_key.pem").value();
    parts.qr_key = PlainKey::load_or_make(home_ / "qr_key.pem").value();
    parts.trust = world_.store();
    parts.network = [this](const TrustStore&) { return network(); };
    parts.clock = &clock_;
    desk_ = SignerDesk::open(std::move(parts), Log()).value();
  }

  [[nodiscard]] std::unique_ptr<SigningKey> key_of(const dev_pki::Credential& who) const {
    return std::make_unique<test::MemoryKey>(who, SignatureScheme::ecdsa_sha256);
  }
  [[nodiscard]] std::unique_ptr<ValidationClient> network() const { return world_.network(); }

  [[nodiscard]] ApprovalStatement statement(const Sha256& digest) const {
    return {"lan", "certifier", "B-B", clock_.at, {digest}};
  }
  [[nodiscard]] json ask(const Sha256& digest, const ApprovalStatement& statement, const std::string& code) const {
    const std::string text = statement_text(statement);
    return {{"copy", "1"}, {"role", "certifier"}, {"level", "B-B"}, {"digest", to_hex(digest)},
            {"statement", text}, {"proof_kind", "totp"}, {"proof", totp_proof(text, code).value}};
  }
  [[nodiscard]] std::string code() const { return totp_code(kSecret, clock_.at).value(); }
  Result<json> sign(const json& body) { return desk_->answer("sign", body); }
  void expect_refused(const json& body) {
    const auto answer = sign(body);
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().code == ErrorCode::no_permission || answer.error().code == ErrorCode::invalid_input)
        << answer.error().message;
  }

  test::World world_;
  TestClock clock_;
  fs::path home_;
  std::unique_ptr<SignerDesk> desk_;
};

TEST_F(Signer, SignsADigestThatItsApproverProved) {
  const auto answer = sign(ask(digest_of(1), statement(digest_of(1)), code()));
  ASSERT_TRUE(answer) << answer.error().message;
  const auto cms = bytes_from_base64((*answer)["cms"].get<std::string>());
  ASSERT_TRUE(cms);
  const Sha256 digest = digest_of(1);
  const auto facts = read_cms(*cms, [&](const std::string&) {
    return std::optional(std::vector<std::uint8_t>(digest.bytes.begin(), digest.bytes.end()));
  });
  ASSERT_TRUE(facts);
  EXPECT_TRUE(facts->signature_valid && facts->digest_matches);
}

TEST_F(Signer, SignsWhatOneStatementNamesWithOneCode) {
  ApprovalStatement both = statement(digest_of(1));
  both.digests = {digest_of(1), digest_of(2)};
  const std::string now = code();
  EXPECT_TRUE(sign(ask(digest_of(1), both, now)));
  clock_.at += seconds(120);  // the second copy is ready only now
  EXPECT_TRUE(sign(ask(digest_of(2), both, now)));
}

TEST_F(Signer, AttackWithoutAnApproval) {
  expect_refused({{"copy", "1"}, {"role", "certifier"}, {"level", "B-B"}, {"digest", to_hex(digest_of(1))}});
}

TEST_F(Signer, AttackByMarkingTheRowApproved) {
  // What a row turned to approved by hand can give: the word, and no proof.
  json body = ask(digest_of(1), statement(digest_of(1)), code());
  body["proof_kind"] = "unattended";
  expect_refused(body);
  body["proof_kind"] = "totp";
  body["proof"] = std::string(64, '0');
  expect_refused(body);
}

TEST_F(Signer, AttackByMovingAnApprovalToAnotherDigest) {
  json body = ask(digest_of(1), statement(digest_of(1)), code());
  body["digest"] = to_hex(digest_of(9));
  expect_refused(body);
}

TEST_F(Signer, AttackByRewritingTheStatementUnderAProof) {
  json body = ask(digest_of(1), statement(digest_of(1)), code());
  body["digest"] = to_hex(digest_of(9));
  body["statement"] = statement_text(statement(digest_of(9)));
  expect_refused(body);
}

TEST_F(Signer, AttackByReplayingACode) {
  const std::string now = code();
  ASSERT_TRUE(sign(ask(digest_of(1), statement(digest_of(1)), now)));
  expect_refused(ask(digest_of(2), statement(digest_of(2)), now));
}

TEST_F(Signer, AttackByReplayingACodeAfterARestart) {
  const std::string now = code();
  ASSERT_TRUE(sign(ask(digest_of(1), statement(digest_of(1)), now)));
  open();
  expect_refused(ask(digest_of(2), statement(digest_of(2)), now));
}

TEST_F(Signer, AttackWithAnEarlierCodeThatWasNeverUsed) {
  const std::string before = code();
  clock_.at += seconds(30);
  ASSERT_TRUE(sign(ask(digest_of(1), statement(digest_of(1)), code())));
  expect_refused(ask(digest_of(2), statement(digest_of(2)), before));
}

TEST_F(Signer, AttackWithAnOldApproval) {
  json body = ask(digest_of(1), statement(digest_of(1)), code());
  clock_.at += seconds(3600);
  expect_refused(body);
}

TEST_F(Signer, AttackWithAnApprovalFromTheFuture) {
  ApprovalStatement later = statement(digest_of(1));
  later.at += seconds(3600);
  expect_refused(ask(digest_of(1), later, code()));
}

TEST_F(Signer, AttackByAnApproverOfAnotherRole) {
  json body = ask(digest_of(1), statement(digest_of(1)), code());
  ApprovalStatement body_role = statement(digest_of(1));
  body_role.role = "body";
  const std::string text = statement_text(body_role);
  body["role"] = "body";
  body["statement"] = text;
  body["proof"] = totp_proof(text, code()).value;
  expect_refused(body);
}

TEST_F(Signer, AttackByAStranger) {
  ApprovalStatement strange = statement(digest_of(1));
  strange.approver = "mallory";
  expect_refused(ask(digest_of(1), strange, code()));
}

TEST_F(Signer, AttackByRaisingTheLevel) {
  json body = ask(digest_of(1), statement(digest_of(1)), code());
  body["level"] = "B-LTA";
  EXPECT_FALSE(sign(body));
}

TEST_F(Signer, AttackWithATokenSignatureOfAnotherKey) {
  ApprovalStatement by_token{"an", "certifier", "B-B", clock_.at, {digest_of(1)}};
  const std::string text = statement_text(by_token);
  test::MemoryKey wrong(world_.body, SignatureScheme::ecdsa_sha256);
  const Sha256 hash = sha256_of(std::as_bytes(std::span(text)));
  json body{{"copy", "1"}, {"role", "certifier"}, {"level", "B-B"}, {"digest", to_hex(digest_of(1))},
            {"statement", text}, {"proof_kind", "token"},
            {"proof", base64_of(wrong.sign_digest(hash.bytes).value())}};
  expect_refused(body);
  test::MemoryKey right(world_.certifier, SignatureScheme::ecdsa_sha256);
  body["proof"] = base64_of(right.sign_digest(hash.bytes).value());
  EXPECT_TRUE(sign(body));
}

TEST_F(Signer, AnUnattendedBodyKeySignsAndAPersonsKeyStillDoesNot) {
  open(true);
  EXPECT_TRUE(sign({{"copy", "1"}, {"role", "body"}, {"level", "B-B"}, {"digest", to_hex(digest_of(1))}}));
  expect_refused({{"copy", "1"}, {"role", "certifier"}, {"level", "B-B"}, {"digest", to_hex(digest_of(1))}});
}

json head_of(const MerkleStream& log, std::uint64_t time, const std::vector<Sha256>& path = {}) {
  json body{{"timestamp", time}, {"tree_size", log.size()}, {"root", to_hex(log.root())},
            {"consistency", json::array()}};
  for (const Sha256& hash : path) body["consistency"].push_back(to_hex(hash));
  return body;
}

TEST_F(Signer, AttackByRewritingTheLogAfterAHead) {
  MerkleStream log;
  for (std::uint8_t i = 0; i < 5; ++i) log.add(digest_of(i));
  ASSERT_TRUE(desk_->answer("head", head_of(log, 1000)));
  MerkleStream rewritten;
  for (std::uint8_t i = 0; i < 5; ++i) rewritten.add(digest_of(i == 2 ? 99 : i));
  const auto answer = desk_->answer("head", head_of(rewritten, 2000));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::invalid);
  rewritten.add(digest_of(5));
  EXPECT_FALSE(desk_->answer("head", head_of(rewritten, 2000, {digest_of(1), digest_of(2)})));
}

TEST_F(Signer, AttackByPuttingBackAnOldLog) {
  MerkleStream log;
  for (std::uint8_t i = 0; i < 4; ++i) log.add(digest_of(i));
  const json old = head_of(log, 1000);
  log.add(digest_of(4));
  ASSERT_TRUE(desk_->answer("head", head_of(log, 2000)));
  open();  // what was signed is remembered over a restart
  EXPECT_FALSE(desk_->answer("head", old));
}

TEST_F(Signer, AHeadThatContinuesTheLastIsSigned) {
  MerkleStream log;
  for (std::uint8_t i = 0; i < 4; ++i) log.add(digest_of(i));
  ASSERT_TRUE(desk_->answer("head", head_of(log, 1000)));
  log.add(merkle_leaf_hash("next"));
  // The old root is a complete subtree: the path is the new leaf alone.
  EXPECT_TRUE(desk_->answer("head", head_of(log, 2000, {merkle_leaf_hash("next")})));
}

TEST_F(Signer, NonsenseIsRefusedAndHarmsNothing) {
  for (const char* what : {"", "sign", "timestamp", "head", "qr", "unlock"})
    for (const char* body : {"{}", R"({"digest":7})", R"({"payload":""})", R"({"consistency":{}})"})
      EXPECT_FALSE(desk_->answer(what, json::parse(body))) << what << body;
  EXPECT_TRUE(desk_->answer("keys", json::object()));
}

}  // namespace
}  // namespace sogoc
