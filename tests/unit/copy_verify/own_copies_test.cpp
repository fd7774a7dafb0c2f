// Copies as this project makes them: composed, signed twice, with validation data and an archive
// timestamp. What our writers write must pass our verifier, and one byte more must not.

#include "tests/unit/copy_verify/checked.hpp"
#include "tests/unit/copy_write/test_copies.hpp"
#include "workers/pades/pades.hpp"

namespace sogoc::test {
namespace {

DerBytes cms_over(const Sha256& digest, const Credential& who) {
  CmsWish wish;
  wish.message_digest = {digest.bytes.begin(), digest.bytes.end()};
  wish.timestamp = stamped_by(pki().tsa, kSigned);
  return made_cms(who, wish);
}

// Signs the open hole of the file.
void sign(const std::filesystem::path& file, const SignatureHole& hole, const Credential& who) {
  const auto digest = byte_range_digest(file, hole);
  ASSERT_TRUE(digest);
  const auto filled = fill_hole(file, hole, cms_over(*digest, who));
  ASSERT_TRUE(filled) << to_string(filled.error());
}

class OwnCopies : public testing::TestWithParam<std::string> {
 protected:
  // The file of a copy of that kind at level B-LTA.
  void issue() {
    CopyDraft draft = bench_.draft(GetParam());
    const auto prepared = bench_.compose(draft);
    ASSERT_TRUE(prepared) << to_string(prepared.error());
    std::filesystem::path file = bench_.pdf();
    const std::filesystem::path folder = bench_.folder("revisions");
    sign(file, {prepared->hole_begin, prepared->hole_end, prepared->bytes}, pki().body);
    number_ = value_of(draft, "copy_number");
    for (std::size_t i = 1; i < draft.signatures.size(); ++i) {
      const auto next = folder / ("signed-" + std::to_string(i) + ".pdf");
      const auto hole = append_signature(file, next,
                                         {draft.signatures[i].name, "2026-11-25T08:31:00+07:00",
                                          draft.signatures[i].signer, "", ""});
      ASSERT_TRUE(hole) << to_string(hole.error());
      sign(next, *hole, pki().certifier);
      file = next;
    }
    ValidationMaterial material{pki().body.chain, good_evidence().ocsp, good_evidence().crls};
    material.certificates.push_back(pki().tsa.certificate);
    const auto validated = folder / "validated.pdf", stamped = folder / "stamped.pdf";
    const auto done = append_dss(file, validated, material);
    ASSERT_TRUE(done) << to_string(done.error());
    const auto hole = append_document_timestamp(validated, stamped);
    ASSERT_TRUE(hole) << to_string(hole.error());
    const auto digest = byte_range_digest(stamped, *hole);
    ASSERT_TRUE(digest);
    StampWish wish;
    wish.imprint = {digest->bytes.begin(), digest->bytes.end()};
    wish.time = kSigned + std::chrono::hours(2);
    ASSERT_TRUE(fill_hole(stamped, *hole, made_stamp(pki().tsa, wish)));
    std::ifstream in(stamped, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(in), {});
    signatures_ = draft.signatures.size();
  }
  CopyBench bench_;
  std::string bytes_, number_;
  std::size_t signatures_ = 0;
};

TEST_P(OwnCopies, AreValidAtTheHighestLevelWithNothingButThemselves) {
  issue();
  const auto report = asked(bytes_);
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(report->verdict, Verdict::valid) << told(*report);
  ASSERT_EQ(report->signatures.size(), signatures_ + 1);
  for (const SignatureReport& one : report->signatures)
    EXPECT_TRUE(one.document_timestamp || one.level == "B-LTA") << one.field << one.level;
  EXPECT_EQ(report->copy_number, number_);
  EXPECT_TRUE(report->findings.empty()) << told(*report);
}

TEST_P(OwnCopies, AreInvalidWithOneByteFlipped) {
  issue();
  std::string changed = bytes_;
  const auto at = changed.find("stream", changed.size() / 3) + 20;
  changed[at] = static_cast<char>(changed[at] ^ 1);
  const auto report = asked(changed);
  EXPECT_TRUE(!report || report->verdict == Verdict::invalid) << (report ? told(*report) : "");
}

INSTANTIATE_TEST_SUITE_P(Kinds, OwnCopies,
                         testing::Values("register_copy", "certified_copy", "sao_y"),
                         [](const auto& kind) { return kind.param; });

}  // namespace
}  // namespace sogoc::test
