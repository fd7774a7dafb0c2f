// What somebody with the database in hand can do to the log and its rows, and that each is found
// out. The names of these tests stand in the table of attacks.

#include <cstring>

#include <sqlite3.h>

#include "storage/log_rows.hpp"
#include "storage/copy_rows.hpp"
#include "tests/unit/storage/copies_fixture.hpp"

namespace sogoc {
namespace {

using namespace std::chrono_literals;

class LogAttack : public CopiesTest {
 protected:
  LogAttack() {
    victim_ = issued();
    other_ = issued();
    EXPECT_DONE(catalogue().add_event("A", "view", "page 1", "note"));
    head_ = value_of(publish_head(copies(), signer_));
    EXPECT_TRUE(log_problems({head_}).empty());
    clock_.turn(1h);
  }

  // As the attacker: no triggers, no rules.
  void sql(const std::string& text) {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open((archive_->folder() / "catalogue.sqlite").c_str(), &handle), SQLITE_OK);
    std::string triggers;
    const auto collect = [](void* out, int, char** values, char**) {
      *static_cast<std::string*>(out) += std::string("DROP TRIGGER ") + values[0] + ";";
      return 0;
    };
    char* why = nullptr;
    sqlite3_exec(handle, "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name NOT LIKE '%_counted_%'", collect, &triggers, nullptr);
    const int code = sqlite3_exec(handle, (triggers + text).c_str(), nullptr, nullptr, &why);
    EXPECT_EQ(code, SQLITE_OK) << (why != nullptr ? why : "");
    sqlite3_free(why);
    sqlite3_close(handle);
  }
  std::unique_ptr<Database> raw() {
    return value_of(Database::open(archive_->folder() / "catalogue.sqlite", Database::Mode::existing, false));
  }

  // Everything that the tree needs, computed anew from the leaves' texts: what a careful forger does.
  void recompute_hashes() {
    auto database = raw();
    EXPECT_DONE(database->write([&]() -> Done {
      std::vector<std::pair<std::int64_t, std::string>> leaves;
      {
        auto query = database->query("SELECT rowid, leaf FROM copy_log ORDER BY idx");
        while (query.next()) leaves.emplace_back(query.integer(0), query.text(1));
      }
      MerkleStream tree;
      for (const auto& [id, text] : leaves) {
        tree.add(merkle_leaf_hash(text));
        Octets hashes;
        for (const Sha256& hash : tree.completed()) hashes.insert(hashes.end(), hash.bytes.begin(), hash.bytes.end());
        database->run("UPDATE copy_log SET hashes = ?2 WHERE idx = ?1", id, hashes);
      }
      return {};
    }));
  }
  // Changes a copy's row and every leaf about its last state so that they agree again.
  void relog_copy(CopyId id) {
    auto database = raw();
    EXPECT_DONE(database->write([&]() -> Done {
      const auto copy = load_copy(*database, id);
      const std::string private_part = private_part_of(*copy);
      std::int64_t index = -1;
      LogLeaf leaf;
      LogSalt salt{};
      {
        auto query = database->query("SELECT idx, leaf, salt FROM copy_log WHERE subject = 'copy' AND subject_id = ?1 ORDER BY idx DESC LIMIT 1", id);
        if (!query.next()) return {};
        index = query.integer(0);
        leaf = *leaf_from_text(query.text(1));
        const auto stored = query.blob(2);
        std::copy(stored.begin(), stored.end(), salt.begin());
      }
      leaf.state = name(copy->state);
      leaf.commitment = log_commitment(salt, private_part);
      database->run("UPDATE copy_log SET leaf = ?2, private = ?3 WHERE idx = ?1", index, leaf_text(leaf), private_part);
      return {};
    }));
    recompute_hashes();
  }
  // What verify says now must speak of this.
  void expect_found(const std::string& words, const std::vector<SignedTreeHead>& remembered = {}) {
    const auto problems = log_problems(remembered);
    EXPECT_TRUE(std::any_of(problems.begin(), problems.end(),
                            [&](const std::string& line) { return line.find(words) != std::string::npos; }))
        << "nothing about: " << words << "; first: " << (problems.empty() ? "none" : problems.front());
    const VerifyReport whole = value_of(archive_->verify({}));
    if (remembered.empty()) {
      EXPECT_TRUE(std::any_of(whole.problems.begin(), whole.problems.end(), [](const VerifyProblem& p) { return p.kind == VerifyKind::log; }));
    }
  }

