// The life of a copy with the power cut at every step: it goes on with its number, and is issued once.

#include "pipeline/flow/copy_flow.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/unit/storage/copies_fixture.hpp"

namespace sogoc {
namespace {

// Fails the nth call from now on, as a process that dies there would leave things.
class Power {
 public:
  void cut_at(int call) { left_ = call; }
  [[nodiscard]] bool is_on() const { return left_ != 0; }
  Done use() {
    if (left_ > 0) --left_;
    if (left_ == 0) return fail(ErrorCode::crashed, Retry::same_step, "power", "was cut");
    return {};
  }

 private:
  int left_ = -1;
};

class CopyFlow : public CopiesTest,
                 public CopySources,
                 public CopyBench,
                 public CopySigner,
                 public CopyChecker {
 protected:
  // ---- The ports
  Result<GatheredSource> gather(const CopySource& source) override {
    SOGOC_CHECK(power_.use());
    GatheredSource gathered;
    gathered.facts.source = source;
    gathered.facts.subject = "document";
    gathered.facts.confirmed_by = "A";
    gathered.facts.digest = source_;
    gathered.facts.fixity_checked_at = clock_.now();
    gathered.facts.pages = {{"page 1", 24, 300, false, true}};
    gathered.facts.original_presented = true;
    gathered.pdf = source_;
    gathered.pages = {1};
    gathered.title = "Quyết định số 1";
    return gathered;
  }
  Result<HeldRevision> held(const std::string& what) {
    SOGOC_CHECK(power_.use());
    const std::string bytes = what + " made " + std::to_string(++made_);
    SOGOC_TRY(const Sha256 file, archive_->blobs().put(bytes_of(bytes)));
    return HeldRevision{file, digest_of("range of " + bytes)};
  }
  Result<HeldRevision> compose(const CopyDraft& draft) override {
    last_draft_ = draft;
    return held("first revision");
  }
  Result<HeldRevision> append_signature(const Sha256&, const CopySignatureField&, const std::string&) override {
    return held("second signature");
  }
  Result<Sha256> append_evidence(const Sha256&, const ValidationEvidence&) override {
    SOGOC_TRY(const HeldRevision revision, held("evidence"));
    return revision.file;
  }
  Result<HeldRevision> append_timestamp(const Sha256&) override { return held("document timestamp"); }
  Result<Sha256> fill(const HeldRevision& revision, std::span<const std::uint8_t>) override {
    SOGOC_CHECK(power_.use());
    return archive_->blobs().put(bytes_of("filled " + to_hex(revision.digest)));
  }
  Result<bool> runs_unattended(SignatureRole role) override { return unattended_ && role == SignatureRole::body; }
  Result<Octets> qr_public_key() override { return Octets{1, 2, 3}; }
  Result<MadeSignature> sign(const SignatureOrder& order) override {
    SOGOC_CHECK(power_.use());
    signed_digests_.push_back(order.digest);
    return MadeSignature{{1}, {}};
  }
  Result<MadeSignature> timestamp(const Sha256&) override {
    SOGOC_CHECK(power_.use());
    return MadeSignature{{2}, {}};
  }
  Result<Octets> sign_qr(std::span<const std::uint8_t>) override {
    SOGOC_CHECK(power_.use());
    return Octets(64, 1);
  }
  Done check(const Sha256&, const std::string&, const ValidationEvidence&) override { return power_.use(); }

  CopyParts parts() { return {copies(), *this, *this, *this, *this, clock_}; }
  CopyOrder order(const std::string& token, const std::string& level = "B-LTA") {
    CopyOrder order;
    order.client_token = token;
    order.kind = CopyKind::register_copy;
    order.source = {CopySourceKind::document, document_};
    order.level = level;
    order.template_version = "2026-01-01";
    order.body = "UBND xã A";
    return order;
  }
  std::string block_time() const {
    const auto found = std::find_if(last_draft_.values.begin(), last_draft_.values.end(),
                                    [](const auto& value) { return value.first == "signing_time"; });
    return found == last_draft_.values.end() ? "" : found->second;
  }

  Power power_;
  bool unattended_ = true;
  int made_ = 0;
  CopyDraft last_draft_;
  std::vector<Sha256> signed_digests_;
};

TEST_F(CopyFlow, CutAtAnyStepGoesOnWithItsNumberAndIsIssuedOnce) {
  int cuts = 0;
  for (std::int64_t number = 1;; ++number) {
    const std::string token = "t" + std::to_string(number);
    power_.cut_at(static_cast<int>(number));
    auto copy = begin_copy(parts(), order(token), test_series(), kClerk);
    if (copy) copy = continue_copy(parts(), copy->id, kClerk);
    const bool was_cut = !power_.is_on();
    EXPECT_NE(copy.has_value(), was_cut);
    // The next process finds the copy by its token, or begins it.
    power_.cut_at(-1);
    const CopyDetails again = value_of(begin_copy(parts(), order(token), test_series(), kClerk));
    const CopyDetails issued = value_of(continue_copy(parts(), again.id, kClerk));
    EXPECT_EQ(issued.state, CopyState::issued) << "cut at call " << number;
    EXPECT_EQ(issued.number, number) << "no gap and no repeat";
    ASSERT_EQ(issued.signatures.size(), 1u);
    EXPECT_EQ(signed_digests_.back(), *issued.signatures.front().digest);
    if (!was_cut) break;
    ++cuts;
  }
  EXPECT_GE(cuts, 9) << "gather, compose, sign, fill, evidence, timestamp, check";
  EXPECT_TRUE(log_problems().empty());
}

TEST_F(CopyFlow, ThatWaitedLongForAnUnattendedKeyIsComposedAnewSoThatTheBlockBearsTheTimeOfSigning) {
  power_.cut_at(5);  // at the signature
  const CopyDetails copy = value_of(begin_copy(parts(), order("t"), test_series(), kClerk));
  ASSERT_FALSE(continue_copy(parts(), copy.id, kClerk));
  power_.cut_at(-1);
  const std::string first = block_time();
  const Sha256 before = *value_of(copies().copy(copy.id)).signatures.front().digest;
  clock_.turn(std::chrono::hours(2));
  const CopyDetails issued = value_of(continue_copy(parts(), copy.id, kClerk));
  EXPECT_EQ(issued.state, CopyState::issued);
  EXPECT_NE(*issued.signatures.front().digest, before);
  EXPECT_NE(block_time(), first);
}

TEST_F(CopyFlow, IsMadeAnewBeforeAnApproverIsAskedAndNeverUnderAnApproval) {
  unattended_ = false;
  const CopyDetails begun = value_of(begin_copy(parts(), order("t"), test_series(), kClerk));
  const CopyDetails copy = value_of(continue_copy(parts(), begun.id, kClerk));
  const Sha256 first = waiting_for(copy)->digest;
  clock_.turn(std::chrono::minutes(4));
  EXPECT_EQ(waiting_for(value_of(freshen_copy(parts(), copy.id)))->digest, first) << "not due yet";
  clock_.turn(std::chrono::minutes(4));
  const Sha256 second = waiting_for(value_of(freshen_copy(parts(), copy.id)))->digest;
  EXPECT_NE(second, first);
  const CopyApproval approval{copy.id, SignatureRole::body, second, "B-LTA", kHead.name, clock_.now(), "{}", "token", {1}};
  EXPECT_DONE(copies().add_approval(approval, kHead));
  clock_.turn(std::chrono::hours(1));
  EXPECT_EQ(waiting_for(value_of(freshen_copy(parts(), copy.id)))->digest, second) << "an approval binds these bytes";
  EXPECT_EQ(value_of(continue_copy(parts(), copy.id, kClerk)).state, CopyState::issued);
  EXPECT_EQ(signed_digests_.back(), second);
}

}  // namespace
}  // namespace sogoc
