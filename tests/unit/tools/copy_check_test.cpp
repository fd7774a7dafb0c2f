// A check in the limited worker, and its answer in words.

#include <cstdlib>

#include "tests/unit/copy_verify/checked.hpp"
#include "tools/sogoc/copy_answer.hpp"
#include "tools/sogoc/copy_check.hpp"

namespace sogoc::test {
namespace {

class CopyCheck : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("SOGOC_VERIFY_WORKER", SOGOC_TEST_VERIFY_WORKER, 1);
    folder_ = std::filesystem::temp_directory_path() / ("copy-check-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder_);
    const DerBytes& root = pki().root.certificate;
    std::ofstream(folder_ / "root.der", std::ios::binary)
        .write(reinterpret_cast<const char*>(root.data()),
               static_cast<std::streamsize>(root.size()));
    ASSERT_TRUE(import_certificates(folder_ / "trust", folder_ / "root.der", AnchorKind::trial,
                                    true, kNow));
    OfflineBundle bundle;
    bundle.evidence = good_evidence();
    std::ofstream(folder_ / "bundle.json") << bundle_to_json(bundle);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  CheckTask task(const std::string& bytes) {
    std::ofstream(folder_ / "copy.pdf", std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    CheckTask one;
    one.file = folder_ / "copy.pdf";
    one.bundle = folder_ / "bundle.json";
    one.trust = folder_ / "trust";
    one.trial_archive = true;
    one.now = kNow;
    return one;
  }
  std::filesystem::path folder_;
};

TEST_F(CopyCheck, AnHonestCopyIsValidAndItsSignersAreNamed) {
  const auto answer =
      check_in_worker(task(SignedCopy(pki(), kSigned).certify(2).countersign().file));
  ASSERT_TRUE(answer) << to_string(answer.error());
  EXPECT_EQ(answer->verdict(), Verdict::valid) << told(*answer->file);
  const auto lines = answer_in_words(*answer, "copy.pdf");
  ASSERT_FALSE(lines.empty());
  EXPECT_TRUE(lines[0].starts_with("VALID: ")) << lines[0];
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  EXPECT_NE(all.find(answer->file->signatures[1].signer_name), std::string::npos) << all;
}
TEST_F(CopyCheck, TheReasonStandsInTheFirstLine) {
  const auto answer =
      check_in_worker(task(SignedCopy(pki(), kSigned)
                               .certify(1)
                               .update({.objects = {{part::content, stream_object("", "q Q")}}})
                               .file));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer_in_words(*answer, "copy.pdf")[0],
            "INVALID: what stands on a page was changed after signing (Body)");
}
TEST_F(CopyCheck, WithoutATrustStoreNothingCanBeDecided) {
  CheckTask one = task(SignedCopy(pki(), kSigned).certify(1).file);
  one.trust.clear();
  one.bundle.clear();
  const auto answer = check_in_worker(one);
  ASSERT_TRUE(answer) << to_string(answer.error());
  EXPECT_EQ(answer->verdict(), Verdict::undecidable);
}
TEST_F(CopyCheck, ATrialRootIsNotBelievedByARealArchive) {
  CheckTask one = task(SignedCopy(pki(), kSigned).certify(1).file);
  one.trial_archive = false;
  EXPECT_FALSE(check_in_worker(one));
}
TEST_F(CopyCheck, AFileThatIsNoPdfIsRefusedInOneSentence) {
  const auto answer = check_in_worker(task("hello"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(answer.error().subject, "copy.pdf");
}
TEST_F(CopyCheck, AFileThatTakesTooLongIsRefused) {
  CheckLimits limits;
  limits.wall = std::chrono::milliseconds(0);
  const auto answer = check_in_worker(task(SignedCopy(pki(), kSigned).certify(1).file), limits);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::limit_exceeded);
}
TEST_F(CopyCheck, AnAbsentFileAndABrokenBundleAreNamed) {
  CheckTask one = task("x");
  one.file = folder_ / "absent.pdf";
  EXPECT_EQ(check_in_worker(one).error().code, ErrorCode::not_found);
  one = task(SignedCopy(pki(), kSigned).certify(1).file);
  std::ofstream(folder_ / "bundle.json") << "{}";
  EXPECT_EQ(check_in_worker(one).error().code, ErrorCode::invalid_input);
}
TEST_F(CopyCheck, NamesOfStrangersCannotDriveTheTerminal) {
  CheckAnswer answer;
  answer.file = FileReport{};
  SignatureReport one;
  one.field = "a\x1B[2J\nVALID";
  one.signer_name = "\x1B]0;x\x07";
  answer.file->signatures = {one};
  for (const std::string& line : answer_in_words(answer, "x")) {
    EXPECT_EQ(line.find('\x1B'), std::string::npos);
    EXPECT_EQ(line.find('\n'), std::string::npos);
  }
}
TEST_F(CopyCheck, WhatTheArchiveSaysCanOutweighAValidFile) {
  const auto answer = check_in_worker(task(SignedCopy(pki(), kSigned).certify(1).file));
  ASSERT_TRUE(answer);
  const auto lines = answer_in_words(*answer, "copy.pdf", {{"log", "replaced", Verdict::invalid}});
  EXPECT_EQ(lines[0], "INVALID: log: replaced");
}

}  // namespace
}  // namespace sogoc::test