  P256Key key_;
  TestHeadSigner signer_{key_};
  CopyDetails victim_, other_;
  SignedTreeHead head_;
};

TEST_F(LogAttack, AttackChangedCopyRow) {
  sql("UPDATE copies SET state = 'issued', reason = '' WHERE id = 1; UPDATE copies SET state_by = 'X' WHERE id = 1");
  expect_found("copy 1: is not what was logged");
}

TEST_F(LogAttack, AttackRevokedCopyTurnedValidAgain) {
  (void)value_of(copies().revoke_copy(victim_.id, "cấp sai", kHead));
  sql("UPDATE copies SET state = 'issued', reason = '' WHERE id = 1");
  expect_found("is issued, but the log says revoked");
}

TEST_F(LogAttack, AttackOtherFileForAnIssuedCopy) {
  sql("UPDATE copies SET file = (SELECT file FROM copies WHERE id = 2) WHERE id = 1");
  expect_found("copy 1: is not what was logged");
}

TEST_F(LogAttack, AttackOtherIssueRecord) {
  sql("UPDATE copies SET record_json = replace(record_json, 'NGUYỄN', 'TRẦN') WHERE id = 1");
  expect_found("its issue record does not have the digest that was logged");
}

TEST_F(LogAttack, AttackCopyAddedPastTheLog) {
  sql("INSERT INTO copies (kind, state, state_at, state_by, source_kind, source_id, medium, template_version, resume_note, book, series, number, year, "
      "copy_number) SELECT kind, state, state_at, state_by, source_kind, source_id, medium, template_version, resume_note, book, series, 99, year, "
      "'99/2026-BSG' FROM copies WHERE id = 1");
  expect_found("is not in the log: it was added past it");
  expect_found("number 99 stands where 3 should");
}

TEST_F(LogAttack, AttackDeletedCopy) {
  sql("PRAGMA foreign_keys = OFF; DELETE FROM copy_signatures WHERE copy = 2; DELETE FROM copies WHERE id = 2");
  expect_found("copy 2: was logged");
}

TEST_F(LogAttack, AttackReusedNumber) {
  sql("UPDATE issue_books SET last_number = 1");
  expect_found("its last number is 1, but 2 was given");
  // And the database itself refuses the second 02.
  EXPECT_FALSE(copies().begin_copy(wanted(), {source_, {}, "", ""}, test_series(), kClerk));
}

TEST_F(LogAttack, AttackChangedEvent) {
  sql("UPDATE events SET by = 'somebody else' WHERE what = 'view'");
  expect_found("is not what was logged: its row was changed");
}

TEST_F(LogAttack, AttackDeletedEvent) {
  sql("DELETE FROM events WHERE what = 'view'");
  expect_found("was logged");
}

TEST_F(LogAttack, AttackEventAddedPastTheLog) {
  sql("INSERT INTO events (at, by, what, subject, note) VALUES (1, 'A', 'view', 'x', '')");
  expect_found("is not in the log: it was added past it");
}

TEST_F(LogAttack, AttackForgedApproval) {
  sql("UPDATE copy_approvals SET approver = 'X' WHERE copy = 1");
  expect_found("approval 1: is not what was logged");
}

TEST_F(LogAttack, AttackApprovalAddedPastTheLog) {
  sql("INSERT INTO copy_approvals (copy, role, digest, level, approver, at, statement, proof_kind, proof) SELECT copy, 'certifier', digest, level, "
      "approver, at, statement, proof_kind, proof FROM copy_approvals WHERE copy = 1");
  expect_found("is not in the log: it was added past it");
}

TEST_F(LogAttack, AttackRowTurnedToApprovedByHand) {
  const CopyDetails wanted_only = value_of(copies().add_copy(wanted(), kClerk));
  sql("UPDATE copies SET state = 'approved' WHERE id = " + std::to_string(wanted_only.id));
  expect_found("is approved, but the log says requested");
}

TEST_F(LogAttack, AttackChangedRequest) {
  const RequestDetails one = request();
  sql("UPDATE requests SET data = replace(data, 'Nguyễn Văn Mẫu', 'Người Khác') WHERE id = " + std::to_string(one.id));
  expect_found("request 1: is not what was logged");
}

TEST_F(LogAttack, AttackBackDatedRequest) {
  const RequestDetails one = request();
  sql("UPDATE requests SET received_at = received_at - 86400000, deadline = deadline - 86400000 WHERE id = " + std::to_string(one.id));
  expect_found("request 1: is not what was logged");
}

TEST_F(LogAttack, AttackRewrittenLeaf) {
  sql("UPDATE copy_log SET leaf = replace(leaf, '\"issued\"', '\"voided\"') WHERE idx = 7");
  sql("UPDATE copy_log SET leaf = replace(leaf, '\"state\":\"', '\"state\":\"x') WHERE idx = 6");
  expect_found("its stored hashes are not those of its leaves");
}

TEST_F(LogAttack, AttackRewrittenLeafWithHashesComputedAnew) {
  sql("UPDATE copies SET copy_number = '77/2026-BSG' WHERE id = 1");
  relog_copy(victim_.id);
  expect_found("its root is not that of the entries: the log was rewritten after it was signed");
}

TEST_F(LogAttack, AttackDeletedLeaf) {
  sql("DELETE FROM copy_log WHERE idx = 3");
  expect_found("entries are missing");
}

TEST_F(LogAttack, AttackDeletedLeafAndTheRestMovedUp) {
  sql("DELETE FROM copy_log WHERE idx = (SELECT max(idx) FROM copy_log); DELETE FROM events WHERE what = 'view'");
  recompute_hashes();
  expect_found("the log was cut");
}

TEST_F(LogAttack, AttackReorderedLeaves) {
  sql("UPDATE copy_log SET idx = -1 WHERE idx = 4; UPDATE copy_log SET idx = 4 WHERE idx = 5; UPDATE copy_log SET idx = 5 WHERE idx = -1");
  expect_found("its stored hashes are not those of its leaves");
  recompute_hashes();
  expect_found("its root is not that of the entries");
}

TEST_F(LogAttack, AttackBackDatedLeaf) {
  // A new leaf at the end, as the program would write it, dated before the head.
  auto database = raw();
  const std::string text = leaf_text({LogSubject::event, 999, "recorded", clock_.now() - 24h, Sha256{}});
  EXPECT_DONE(database->write([&]() -> Done {
    const auto size = log_size(*database);
    const auto completed = value_of(merkle_append(size, merkle_leaf_hash(text), log_nodes(*database)));
    Octets hashes;
    for (const Sha256& hash : completed) hashes.insert(hashes.end(), hash.bytes.begin(), hash.bytes.end());
    database->run("INSERT INTO copy_log VALUES (?1, ?2, 'event', 999, ?3, ?4, NULL, ?5)", size, clock_.now() - 24h, text, Octets(32, 0), hashes);
    return {};
  }));
  expect_found("before the entry it follows: back-dated");
  expect_found("that does not know it: back-dated");
}

TEST_F(LogAttack, AttackBackDatedEvent) {
  clock_.turn(-48h);
  EXPECT_DONE(catalogue().add_event("A", "view", "page 9", ""));  // the clock was turned back for it
  clock_.turn(48h);
  expect_found("back-dated, or the clock was wrong");
}

TEST_F(LogAttack, AttackChangedLeafTime) {
  sql("UPDATE copy_log SET leaf = replace(leaf, '\"at\":\"2026', '\"at\":\"2025'), at = at - 31536000000");
  recompute_hashes();
  expect_found("its root is not that of the entries");
}

TEST_F(LogAttack, AttackChangedSalt) {
  sql("UPDATE copy_log SET salt = randomblob(32) WHERE subject = 'copy'");
  expect_found("is not what was logged");
}

TEST_F(LogAttack, AttackDeletedHead) {
  sql("DELETE FROM log_heads; UPDATE copies SET copy_number = '77/2026-BSG' WHERE id = 1");
  relog_copy(victim_.id);
  EXPECT_TRUE(log_problems().empty());  // from inside nothing is left that could tell
  const auto problems = log_problems({head_});  // whoever kept the head can
  ASSERT_FALSE(problems.empty());
  EXPECT_NE(problems[0].find("remembered head"), std::string::npos);
}

TEST_F(LogAttack, AttackForgedHead) {
  sql("UPDATE log_heads SET root = zeroblob(32)");
  expect_found("its signature does not hold");
}

TEST_F(LogAttack, AttackHeadUnderTheAttackersOwnKey) {
  sql("DELETE FROM log_heads; UPDATE copies SET copy_number = '77/2026-BSG' WHERE id = 1");
  relog_copy(victim_.id);
  const P256Key own;
  EXPECT_DONE(copies().add_head(own.sign_head(value_of(copies().current_head()))));
  EXPECT_FALSE(log_problems({head_}).empty());
  EXPECT_NE(key_id_of(value_of(copies().latest_head())->public_key), key_id_of(head_.public_key));
}

// The strongest one: database and the log's own key, everything rewritten and signed again.
TEST_F(LogAttack, AttackOperatorWithDatabaseAndHeadKeyAfterAHeadWasExported) {
  const SignedTreeHead exported = value_of(head_from_json(head_to_json(head_)));
  sql("DELETE FROM log_heads; UPDATE copies SET state = 'revoked', reason = 'x' WHERE id = 1");
  relog_copy(victim_.id);
  TreeHead forged = value_of(copies().current_head());
  forged.timestamp = exported.head.timestamp;
  EXPECT_DONE(copies().add_head(key_.sign_head(forged)));
  EXPECT_TRUE(log_problems().empty());  // the archive agrees with itself
  const auto proof = prove_consistency(copies(), exported.head);
  if (proof) {
    EXPECT_EQ(check_consistency(*proof, exported.head).error().code, ErrorCode::invalid);
  }
  EXPECT_FALSE(log_problems({exported}).empty());

  // Also when honest work goes on for long after the forgery.
  (void)issued();
  EXPECT_DONE(copies().add_head(key_.sign_head(value_of(copies().current_head()))));
  const auto later = value_of(prove_consistency(copies(), exported.head));
  const auto checked = check_consistency(later, exported.head);
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().message.find("rewritten"), std::string::npos);
}

