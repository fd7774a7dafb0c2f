// Copies of every kind, as the composer writes them, signed up to B-LTA.

#include <gtest/gtest.h>

#include "models/copy_catalog.hpp"
#include "tests/unit/copy_write/test_copies.hpp"
#include "tests/unit/signing/signed_files.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

class Copies : public SignedFiles {
 protected:
  // The whole way of one copy; the last file is `name`.
  void issue(const std::string& kind, const std::string& name) {
    const CopyDraft draft = bench_.draft(kind);
    const auto prepared = bench_.compose(draft, kind);
    ASSERT_TRUE(prepared) << kind << ": " << to_string(prepared.error());
    std::filesystem::path file = at(kind + "-1");
    std::filesystem::copy_file(bench_.pdf(kind), file);
    SignatureHole hole{prepared->hole_begin, prepared->hole_end, prepared->bytes};
    std::vector<MadeCms> made;
    for (std::size_t i = 0; i < draft.signatures.size(); ++i) {
      if (i > 0) {
        const CopySignatureField& field = draft.signatures[i];
        const auto next = at(kind + "-" + std::to_string(i + 1));
        const auto appended = append_signature(
            file, next, {field.name, draft.created_at, field.signer, field.reason, field.location});
        ASSERT_TRUE(appended) << kind << ": " << to_string(appended.error());
        EXPECT_TRUE(check_only_appended(file, next));
        file = next;
        hole = *appended;
      }
      MemoryKey key(i == 0 && draft.signatures.size() > 1 ? world_.certifier : world_.body,
                    SignatureScheme::ecdsa_sha256);
      made.push_back(sign(file, hole, key, true));
    }
    ASSERT_TRUE(append_dss(file, at(kind + "-dss"), material(made)));
    stamp_document(at(kind + "-dss"), at(name));
    verifier_agrees(name, static_cast<int>(draft.signatures.size()), "B-LTA");
  }
  CopyBench bench_;
};

TEST_F(Copies, OfEveryKindAreValidForEverybodyUpToBLta) {
  std::vector<std::pair<std::string, int>> files;
  for (const std::string& kind : copy_kinds()) {
    const int signatures = static_cast<int>(bench_.draft(kind).signatures.size());
    if (signatures == 0) continue;
    issue(kind, kind + ".pdf");
    files.emplace_back(kind + ".pdf", signatures);
  }
  ASSERT_GE(files.size(), 5U);
  judge(files);
}

}  // namespace
}  // namespace sogoc
