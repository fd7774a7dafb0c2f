#include "pipeline/copies/log_leaf.hpp"

#include "tests/unit/copies/copies_fixture.hpp"

namespace sogoc {
namespace {

LogLeaf leaf() {
  LogLeaf leaf;
  leaf.subject = LogSubject::copy;
  leaf.id = 12;
  leaf.state = "issued";
  leaf.at = UtcTime(std::chrono::milliseconds{1'788'591'802'000});
  return leaf;
}

TEST(LogLeaf, IsWrittenAsTheFormatPageSays) {
  EXPECT_EQ(leaf_text(leaf()),
            "{\"at\":\"2026-09-05T07:03:22.000Z\",\"commitment\":"
            "\"0000000000000000000000000000000000000000000000000000000000000000\",\"id\":12,\"state\":\"issued\","
            "\"subject\":\"copy\",\"v\":1}");
  EXPECT_EQ(value_of(leaf_from_text(leaf_text(leaf()))), leaf());
}

TEST(LogLeaf, RefusesWhatTheFormatPageDoesNotSay) {
  const std::string good = leaf_text(leaf());
  const auto with = [&](const std::string& what, const std::string& by) {
    std::string text = good;
    text.replace(text.find(what), what.size(), by);
    return text;
  };
  for (const std::string& text :
       {with("\"v\":1", "\"v\":2"), with("\"copy\"", "\"cow\""), with("\"id\":12", "\"id\":-1"), with("\"id\":12", "\"id\":\"12\""),
        with("000Z", "0Z"), with("0000000\"", "000000\""), with("{", "{ "), with("\"v\":1", "\"v\":1,\"x\":1"), std::string("[]"), std::string()})
    EXPECT_FALSE(leaf_from_text(text)) << text;
}

TEST(LogLeaf, CommitmentNeedsTheSalt) {
  LogSalt salt{};
  const Sha256 plain = log_commitment(salt, "{}");
  salt[31] = 1;
  EXPECT_NE(log_commitment(salt, "{}"), plain);
}

TEST(TreeHead, IsSignedInTheFormOfRfc9162) {
  TreeHead head;
  head.timestamp = 0x0102030405060708;
  head.tree_size = 0x1112131415161718;
  head.root.bytes.fill(0xAB);
  head.extensions = {1, 2, 3};
  std::string wanted = "01020304050607081112131415161718" "20";
  for (int i = 0; i < 32; ++i) wanted += "ab";
  EXPECT_EQ(hex_of(tree_head_bytes(head)), wanted + "0003010203");
}

SignedTreeHead signed_head() {
  SignedTreeHead head;
  head.head.timestamp = 1'788'591'802'000;
  head.head.tree_size = 1;
  head.head.root = merkle_leaf_hash(leaf_text(leaf()));
  head.public_key = {1, 2, 3};
  head.signature = {4, 5};
  return head;
}

TEST(ProofFiles, ReadWhatTheyWrite) {
  SignedTreeHead head = signed_head();
  EXPECT_EQ(value_of(head_from_json(head_to_json(head))), head);
  head.timestamp_token = {7, 7};
  EXPECT_EQ(value_of(head_from_json(head_to_json(head))), head);
  InclusionProof proof{leaf_text(leaf()), 0, {}, head, std::nullopt};
  EXPECT_EQ(value_of(inclusion_proof_from_json(proof_to_json(proof))), proof);
  proof.opening = LogOpening{{9}, "{\"name\":\"Nguyễn\"}"};
  EXPECT_EQ(value_of(inclusion_proof_from_json(proof_to_json(proof))), proof);
  const ConsistencyProof consistency{3, {}, {Sha256{}, Sha256{}}, head};
  EXPECT_EQ(value_of(consistency_proof_from_json(proof_to_json(consistency))), consistency);
}

TEST(ProofFiles, RefuseWhatIsNotTheirs) {
  const std::string head = head_to_json(signed_head());
  const auto with = [&](const std::string& what, const std::string& by) {
    std::string text = head;
    text.replace(text.find(what), what.size(), by);
    return text;
  };
  for (const std::string& text : {with("\"v\": 1", "\"v\": 2"), with("\"tree_size\": 1", "\"tree_size\": -1"), with("\"tree_size\": 1", "\"tree_size\": 1e99"),
                                  with("010203", "010204"), with("010203", "01020"), with("\"extensions\"", "\"extension\""),
                                  with("sogoc-log-head", "sogoc-log-heads"), std::string("null"), std::string("{}")})
    EXPECT_FALSE(head_from_json(text)) << text;
  EXPECT_FALSE(inclusion_proof_from_json(head));
  EXPECT_FALSE(consistency_proof_from_json(head));
}

TEST(ProofFiles, SayWhatDoesNotHold) {
  InclusionProof proof{leaf_text(leaf()), 0, {}, signed_head(), std::nullopt};
  EXPECT_TRUE(check_inclusion(proof));
  proof.opening = LogOpening{{}, "{}"};
  EXPECT_EQ(check_inclusion(proof).error().code, ErrorCode::invalid);  // opens something else
  proof.opening.reset();
  proof.index = 1;
  EXPECT_FALSE(check_inclusion(proof));
  proof.index = 0;
  proof.head.head.root = {};
  EXPECT_FALSE(check_inclusion(proof));
}

TEST(ProofFiles, AnOlderHeadDoesNotContinueALaterOne) {
  ConsistencyProof proof{1, signed_head().head.root, {}, signed_head()};
  EXPECT_TRUE(check_consistency(proof, signed_head().head));
  TreeHead later = signed_head().head;
  later.timestamp += 1;
  EXPECT_FALSE(check_consistency(proof, later));
  TreeHead other = signed_head().head;
  other.root = {};
  EXPECT_FALSE(check_consistency(proof, other));
}

}  // namespace
}  // namespace sogoc
