// What our program writes, checked by a verifier in another language that was written from the format
// page alone (tests/log_verifier/verify.py).

#include <cstdlib>
#include <fstream>

#include <sys/wait.h>

#include "tests/unit/storage/copies_fixture.hpp"

namespace sogoc {
namespace {

class Stranger : public CopiesTest {
 protected:
  void write(const std::string& name, const std::string& text) { std::ofstream(folder_.path() / name) << text; }
  // 0: valid, 6: does not hold; anything else: it could not read our file.
  int verify(const std::string& what, const std::string& file, const SignedTreeHead& head, const std::string& remembered = "") {
    const std::string folder = folder_.path().string() + "/";
    std::string command = "python3 " SOGOC_SOURCE_DIR "/tests/log_verifier/verify.py " + what + " " + folder + file + " " +
                          to_hex(key_id_of(head.public_key));
    if (!remembered.empty()) command += " " + folder + remembered;
    const int status = std::system((command + " > /dev/null").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string exported() {
    std::string text;
    for (const LogEntry& entry : value_of(copies().log_range(0, 10'000)))
      text += "{\"index\":" + std::to_string(entry.index) + ",\"leaf\":\"" + escaped(leaf_text(entry.leaf)) + "\"}\n";
    for (const SignedTreeHead& head : value_of(copies().heads())) {
      std::string json = head_to_json(head);
      std::erase(json, '\n');
      text += "{\"head\":" + json + "}\n";
    }
    return text;
  }
  static std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '"' ? std::string("\\\"") : std::string(1, c);
    return out;
  }
  static std::string changed(std::string text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return at == std::string::npos ? text : text.replace(at, what.size(), by);
  }
};

TEST_F(Stranger, AcceptsOurProofsAtManySizesAndNoChangedOne) {
  TestHeadSigner signer{P256Key()};
  SignedTreeHead first = value_of(publish_head(copies(), signer)), last = first;
  write("first.json", head_to_json(first));
  for (int round = 0; round < 9; ++round) {
    const CopyDetails copy = issued(round % 2 == 0 ? CopyKind::register_copy : CopyKind::certified_copy);
    for (int i = 0; i < round; ++i) EXPECT_DONE(catalogue().add_event("A", "view", "page", ""));
    clock_.turn(std::chrono::minutes(1));
    last = value_of(publish_head(copies(), signer));
    write("proof.json", proof_to_json(value_of(prove_copy(copies(), copy.id))));
    EXPECT_EQ(verify("inclusion", "proof.json", last), 0) << last.head.tree_size;
    write("consistency.json", proof_to_json(value_of(prove_consistency(copies(), first.head))));
    EXPECT_EQ(verify("consistency", "consistency.json", last, "first.json"), 0) << last.head.tree_size;
  }
  write("last.json", head_to_json(last));
  write("same.json", proof_to_json(value_of(prove_consistency(copies(), last.head))));
  EXPECT_EQ(verify("consistency", "same.json", last, "last.json"), 0);
  write("log.jsonl", exported());
  EXPECT_EQ(verify("export", "log.jsonl", last), 0);

  const std::string proof = proof_to_json(value_of(prove_copy(copies(), 3)));
  for (const auto& [what, by] : std::vector<std::pair<std::string, std::string>>{
           {"issued", "voided"}, {"\"index\": ", "\"index\": 1"}, {"\\\"state\\\":\\\"issued\\\"", "\\\"state\\\":\\\"revoked\\\""},
           {"\"tree_size\": ", "\"tree_size\": 1"}, {"\"timestamp\": 1", "\"timestamp\": 2"}}) {
    write("bad.json", changed(proof, what, by));
    EXPECT_EQ(verify("inclusion", "bad.json", last), 6) << what;
  }
  SignedTreeHead stranger = P256Key().sign_head(last.head);
  InclusionProof forged = value_of(prove_copy(copies(), 3));
  forged.head = stranger;
  write("bad.json", proof_to_json(forged));
  EXPECT_EQ(verify("inclusion", "bad.json", last), 6);  // not under the published key
  EXPECT_EQ(verify("inclusion", "bad.json", stranger), 0);  // though it holds under its own
  write("bad.jsonl", changed(exported(), "recorded", "recorder"));
  EXPECT_EQ(verify("export", "bad.jsonl", last), 6);
  write("bad.json", changed(proof_to_json(value_of(prove_consistency(copies(), first.head))), "\"first_root\": \"", "\"first_root\": \"0"));
  EXPECT_EQ(verify("consistency", "bad.json", last, "first.json"), 6);
  EXPECT_EQ(verify("consistency", "same.json", last, "first.json"), 6);
}

}  // namespace
}  // namespace sogoc
