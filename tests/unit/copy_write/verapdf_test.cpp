// Every kind of copy through its whole life, judged by veraPDF in one Java process.

#include <gtest/gtest.h>

#include "models/copy_catalog.hpp"
#include "tests/support/test_pki.hpp"
#include "tests/support/verapdf.hpp"
#include "tests/unit/copy_write/test_copies.hpp"
#include "workers/pades/pades.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;
namespace fs = std::filesystem;

class Issued : public ::testing::Test {
 protected:
  void fill(const fs::path& file, const SignatureHole& hole, const Credential& signer) {
    const auto digest = byte_range_digest(file, hole);
    ASSERT_TRUE(digest) << to_string(digest.error());
    const DerBytes cms = made_cms(signer, {.message_digest = {digest->bytes.begin(), digest->bytes.end()}});
    const Done filled = fill_hole(file, hole, cms);
    ASSERT_TRUE(filled) << to_string(filled.error());
  }
  // All signatures, the validation material and a document timestamp (any CMS stands for its token).
  void issue(const CopyDraft& draft, const std::string& name) {
    const auto made = bench_.compose(draft, name);
    ASSERT_TRUE(made) << name << ": " << to_string(made.error());
    fs::path now = bench_.pdf(name);
    if (!draft.signatures.empty()) {
      fill(now, {made->hole_begin, made->hole_end, made->bytes}, pki_.certifier);
      for (std::size_t i = 1; i < draft.signatures.size(); ++i) {
        const fs::path next = now.string() + ".second";
        const auto hole = append_signature(now, next, {draft.signatures[i].name, "2026-09-05T14:03:25+07:00", "UBND", "", ""});
        ASSERT_TRUE(hole) << to_string(hole.error());
        fill(next, *hole, pki_.body);
        now = next;
      }
      fs::copy(now, all_ / (name + "-signed.pdf"));
      const fs::path kept = now.string() + ".dss", stamped = now.string() + ".dts";
      ASSERT_TRUE(append_dss(now, kept, {{pki_.body.certificate}, {}, {}}));
      const auto hole = append_document_timestamp(kept, stamped);
      ASSERT_TRUE(hole) << to_string(hole.error());
      fill(stamped, *hole, pki_.tsa);
      now = stamped;
    }
    fs::copy(now, all_ / (name + ".pdf"));
    EXPECT_EQ(qpdf_complaints(all_ / (name + ".pdf")), "") << name;
  }
  CopyBench bench_;
  fs::path all_ = bench_.folder("all");
  const Pki pki_ = make_pki(utc("2026-09-05T07:03:22Z"));
};

TEST_F(Issued, EveryKindIsPdfA2uAfterAllItsSignatures) {
  if (verapdf_is_waived()) GTEST_SKIP() << "SOGOC_WITHOUT_VERAPDF=1";
  for (const std::string& kind : copy_kinds()) issue(bench_.draft(kind), kind);
  CopyDraft draft = bench_.draft("register_copy");
  draft.marks = {{1, 0.1, 0.2, 0.9, 0.3}};
  issue(draft, "framed");
  draft.images.reset();
  draft.marks.clear();
  std::string letters;
  for (const std::string& line : every_vietnamese_letter()) letters += line + "\n";
  for (int i = 0; i < 200; ++i) draft.fields.push_back({"Mục", letters});
  set_value(draft, "requester", letters);
  set_value(draft, "source_title", "\xC2\xA0" + letters + "\xC2\xA0" "x\xCC\x83");
  issue(draft, "letters");
  draft = bench_.draft("certified_copy");
  draft.images->pages = {2, 1, 2};
  issue(draft, "pages");
  const PdfaVerdicts verdicts = check_pdfa2u(all_);
  ASSERT_EQ(verdicts.trouble, "");
  for (const std::string& failure : verdicts.failed) ADD_FAILURE() << failure;
  EXPECT_GE(verdicts.passed.size(), copy_kinds().size() + 10);
}

}  // namespace
}  // namespace sogoc