// With the database alone: the signer does not sign what does not continue its own last head.
TEST_F(LogAttack, AttackOperatorAsksTheSignerToSignARewrittenLog) {
  sql("DELETE FROM log_heads; UPDATE copies SET copy_number = '77/2026-BSG' WHERE id = 1");
  relog_copy(victim_.id);
  const auto refused = publish_head(copies(), signer_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid);
}

TEST_F(LogAttack, AttackArchiveSetBackToAnOldBackup) {
  sql("DELETE FROM log_heads; DELETE FROM copy_log WHERE idx >= 5");
  expect_found("the log was cut", {head_});
  EXPECT_EQ(publish_head(copies(), signer_).error().code, ErrorCode::invalid);
}

TEST_F(LogAttack, AttackProofOfAnotherCopy) {
  InclusionProof proof = value_of(prove_copy(copies(), victim_.id));
  proof.opening = value_of(prove_copy(copies(), other_.id)).opening;
  EXPECT_EQ(check_inclusion(proof).error().code, ErrorCode::invalid);
  proof = value_of(prove_copy(copies(), victim_.id));
  proof.leaf = value_of(prove_copy(copies(), other_.id)).leaf;
  EXPECT_EQ(check_inclusion(proof).error().code, ErrorCode::invalid);
}

TEST_F(LogAttack, AttackThroughTheProgramItselfIsStoppedByTriggers) {
  (void)request();
  for (const char* text : {"UPDATE copy_log SET leaf = 'x'", "DELETE FROM copy_log", "DELETE FROM copies", "UPDATE copies SET number = 9",
                           "DELETE FROM log_heads", "UPDATE log_heads SET timestamp = 1", "DELETE FROM requests", "UPDATE copy_approvals SET proof = x'00'",
                           "DELETE FROM copy_approvals", "DELETE FROM issue_books", "UPDATE issue_books SET last_number = 1",
                           "INSERT INTO copy_log VALUES (999, 1, 'event', 1, 'x', x'00', NULL, x'00')"}) {
    auto database = raw();
    EXPECT_FALSE(database->write([&]() -> Done {
      database->run(text);
      return {};
    })) << text;
  }
  EXPECT_TRUE(log_problems({head_}).empty());
}

}  // namespace
}  // namespace sogoc
